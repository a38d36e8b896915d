/** `rolloutguard replay`: what policies would have done with past deployments, and how well that would have been. */
import type { Policy } from '../engine/policy.ts';
import { pastDeployments } from '../replay/past-deployments.ts';
import { readRecordings } from '../replay/read-recordings.ts';
import { replay } from '../replay/replay.ts';
import type { ReplayReport } from '../replay/replay-report.ts';
import { jsonText } from '../report/json-text.ts';
import { replayHtml } from '../report/replay-html.ts';
import { replayMarkdown } from '../report/replay-markdown.ts';
import { type ReplayViewOptions, replayText } from '../report/replay-text.ts';
import { visibleText } from '../visible-text.ts';
import { type Command, outputOf, type RunEdges } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { HISTORY_HELP, labelsOf, RECORDINGS, refuseNothing, sourcesOf } from './history-input.ts';
import type { Invocation } from './invocation.ts';
import { POLICY_HELP, readPolicy } from './policy-file.ts';
import { Progress } from './progress.ts';
import { exceededLimits, limitsOf } from './replay-limits.ts';
import { RowFile } from './row-file.ts';

type Format = 'text' | 'json' | 'markdown';

const FORMATS: Readonly<Record<Format, (report: ReplayReport, view: ReplayViewOptions) => string>> = {
  text: replayText,
  json: (report) => jsonText(report),
  markdown: replayMarkdown,
};

const CALLER = 'rolloutguard replay';

/** The command `replay`. */
export const replayCommand: Command = {
  name: 'replay',
  summary: 'says what policies would have done with past deployments',
  usage: `--policy [NAME=]FILE [--labels FILE] [options] ${RECORDINGS}`,
  about: HISTORY_HELP,
  options: {
    policy: {
      argument: '[NAME=]FILE',
      repeatable: true,
      help: `${POLICY_HELP}; the name is that of the file by default`,
    },
    labels: { argument: 'FILE', help: 'what became of the deployments' },
    against: { argument: 'NAME', help: 'compares with this policy only; default: each with every other' },
    'max-false-rollbacks': {
      argument: 'N',
      help: 'exit code 10 when a policy, but not the one of --against, has more',
    },
    'max-missed': { argument: 'N', help: 'the same for bad deployments that it missed' },
    format: { argument: 'FORMAT', help: `${Object.keys(FORMATS).join(', ')} on stdout; default text` },
    show: { argument: 'N', help: 'deployments in the report, those that matter most first; default 20, on a page 200' },
    summary: { help: 'leaves the single deployments out of the report; for very many of them' },
    html: { argument: 'FILE', help: 'writes the report as a page, with timelines' },
    rows: { argument: 'FILE', help: 'writes a line of JSON for each deployment' },
    record: { argument: 'FILE', help: 'writes what the policy would have said as a record, for decide --past' },
    quiet: { help: 'shows no progress; it is shown on terminals only anyway' },
  },
  operands: RECORDINGS,
  exits: { [EXIT.ok]: 'replayed', [EXIT.rollback]: 'replayed, and --max-false-rollbacks or --max-missed is exceeded' },
  examples: [
    {
      says: 'a policy against fixed thresholds',
      lines: [
        'rolloutguard example demo',
        'rolloutguard replay --policy new=demo/policy.json --policy old=demo/thresholds.json \\',
        '  --against old --labels demo/labels.json demo/recordings',
      ],
      exits: EXIT.ok,
    },
    {
      says: 'a check for CI: thresholds at 1 % roll back a good deployment',
      lines: [
        'rolloutguard example demo',
        'cat demo/recordings/*.json | rolloutguard replay --policy demo/thresholds.json \\',
        '  --labels demo/labels.json --max-false-rollbacks 0 -',
      ],
      exits: EXIT.rollback,
    },
  ],
  run,
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = FORMATS[invocation.word<Format>('format', ['text', 'json', 'markdown'], 'text')];
  const sources = sourcesOf(CALLER, invocation, edges);
  const limits = limitsOf(invocation);
  const shown = invocation.number('show', { min: 0, integer: true });
  const view: ReplayViewOptions = shown === undefined ? {} : { deployments: shown };
  const page = await outputOf('html', invocation, edges);
  const rows = await outputOf('rows', invocation, edges);
  const record = await outputOf('record', invocation, edges);
  const policies = await policiesOf(invocation, edges);
  const baseline = baselineOf(invocation, policies);
  const recorded = recordedPolicy(invocation, Object.keys(policies), baseline);
  const labels = await labelsOf(invocation, edges);

  const progress = new Progress(edges, 'deployments replayed', invocation.has('quiet'));
  const rowFile = rows === null ? null : new RowFile(rows);
  const report = await replay(policies, readRecordings(sources, { signal: edges.signal }), {
    signal: edges.signal,
    keepDeployments: !invocation.has('summary'),
    onProgress: (done) => progress.show(done),
    ...(rowFile === null ? {} : { onDeployment: (row) => rowFile.add(row) }),
    ...labels,
    ...(baseline === undefined ? {} : { baseline }),
  }).finally(() => progress.end());
  await rowFile?.end();
  refuseNothing(CALLER, report.scores[0]?.deployments ?? 0, report);
  const exceeded = exceededLimits(report, limits, baseline);
  await page?.write(replayHtml(report, view));
  await record?.write(jsonText(pastDeployments(report, recorded)));
  await edges.stdout.write(format(report, view));
  for (const words of exceeded) await edges.stderr.write(`${CALLER}: ${visibleText(words)}\n`);
  return exceeded.length > 0 ? EXIT.rollback : EXIT.ok;
}

