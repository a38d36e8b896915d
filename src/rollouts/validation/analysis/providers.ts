/** What providers of metrics refuse when they are made or asked (Argo rules 81, 86 to 91), as far as it shows in the template. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
import { shown } from '../shown.ts';
import { checkOAuth2, conflict, ignored, needs } from './provider-fields.ts';
import { checkDuration, checkPositive, knownText, type Resolve } from './values.ts';
import { checkWeb } from './web.ts';

type Check = (provider: Field, resolve: Resolve, report: Report) => void;

const ERROR = EFFECT.measurementError;

/** What Go's url.Parse reads with a scheme and a host; a port is digits. */
const URL_WITH_HOST = /^[A-Za-z][A-Za-z\d+.-]*:\/\/(?:[^@/?#]*@)?(?:\[[^\]\s]+\]|[^\s/?#:[\]]+)(?::\d*)?(?:[/?#]|$)/;

const CHECKS: Readonly<Record<string, Check>> = {
  prometheus: checkPrometheus,
  web: checkWeb,
  datadog: checkDatadog,
  kayenta: checkKayenta,
  job: checkJob,
  newRelic: (provider, _, report) => {
    checkTimeout(provider.at('timeout'), 0, report);
  },
  cloudWatch: checkInterval,
  skywalking: (provider, resolve, report) => {
    needs(provider, ['query', 'interval'], report);
    checkInterval(provider, resolve, report);
  },
  graphite: queried,
  influxdb: queried,
  wavefront: queried,
};

/** Reports the provider of one metric: that it is one, and what it would refuse. */
export function checkProvider(metric: Field, resolve: Resolve, { report }: Context): void {
  const provider = metric.at('provider');
  const given = provider.entries.flatMap<unknown>(([name, field]) =>
    name === 'plugin' ? field.entries : Object.hasOwn(CHECKS, name) ? [field] : [],
  );
  if (provider.present && given.length !== 1) {
    const message = `The metric has ${given.length} providers.`;
    report.rejected('not-one-provider', provider, message, EFFECT.runError, 'Name one; make a metric of each.');
  }
  for (const [name, field] of provider.entries) {
    if (Object.hasOwn(CHECKS, name)) CHECKS[name]!(field, resolve, report);
  }
}

function queried(provider: Field, _: Resolve, report: Report): void {
  needs(provider, ['query'], report);
}

function checkTimeout(field: Field, least: 0 | 1, report: Report): void {
  const { number } = field;
  if (number === undefined || number >= least) return;
  report.rejected('timeout-not-positive', field, `The timeout is ${number} s.`, ERROR, 'Give 1 or more.');
}

function checkInterval(provider: Field, resolve: Resolve, report: Report): void {
  checkDuration(provider.at('interval'), resolve, report, ERROR);
}

function checkPrometheus(provider: Field, resolve: Resolve, report: Report): void {
  queried(provider, resolve, report);
  const at = provider.at('address');
  const address = knownText(at, resolve);
  if (address !== null && !URL_WITH_HOST.test(address)) {
    // What stands before an @ is a password.
    const message = `${shown(address.slice(address.lastIndexOf('@') + 1))} is no URL with scheme and host.`;
    report.rejected('address-not-url', at, message, ERROR, 'Write it as http://prometheus:9090.');
  }
  checkTimeout(provider.at('timeout'), 1, report);
  const authentication = provider.at('authentication');
  checkOAuth2(authentication, report);
  const basic = authentication.at('basicAuth');
  if (basic.entries.length > 0) needs(basic, ['username', 'password'], report);
  const sigv4 = authentication.at('sigv4');
  if (address !== null && !address.includes('aps-workspaces'))
    ignored(sigv4, 'sigv4 is only for addresses with "aps-workspaces".', 'Remove it.', report);
  const range = provider.at('rangeQuery');
  if (!range.present) return;
  needs(range, ['start', 'end', 'step'], report);
  checkPositive(checkDuration(range.at('step'), resolve, report, ERROR), range.at('step'), report, ERROR);
}

/** Argo: metricproviders/datadog/datadog.go, validateIncomingProps. The version is v1 unless it says v2. */
function checkDatadog(provider: Field, resolve: Resolve, report: Report): void {
  const version = provider.at('apiVersion').text ?? 'v1';
  const query = provider.at('query').text ? provider.at('query') : null;
  const queries = provider.at('queries').entries.length;
  const formula = provider.at('formula').text;
  if (query === null && (queries === 0 || version === 'v1'))
    needs(provider, ['query'], report, queries > 0 ? ': v1 knows no queries' : '');
  if (query !== null && queries > 0)
    conflict(provider.at('queries'), 'There are query and queries.', 'Keep one of them.', report);
  if (formula && queries === 0) needs(provider, ['queries'], report, ' for the formula');
  if (!formula && queries > 1) needs(provider, ['formula'], report, ' for more than one query');
  const aggregator = provider.at('aggregator');
  if (version === 'v1' && aggregator.text)
    conflict(aggregator, 'v1 knows no aggregator.', 'Set apiVersion: v2.', report);
  const secret = provider.at('secretRef');
  if (secret.at('namespaced').value === true) needs(secret, ['name'], report, ' beside namespaced');
  checkInterval(provider, resolve, report);
  const timeout = provider.at('requestTimeout');
  checkPositive(checkDuration(timeout, resolve, report, ERROR), timeout, report, ERROR);
}

/** Either both ends of all scopes are given, or Argo fills them in from the time of the run. */
function checkKayenta(provider: Field, _: Resolve, report: Report): void {
  for (const scope of provider.at('scopes').items) {
    const sides = [scope.at('controlScope'), scope.at('experimentScope')] as const;
    for (const end of ['start', 'end'] as const) {
      const given = sides.filter((side) => side.at(end).text).length;
      if (given === 1) for (const side of sides) needs(side, [end], report, ', which the other scope has');
    }
  }
}

function checkJob(provider: Field, _: Resolve, report: Report): void {
  const pod = provider.at('spec', 'template', 'spec');
  const policy = pod.at('restartPolicy');
  if (!pod.present || policy.value === 'Never' || policy.value === 'OnFailure') return;
  const message = 'A Job restarts its pod Never or OnFailure.';
  report.rejected('job-restart-policy', policy, message, ERROR, 'Write restartPolicy: Never.');
}
