/** `rolloutguard doctor`: why telemetry does not arrive, or cannot be judged by. */
import { RolloutGuardError } from '../errors.ts';
import type { Command, RunEdges } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

/** The command `doctor`. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'finds why telemetry of an app does not arrive, or cannot be judged by',
  usage: '[--entry FILE] [options]',
  about:
    'Looks at telemetry as node --import rolloutguard/register would start it here: identity with its sources, installed ' +
    'OpenTelemetry packages, NODE_OPTIONS, OTEL_* and ROLLOUTGUARD_* variables, labels of the pod, and the way to the ' +
    'collector, which gets one empty request for each signal. Run it where the app runs, with its environment. The app ' +
    'itself is not started, so options in its code are not seen. No credential is shown.',
  options: {
    entry: { argument: 'FILE', help: 'the file that the app begins with' },
    'no-network': { help: 'does not try the way to the collector' },
    strict: { help: 'exit code 1 for warnings, too' },
    format: { argument: 'FORMAT', help: 'text or json on stdout; default text' },
    json: { help: 'short for --format json' },
  },
  operands: null,
  exits: {
    [EXIT.ok]: 'no errors; with --strict no warnings either',
    [EXIT.findings]: 'errors, or warnings with --strict',
  },
  examples: [
    {
      says: 'nobody says which deployment this is',
      lines: ['rolloutguard doctor --no-network'],
      exits: EXIT.findings,
    },
  ],
  run,
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = invocation.word('format', ['text', 'json'], invocation.has('json') ? 'json' : 'text');
  const entry = invocation.text('entry');
  // Loaded here, so that the other commands do not pay for it.
  const { diagnoseTelemetry } = await import('../telemetry/doctor/doctor.ts');
  const { diagnosisText } = await import('./doctor/text.ts');
  const { jsonText } = await import('../report/json-text.ts');
  const diagnosis = await diagnoseTelemetry({
    env: edges.env,
    cwd: edges.cwd,
    signal: edges.signal,
    reachability: !invocation.has('no-network'),
    ...(entry !== undefined && { entry }),
  });
  edges.signal.throwIfAborted();
  if (entry !== undefined && diagnosis.entry === null) {
    const mend = 'Name the file that the app begins with.';
    throw new RolloutGuardError('INVALID_OPTION', `rolloutguard doctor: --entry ${entry} cannot be read`, { mend });
  }
  await edges.stdout.write(format === 'json' ? jsonText(diagnosis) : diagnosisText(diagnosis));
  const counting = invocation.has('strict') ? ['error', 'warning'] : ['error'];
  return diagnosis.findings.some(({ severity }) => counting.includes(severity)) ? EXIT.findings : EXIT.ok;
}
