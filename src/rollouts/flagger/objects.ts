/** Flagger's objects, with their options checked. */
import { parseGoDuration } from '../../duration.ts';
import type { OptionCheck } from '../../options.ts';
import { checkOf, list, PORT, required } from '../builders/options.ts';
import { plainCopy } from '../builders/plain.ts';
import type {
  AlertProvider,
  AlertProviderSpec,
  FlaggerAnalysis,
  FlaggerCanary,
  FlaggerCanarySpec,
  FlaggerMetric,
  MetricTemplate,
  MetricTemplateSpec,
} from '../types/flagger.ts';

/** Where the object lives. */
export interface FlaggerPlace {
  /** @defaultValue that of whoever applies it */
  readonly namespace?: string | undefined;
}

const BUILT_IN = ['request-success-rate', 'request-duration'];
const AT_LEAST_ONE = { min: 1, integer: true };
const PERCENT = { ...AT_LEAST_ONE, max: 100 };
const WAYS = ['stepWeight', 'stepWeights', 'iterations'] as const;

/**
 * A Canary of Flagger, plain data. Beside its options this is checked: it goes on in exactly one way, weights ascend and
 * are percentages, the interval is one that Flagger keeps to, and a metric without a template is one that Flagger has: it
 * lets a misspelt one pass without a word (Flagger issue 1581).
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong.
 */
export function flaggerCanary(name: string, spec: FlaggerCanarySpec & FlaggerPlace): FlaggerCanary {
  const check = checkOf('flaggerCanary');
  const known =
    'namespace provider metricsServer targetRef autoscalerRef ingressRef routeRef upstreamRef service analysis progressDeadlineSeconds skipAnalysis revertOnDeletion suspend';
  const made = flaggerObject(check, 'Canary', name, spec, known) as unknown as FlaggerCanary;
  const { targetRef, service, analysis } = made.spec;
  check.text('targetRef.name', targetRef?.name);
  check.oneOf('targetRef.kind', targetRef.kind ?? null, 'Deployment', ['Deployment', 'DaemonSet', 'Service']);
  required(check, 'service.port', service?.port, PORT);
  checkAnalysis(check, analysis ?? {});
  return made;
}

/**
 * A MetricTemplate of Flagger, plain data.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong, or the provider is none that Flagger has.
 */
export function metricTemplate(name: string, spec: MetricTemplateSpec & FlaggerPlace): MetricTemplate {
  const check = checkOf('metricTemplate');
  const made = flaggerObject(
    check,
    'MetricTemplate',
    name,
    spec,
    'namespace provider query',
  ) as unknown as MetricTemplate;
  const types =
    'prometheus datadog cloudwatch newrelic graphite stackdriver influxdb dynatrace keptn splunk externalmetrics';
  check.oneOf('provider.type', made.spec.provider?.type ?? null, '', types.split(' '));
  check.text('query', made.spec.query);
  return made;
}

/**
 * An AlertProvider of Flagger, plain data. Its address is a secret in itself: better `secretRef`.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong, or it has not exactly one of address and Secret.
 */
export function alertProvider(name: string, spec: AlertProviderSpec & FlaggerPlace): AlertProvider {
  const check = checkOf('alertProvider');
  const known = 'namespace type channel username address proxy secretRef';
  const made = flaggerObject(check, 'AlertProvider', name, spec, known) as unknown as AlertProvider;
  const { type, address, secretRef } = made.spec;
  check.oneOf('type', type ?? null, 'slack', ['slack', 'msteams', 'discord', 'rocket', 'gchat']);
  if ((address === undefined) === (secretRef === undefined)) {
    check.fail('secretRef', secretRef, 'Give exactly one of address and secretRef.');
  }
  return made;
}

function flaggerObject(check: OptionCheck, kind: string, name: string, given: FlaggerPlace, known: string): object {
  check.text('name', name);
  check.knownKeys('options', given, known.split(' '));
  const { namespace, ...spec } = given;
  const metadata = { name, namespace };
  return plainCopy(check, 'spec', { apiVersion: 'flagger.app/v1beta1', kind, metadata, spec });
}

function checkAnalysis(check: OptionCheck, analysis: Partial<FlaggerAnalysis>): void {
  checkInterval(check, 'analysis.interval', analysis.interval, 10);
  required(check, 'analysis.threshold', analysis.threshold!, AT_LEAST_ONE);
  if (WAYS.filter((way) => analysis[way] !== undefined).length !== 1) {
    check.fail('analysis', analysis, `Give exactly one of ${WAYS.join(', ')}.`);
  }
  check.number('analysis.iterations', analysis.iterations, 1, AT_LEAST_ONE);
  if (analysis.stepWeight !== undefined) {
    required(check, 'analysis.maxWeight', analysis.maxWeight!, PERCENT);
    check.number('analysis.stepWeight', analysis.stepWeight, 0, { ...PERCENT, max: analysis.maxWeight! });
  }
  let above = 0;
  for (const [index, weight] of list(check, 'analysis.stepWeights', analysis.stepWeights ?? []).entries()) {
    above = check.number(`analysis.stepWeights[${index}]`, weight, 0, { ...PERCENT, above });
  }
  for (const [index, metric] of list(check, 'analysis.metrics', analysis.metrics ?? []).entries()) {
    checkMetric(check, `analysis.metrics[${index}]`, metric ?? {});
  }
}

function checkMetric(
  check: OptionCheck,
  path: string,
  { name, templateRef, interval, thresholdRange }: FlaggerMetric,
): void {
  if (templateRef === undefined) check.oneOf(`${path}.name`, name ?? null, '', BUILT_IN);
  if (interval !== undefined) checkInterval(check, `${path}.interval`, interval, 0);
  const { min, max } = thresholdRange ?? {};
  if (min === undefined && max === undefined) check.fail(`${path}.thresholdRange`, thresholdRange, 'Give min or max.');
}

/** Below 10 s Flagger takes 10 s, and an interval that it cannot read is one of a minute. */
function checkInterval(check: OptionCheck, path: string, value: unknown, least: number): void {
  const seconds = typeof value === 'string' && /^\d+[ms]/.test(value) ? parseGoDuration(value) : null;
  if (seconds === null || seconds < least)
    check.fail(path, value, `Use minutes or seconds such as 1m, at least ${least}s.`);
}
