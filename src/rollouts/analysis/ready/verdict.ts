import type { OptionCheck } from '../../../options.ts';
import { checkOf } from '../../builders/options.ts';
import type { Predicate } from '../../conditions/predicate.ts';
import { resultOf } from '../../conditions/results.ts';
import type { JsonValue } from '../../conditions/values.ts';
import type { AnalysisTemplate, SecretKeyRef } from '../../types/analysis-template.ts';
import type { WebMetric } from '../../types/provider-settings.ts';
import type { RolloutValueSource } from '../../types/rollout-analysis.ts';
import type { GoDuration, MetricDuration } from '../../types/values.ts';
import type { ArgoTarget } from '../../validation/finding.ts';
import { arg, hashArgs } from '../args.ts';
import { type ComparedMetricOptions, metric } from '../metric.ts';
import { web } from '../sources.ts';
import { type AnalysisTemplateBuilder, analysisTemplate } from '../template.ts';

/** Options of {@link rolloutguardVerdict}. */
export interface RolloutguardVerdictOptions {
  /** Address of the decision service: `http://rolloutguard.ops:8080`. `/v1/decision` is added. */
  readonly url: string;
  /**
   * - `guard`: in the background, until the rollout ends. `rollback` aborts; everything else keeps going.
   * - `gate`: in a step, until the decision says that the rollout may go on. `rollback` aborts, and not being ready within
   *   `patience` pauses.
   * - `wait`: in a step, for ever, until it may go on. It never aborts: use it with a `guard` in the background.
   */
  readonly mode: 'guard' | 'gate' | 'wait';
  /**
   * What a gate waits for: `advance` is a decision of `continue` or `promote`, `promote` only that one.
   * @defaultValue 'advance'
   */
  readonly until?: 'advance' | 'promote' | undefined;
  /** Name of the template and its metric. @defaultValue 'rolloutguard-verdict' */
  readonly name?: string | undefined;
  /** How often to ask. @defaultValue '10s' */
  readonly interval?: MetricDuration | undefined;
  /** Time before the first question. @defaultValue none */
  readonly initialDelay?: MetricDuration | undefined;
  /**
   * For how long the answer may be `hold` or `escalate`, gaps not counted, before the rollout is paused; at a gate also
   * for how long it may not be ready. @defaultValue '5m' for a guard, '1h' for a gate
   */
  readonly patience?: GoDuration | undefined;
  /** For how long the service may be away before Argo aborts the rollout. @defaultValue '10m' */
  readonly tolerateOutage?: GoDuration | undefined;
  /** How to ask: the values go into a body of JSON, or into the address, where Argo escapes nothing. @defaultValue 'POST' */
  readonly method?: 'POST' | 'GET' | undefined;
  /** Secret with a token for `Authorization: Bearer`. @defaultValue none */
  readonly token?: SecretKeyRef | undefined;
  /** Seconds to wait for an answer. @defaultValue 10 */
  readonly timeoutSeconds?: number | undefined;
}

const KNOWN = 'url mode until name interval initialDelay patience tolerateOutage method token timeoutSeconds';

/** What the service is told, and the arguments that the rollout gives for it. */
const QUESTION = {
  service: /* @__PURE__ */ arg('service'),
  namespace: /* @__PURE__ */ arg('namespace'),
  deployment: /* @__PURE__ */ arg('deployment'),
  canaryHash: /* @__PURE__ */ arg('canary-hash'),
  stableHash: /* @__PURE__ */ arg('stable-hash'),
} as const;

/**
 * A template that asks a rolloutguard decision service for its verdict, and does what it says.
 *
 * The service gets `POST {url}/v1/decision` with the JSON `{ service, namespace, deployment, canaryHash, stableHash }`, or
 * `GET` with the same names in the query. It answers, always in JSON:
 * ```json
 * { "verdict": "promote" | "continue" | "hold" | "escalate" | "rollback", "mayAdvance": true, "reason": "..." }
 * ```
 * and with a status of 4xx or 5xx when it has no verdict. Only `verdict` is read: `rollback` fails, `continue` and `promote`
 * pass, `hold`, `escalate` and words that are not known here are inconclusive; another status, or no field `verdict`, is an
 * Error, after which Argo asks again in 10 s.
 * {@link verdictCautions} says what to mind.
 *
 * Arguments that the rollout gives, by {@link verdictArgs}: `service`; `namespace` (`fieldRef: metadata.namespace`); `canary-hash` and `stable-hash`
 * (`podTemplateHashValue` `Latest` and `Stable`); `deployment`, the id of the deployment, empty unless given: then the
 * service takes the one that runs.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong.
 */
