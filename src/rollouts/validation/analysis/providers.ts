/** What providers of metrics refuse when they are made or asked (Argo rules 81, 86 to 91), as far as it shows in the template. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { checkOAuth2, conflict, ignored, needs } from './provider-fields.ts';
import { checkDuration, knownText, type Resolve } from './values.ts';
import { checkWeb } from './web.ts';

type Check = (provider: Field, resolve: Resolve, report: Report) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  prometheus: checkPrometheus,
  web: checkWeb,
  datadog: checkDatadog,
  kayenta: checkKayenta,
  job: checkJob,
  newRelic: (provider, _, report) => {
    needs(provider, ['query'], report);
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
  const given = provider.entries.flatMap(([name, field]) =>
    name === 'plugin' ? field.entries.map(([plugin]) => `plugin ${plugin}`) : name,
  );
  if (given.length !== 1 && (provider.present || metric.present)) {
    const message =
      given.length === 0
        ? 'The metric has no provider.'
        : `The metric has ${given.length} providers: ${given.join(', ')}.`;
    const mend = given.length === 0 ? 'Name one, such as prometheus.' : 'Make a metric of each.';
    report.rejected('not-one-provider', provider, message, EFFECT.runError, mend);
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
  const message = `The timeout is ${number} seconds.`;
  report.rejected('timeout-not-positive', field, message, EFFECT.measurementError, 'Give 1 or more.');
}

function checkInterval(provider: Field, resolve: Resolve, report: Report): void {
  checkDuration(provider.at('interval'), resolve, report, EFFECT.measurementError);
}

function checkPrometheus(provider: Field, resolve: Resolve, report: Report): void {
  needs(provider, ['query'], report);
  const at = provider.at('address');
  const address = knownText(at, resolve);
  if (address !== null && !/^[A-Za-z][A-Za-z\d+.-]*:\/\/[^/?#\s]/.test(address)) {
    const message = `The address ${shown(address)} has no scheme or no host.`;
    const mend = 'Write it as http://prometheus.monitoring:9090.';
    report.rejected('address-not-url', at, message, EFFECT.measurementError, mend);
  }
  checkTimeout(provider.at('timeout'), 1, report);
  const authentication = provider.at('authentication');
  checkOAuth2(authentication, report);
  const basic = authentication.at('basicAuth');
  if (basic.entries.length > 0) needs(basic, ['username', 'password'], report, ' in basicAuth');
  const sigv4 = authentication.at('sigv4');
  if (sigv4.entries.length > 0 && address !== null && !address.includes('aps-workspaces')) {
    const message = 'sigv4 signs only requests to an address with "aps-workspaces" in it.';
    ignored(sigv4, message, 'Use the address of the workspace, or remove sigv4.', report);
  }
  const range = provider.at('rangeQuery');
  if (!range.present) return;
  needs(range, ['start', 'end', 'step'], report, ' in rangeQuery');
  const step = range.at('step');
  const seconds = checkDuration(step, resolve, report, EFFECT.measurementError);
  if (seconds !== null && seconds <= 0) {
    const effect = `Prometheus refuses it. ${EFFECT.measurementError}`;
    report.rejected('duration-not-positive', step, 'The step is not longer than 0.', effect, 'Give 30s or more.');
  }
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
  if (formula && queries === 0) needs(provider, ['queries'], report, ', which the formula is about');
  if (!formula && queries > 1) needs(provider, ['formula'], report, `: it says which of ${queries} queries counts`);
  if (version === 'v1' && provider.at('aggregator').text)
    conflict(provider.at('aggregator'), 'v1 knows no aggregator.', 'Set apiVersion: v2.', report);
  const secret = provider.at('secretRef');
  if (secret.at('namespaced').value === true) needs(secret, ['name'], report, ' beside namespaced');
  checkInterval(provider, resolve, report);
  const timeout = provider.at('requestTimeout');
  const seconds = checkDuration(timeout, resolve, report, EFFECT.measurementError);
  if (seconds !== null && seconds <= 0) {
    const message = 'requestTimeout is not longer than 0.';
    report.rejected('timeout-not-positive', timeout, message, EFFECT.measurementError, 'Give 10s.');
  }
}

/** Either both ends of all scopes are given, or Argo fills them in from the time of the run. */
function checkKayenta(provider: Field, _: Resolve, report: Report): void {
  for (const scope of provider.at('scopes').items) {
    const sides = [scope.at('controlScope'), scope.at('experimentScope')] as const;
    for (const end of ['start', 'end'] as const) {
      const [has, lacks] = sides[0].at(end).text ? sides : [sides[1], sides[0]];
      if (!has.at(end).text || lacks.at(end).text) continue;
      needs(lacks, [end], report, ', which the other scope has');
    }
  }
}

function checkJob(provider: Field, _: Resolve, report: Report): void {
  const pod = provider.at('spec', 'template', 'spec');
  const policy = pod.at('restartPolicy');
  if (!pod.present || policy.value === 'Never' || policy.value === 'OnFailure') return;
  const message = policy.present
    ? 'The pod of a Job cannot restart Always.'
    : 'A Job needs a restartPolicy of its pod.';
  const effect = `The API server refuses the Job. ${EFFECT.measurementError}`;
  report.rejected('job-restart-policy', policy, message, effect, 'Write restartPolicy: Never.');
}
