/** Keeps what a metrics client says of deployments, so that they can be replayed later. */
import { messageOf } from '../errors.ts';
import { OptionCheck } from '../options.ts';
import type { MetricsClient, TelemetryQuery } from '../ports/metrics-client.ts';
import type { AggregateTelemetry, DeploymentRef, DeploymentTelemetry, SourceProblem } from '../ports/telemetry.ts';
import { answerRefusalOf, keyOf } from './check-recording.ts';
import { DeploymentLog } from './deployment-log.ts';
import type { Recording } from './recording.ts';

/** Options of {@link recordingClient}. */
export interface RecordingClientOptions {
  /** Deployments that are kept; of more, the one that was asked about longest ago is dropped. @defaultValue 20 */
  mostDeployments?: number;
}

/** A metrics client that remembers. */
export interface RecordingClient extends MetricsClient {
  /** What is known of each deployment, the one that was asked about last at the end. */
  recordings(): Recording[];
  /** What is known of one deployment, or `null`. */
  recording(ref: DeploymentRef): Recording | null;
  /** Forgets a deployment, when its recording is stored. */
  forget(ref: DeploymentRef): void;
  /** Answers that could not be recorded, one entry for each deployment and reason; at most 100. */
  readonly problems: readonly SourceProblem[];
}

/** Problems that are kept. */
const MOST_PROBLEMS = 100;

/**
 * Wraps a metrics client. Answers and errors pass through as they are; what was answered about a deployment is put together
 * to one recording: intervals by series and start, the later answer counting. Recording never makes a call fail: what cannot
 * be recorded (rates over a window, impossible telemetry) is listed in `problems`.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no client, or a number of deployments below 1.
 */
export function recordingClient(client: MetricsClient, options: RecordingClientOptions = {}): RecordingClient {
  const check = new OptionCheck('INVALID_OPTION', 'recordingClient');
  if (typeof client?.getTelemetry !== 'function') check.fail('client', client, 'Give a MetricsClient.');
  check.knownKeys('options', options, ['mostDeployments']);
  const most = check.number('mostDeployments', options.mostDeployments, 20, { min: 1, integer: true });
  const logs = new Map<string, DeploymentLog>();
  const problems = new Map<string, SourceProblem>();
  const report = (query: TelemetryQuery, code: string, message: string): void => {
    const key = JSON.stringify([keyOf(query), code]);
    if (problems.has(key) || problems.size >= MOST_PROBLEMS) return;
    problems.set(key, { source: client.name, code, message, atMs: query.toMs });
  };
  const record = (telemetry: DeploymentTelemetry | AggregateTelemetry, query: TelemetryQuery): void => {
    const about = `the answer about ${query.service} ${query.deploymentId} was not recorded`;
    const refusal = answerRefusalOf(telemetry);
    const key = keyOf(query);
    if (refusal !== null || keyOf(telemetry) !== key) {
      const { code, message } = refusal ?? { code: 'OTHER_DEPLOYMENT', message: 'It is about another deployment.' };
      report(query, code, `${message} So ${about}.`);
      return;
    }
    const log = logs.get(key) ?? new DeploymentLog();
    log.add(telemetry as DeploymentTelemetry, query);
    // Set anew, so that the map is in the order of the last questions.
    logs.delete(key);
    logs.set(key, log);
    for (const oldest of logs.keys()) {
      if (logs.size <= most) break;
      logs.delete(oldest);
    }
  };
  return {
    name: client.name,
    async getTelemetry(query, callOptions) {
      const telemetry = await client.getTelemetry(query, callOptions);
      try {
        record(telemetry, query);
      } catch (error) {
        report(query, 'NOT_RECORDED', messageOf(error));
      }
      return telemetry;
    },
    recordings: () => [...logs.values()].flatMap((log) => log.recording() ?? []),
    recording: (ref) => logs.get(keyOf(ref))?.recording() ?? null,
    forget: (ref) => void logs.delete(keyOf(ref)),
    get problems() {
      return [...problems.values()];
    },
  };
}
