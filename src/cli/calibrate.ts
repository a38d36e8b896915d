/** `rolloutguard calibrate`: how noisy a service is by its own history, and which rate of false rollbacks that supports. */
import { calibrate } from '../replay/calibrate.ts';
import type { Calibration } from '../replay/calibration.ts';
import { readRecordings } from '../replay/read-recordings.ts';
import { calibrationMarkdown } from '../report/calibration-markdown.ts';
import { calibrationText } from '../report/calibration-text.ts';
import { jsonText } from '../report/json-text.ts';
import type { Command, RunEdges } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { HISTORY_HELP, labelsOf, RECORDINGS, refuseNothing, sourcesOf } from './history-input.ts';
import type { Invocation } from './invocation.ts';
import { POLICY_HELP, readPolicy } from './policy-file.ts';
import { Progress } from './progress.ts';

type Format = 'text' | 'json' | 'markdown';

const FORMATS: Readonly<Record<Format, (calibration: Calibration) => string>> = {
  text: calibrationText,
  json: jsonText,
  markdown: calibrationMarkdown,
};

const CALLER = 'rolloutguard calibrate';

/** The command `calibrate`. */
export const calibrateCommand: Command = {
  name: 'calibrate',
  summary: 'learns from the history of a service, and says what that supports',
  usage: `[--policy FILE] [--labels FILE] [options] ${RECORDINGS}`,
  about:
    'Learns noise and margins of each service from its past deployments, and counts how many healthy ones the policy would ' +
    `have rolled back: those that are labelled good, and stable pods that play the canary. ${HISTORY_HELP}`,
  options: {
    policy: { argument: 'FILE', help: `${POLICY_HELP}; default webService` },
    labels: { argument: 'FILE', help: 'what became of the deployments' },
    rate: { argument: 'SHARE', help: 'the rate of false rollbacks that is to be promised: 0.01 or 1%' },
    confidence: { argument: 'SHARE', help: 'one-sided confidence of the bounds; default 95%' },
    format: { argument: 'FORMAT', help: `${Object.keys(FORMATS).join(', ')} on stdout; default text` },
    quiet: { help: 'shows no progress; it is shown on terminals only anyway' },
  },
  operands: RECORDINGS,
  exits: { [EXIT.ok]: 'calibrated', [EXIT.hold]: 'calibrated, and the history of a service does not support --rate' },
  examples: [
    {
      says: 'six deployments are too few to support 1 %',
      lines: [
        'rolloutguard example demo',
        'rolloutguard calibrate --policy demo/policy.json --labels demo/labels.json \\',
        '  --rate 1% demo/recordings',
      ],
      exits: EXIT.hold,
    },
  ],
  run,
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = FORMATS[invocation.word<Format>('format', ['text', 'json', 'markdown'], 'text')];
  const sources = sourcesOf(CALLER, invocation, edges);
  const share = { above: 0, below: 1 };
  const [rate, confidence] = [invocation.share('rate', share), invocation.share('confidence', share)];
  const policySource = invocation.text('policy');
  const policy = policySource === undefined ? undefined : await readPolicy('--policy', policySource, edges);
  const labels = await labelsOf(invocation, edges);

  const progress = new Progress(edges, 'recordings read', invocation.has('quiet'));
  const calibration = await calibrate(readRecordings(sources, { signal: edges.signal }), {
    signal: edges.signal,
    onProgress: (done) => progress.show(done),
    ...labels,
    ...(policy === undefined ? {} : { policy }),
    ...(rate === undefined ? {} : { falseRollbackRate: rate }),
    ...(confidence === undefined ? {} : { confidence }),
  }).finally(() => progress.end());
  refuseNothing(CALLER, calibration.services.length, calibration);
  await edges.stdout.write(format(calibration));
  const promised = calibration.services.every(({ falseRollbacks }) => falseRollbacks.promised);
  return rate === undefined || promised ? EXIT.ok : EXIT.hold;
}