export function rolloutguardVerdict(options: RolloutguardVerdictOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checkOf('rolloutguardVerdict', options, KNOWN);
  if (!/^https?:\/\/[^\s?#]+$/.test(check.text('url', options.url))) {
    check.fail('url', options.url, 'Use http:// or https:// with a host, without a query.');
  }
  const mode = check.oneOf('mode', options.mode ?? null, 'guard', ['guard', 'gate', 'wait']);
  const until = check.oneOf('until', options.until, 'advance', ['advance', 'promote']);
  if (mode === 'guard' && options.until !== undefined) check.fail('until', until, 'Only a gate waits for something.');
  const { name = 'rolloutguard-verdict', interval = '10s', initialDelay, tolerateOutage = '10m' } = options;
  const verdict = resultOf.web.text;
  const good = until === 'promote' ? verdict.equals('promote') : verdict.oneOf(['promote', 'continue']);
  const made = metric(name, web(request(check, options)), {
    ...{ interval, initialDelay, tolerateOutage, passes: () => good, ...CONSEQUENCES[mode](options.patience) },
  });
  const template = analysisTemplate(name).arg('service').arg('namespace').arg('canary-hash').arg('stable-hash');
  const asked = template.arg('deployment', '').metrics(made);
  return options.token === undefined ? asked : asked.secretArg('token', options.token);
}

type Consequences = Omit<ComparedMetricOptions<JsonValue>, 'passes'>;

/** Argo refuses a metric of a step that has no end (rule 57). At one question in 10 s this is a third of a year. */
const AS_GOOD_AS_ENDLESS = 1_000_000;

const ROLLBACK = (result: JsonValue): Predicate => result.text.equals('rollback');

const CONSEQUENCES: Readonly<Record<RolloutguardVerdictOptions['mode'], (patience?: GoDuration) => Consequences>> = {
  guard: (patience = '5m') => ({ fails: ROLLBACK, patience }),
  gate: (patience = '1h') => ({ fails: ROLLBACK, patience, consecutiveSuccessLimit: 1, count: AS_GOOD_AS_ENDLESS }),
  // All that does not pass is a failure, of which any number is endured.
  wait: () => ({ noData: 'fail', failureLimit: -1, consecutiveSuccessLimit: 1, count: AS_GOOD_AS_ENDLESS }),
};

function request(check: OptionCheck, { url, token, timeoutSeconds, method }: RolloutguardVerdictOptions): WebMetric {
  const address = `${url.replace(/\/+$/, '')}/v1/decision`;
  const accept = { key: 'Accept', value: 'application/json' };
  const headers = token === undefined ? [accept] : [accept, { key: 'Authorization', value: `Bearer ${arg('token')}` }];
  const common = { headers, jsonPath: '{$.verdict}', ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
  if (check.oneOf('method', method, 'POST', ['POST', 'GET']) === 'POST') {
    return { method: 'POST', url: address, ...common, jsonBody: QUESTION };
  }
  const query = Object.entries(QUESTION).map(([key, value]) => `${key}=${value}`);
  return { url: `${address}?${query.join('&')}`, ...common };
}

/**
 * What a rollout gives for the arguments of {@link rolloutguardVerdict}: `analyze(gate, { args: verdictArgs('api') })`.
 *
 * @param service - name by which the decision service knows it.
 * @param deployment - id of the deployment, if the service is to be asked for this one.
 */
export function verdictArgs(service: string, deployment?: string): Record<string, string | RolloutValueSource> {
  const namespace = { fieldRef: { fieldPath: 'metadata.namespace' } };
  return { service, namespace, ...hashArgs, ...(deployment === undefined ? {} : { deployment }) };
}

/**
 * What to mind with {@link rolloutguardVerdict} in a release of Argo Rollouts, in sentences.
 *
 * @param target - release of the controller.
 */
export function verdictCautions(target: ArgoTarget): readonly string[] {
  return [
    `Argo ${target} passes an answer with status 200 that is no JSON, unread (argo-rollouts issue 4535): no login page and no other proxy may answer in place of the decision service.`,
    `Argo ${target} aborts the rollout when the service is away for longer than tolerateOutage.`,
  ];
}
