/** The doctor's door: behind it, everything is loaded only when somebody asks. */
import type { DiagnoseOptions } from './diagnose.ts';
import type { TelemetryDiagnosis } from './diagnosis.ts';

/**
 * Examines telemetry: the one that runs in this process, or, when none runs or options name another app, the one that its
 * environment would start.
 *
 * Each collector is sent one empty request for each signal, without retries and within 2 seconds, of which no span is made.
 * Never throws and never rejects: what cannot be found out is a finding, too. The result holds no secret.
 */
export async function diagnoseTelemetry(options: DiagnoseOptions = {}): Promise<TelemetryDiagnosis> {
  const { diagnose } = await import('./diagnose.ts');
  return diagnose(options);
}