/** Policies by name. */
async function policiesOf(invocation: Invocation, edges: RunEdges): Promise<Record<string, Policy>> {
  const given = invocation.texts('policy');
  if (given.length === 0) invocation.required('policy', 'Name a policy file, or a preset such as webService.');
  const policies = new Map<string, Policy>();
  for (const text of given) {
    const { name, source } = namedSource(text);
    if (source === '' || name === '') invocation.fail('policy', text, 'Write NAME=FILE, or FILE alone.');
    if (policies.has(name)) invocation.fail('policy', text, `There is a policy ${name} already: write OTHER=FILE.`);
    policies.set(name, await readPolicy('--policy', source, edges));
  }
  return Object.fromEntries(policies);
}

/** `web=policy.json` has a name; `./a=b.json` and `policy.json` are called by their file. */
function namedSource(text: string): { name: string; source: string } {
  const named = /^([^=/\\]+)=(.*)$/s.exec(text);
  if (named !== null) return { name: named[1]!, source: named[2]! };
  const file = text === '-' ? 'stdin' : text.replace(/^.*[/\\]/, '');
  return { name: file.replace(/\.json$/i, ''), source: text };
}

function baselineOf(invocation: Invocation, policies: Readonly<Record<string, Policy>>): string | undefined {
  const baseline = invocation.text('against');
  const names = Object.keys(policies);
  if (baseline !== undefined && !names.includes(baseline)) {
    invocation.fail('against', baseline, `Name one of the policies: ${names.join(', ')}.`);
  }
  return baseline;
}

/** Whose record is written: one policy acts in the end. */
function recordedPolicy(invocation: Invocation, names: readonly string[], baseline: string | undefined): string {
  const tried = names.length > 1 ? names.filter((name) => name !== baseline) : names;
  if (invocation.has('record') && tried.length > 1) {
    const mend = 'Give one --policy, or two and --against for the other one.';
    invocation.fail('record', invocation.text('record'), mend);
  }
  if (invocation.has('record') && invocation.has('summary')) {
    invocation.fail(
      'record',
      invocation.text('record'),
      'A record is made of the single deployments: leave --summary out.',
    );
  }
  return tried[0]!;
}
