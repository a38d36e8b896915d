/** A service's own history: how noisy it is, what its healthy canaries show, and what may be promised by that. */
import { throwIfAborted } from '../engine/call.ts';
import { policyDigest } from '../engine/digest.ts';
import { assertPolicy } from '../engine/parse-policy.ts';
import type { Policy } from '../engine/policy.ts';
import { webService } from '../engine/presets.ts';
import { OptionCheck } from '../options.ts';
import { VERSION } from '../version.ts';
import { Admission } from './admission.ts';
import type { Calibration } from './calibration.ts';
import { checkedLabels, LabelBook, type Labels } from './labels.ts';
import type { Recordings } from './recording.ts';
import { ServiceSurvey } from './service-survey.ts';

/** Options of {@link calibrate}. */
export interface CalibrateOptions {
  /** What is known of the deployments. @defaultValue nothing: then only placebos are judged */
  labels?: Labels;
  /** Whose false rollbacks are counted, and whose criteria get margins. @defaultValue `webService()` */
  policy?: Policy;
  /** The rate that is to be promised, above 0 and below 1. @defaultValue that of the policy; of one of thresholds none */
  falseRollbackRate?: number;
  /** One-sided confidence of the bounds, above 0 and below 1. @defaultValue 0.95 */
  confidence?: number;
  /** Called after each recording with how many are done. */
  onProgress?: (done: number) => void;
  /** Gives up between two recordings. */
  signal?: AbortSignal;
}

const OPTIONS: readonly string[] = [
  'labels',
  'policy',
  'falseRollbackRate',
  'confidence',
  'onProgress',
  'signal',
] satisfies (keyof CalibrateOptions)[];

/**
 * Calibrates the policy of each service by its recordings. Deployments that are labelled good are judged as they were; and in each that
 * is not labelled bad one placebo: a stable pod or two that play the canary, where at least four are told apart. Nothing is
 * learned of deployments that are labelled bad. What cannot be used is reported in `skipped`.
 *
 * @throws RolloutGuardError `INVALID_POLICY`; `INVALID_OPTION` - a malformed label, a rate or confidence out of its bounds;
 * `ABORTED` - the caller's signal. What the recordings' iterator throws is passed on.
 */
export async function calibrate(recordings: Recordings, options: CalibrateOptions = {}): Promise<Calibration> {
  const check = new OptionCheck('INVALID_OPTION', 'calibrate');
  check.knownKeys('options', options, OPTIONS);
  const { policy = webService(), onProgress, signal } = options;
  assertPolicy(policy);
  const within = { above: 0, below: 1 };
  const confidence = check.number('confidence', options.confidence, 0.95, within);
  const own = policy.kind === 'evidence' ? policy.falseRollbackRate : null;
  const asked =
    options.falseRollbackRate === undefined
      ? own
      : check.number('falseRollbackRate', options.falseRollbackRate, 0, within);
  const labels = new LabelBook(checkedLabels(check, 'labels', options.labels ?? {}));
  const admission = new Admission(recordings, 'calibrate');
  const services = new Map<string, ServiceSurvey>();
  let done = 0;
  for await (const each of recordings) {
    throwIfAborted(signal);
    const admitted = admission.admit(each);
    if (admitted === null) continue;
    const { recording } = admitted;
    const survey = services.get(recording.service) ?? new ServiceSurvey(recording.service, policy);
    services.set(recording.service, survey);
    survey.add(recording, labels.labelOf(recording));
    done += 1;
    onProgress?.(done);
  }
  throwIfAborted(signal);
  return {
    schemaVersion: 1,
    engineVersion: VERSION,
    policyDigest: policyDigest(policy),
    confidence,
    services: [...services].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, survey]) => survey.result(asked, confidence)),
    ...admission.left,
    unusedLabels: labels.unused,
  };
}
