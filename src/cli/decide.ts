/** `rolloutguard decide`: one deployment, one policy, one decision; the verdict is the exit code. */
import { decide, evidenceHistory } from '../engine/decide.ts';
import type { Policy } from '../engine/policy.ts';
import { RolloutGuardError } from '../errors.ts';
import type { Decision, PastDeployment } from '../ports/decision.ts';
import type { AggregateTelemetry, DeploymentTelemetry } from '../ports/telemetry.ts';
import { htmlReport } from '../report/html.ts';
import { jsonReport } from '../report/json.ts';
import { markdownReport } from '../report/markdown-report.ts';
import { textReport } from '../report/text.ts';
import { type Command, outputOf, type RunEdges } from './command.ts';
import { EXIT, VERDICT_EXIT } from './exit-codes.ts';
import { within } from './input.ts';
import type { Invocation } from './invocation.ts';
import { knownAt } from './known-at.ts';
import { readPast } from './past-file.ts';
import { POLICY_HELP, readPolicy } from './policy-file.ts';
import { readTelemetry } from './telemetry-file.ts';

type Format = 'text' | 'json' | 'markdown';
const FORMATS: Readonly<Record<Format, (decision: Decision) => string>> = {
  text: textReport,
  json: jsonReport,
  markdown: markdownReport,
};

/** The command `decide`. */
export const decideCommand: Command = {
  name: 'decide',
  summary: 'decides about one deployment from a policy and its telemetry',
  usage: '--policy FILE [--telemetry FILE|-] [options]',
  about:
    'Telemetry is a recording of one deployment (DeploymentTelemetry or AggregateTelemetry, JSON). Without --now the ' +
    'decision is that of the moment at which the telemetry ends; of an earlier moment, it is made of what was known then. ' +
    'In a live rollout give --now now, so that telemetry that has stopped coming holds the rollout.',
  options: {
    policy: { argument: 'FILE', help: POLICY_HELP },
    telemetry: { argument: 'FILE', help: 'the recording; - or nothing: stdin' },
    now: { argument: 'TIME', help: 'when the decision is made: ISO 8601, Unix milliseconds, or now' },
    'planned-end': { argument: 'TIME', help: 'when the rollout ends by plan; after it there is nothing to wait for' },
    format: { argument: 'FORMAT', help: `${Object.keys(FORMATS).join(', ')} on stdout; default text` },
    past: {
      argument: 'FILE',
      help: 'past deployments, for a policy with authority rules: a list, or what replay --record wrote',
    },
    html: { argument: 'FILE', help: 'writes a report with plots' },
  },
  operands: null,
  exits: {
    [EXIT.ok]: 'continue or promote',
    [EXIT.rollback]: 'rollback',
    [EXIT.hold]: 'hold',
    [EXIT.escalate]: 'escalate: a rollback is due, and a human must act',
  },
  examples: [
    {
      says: 'a canary that broke',
      lines: [
        'rolloutguard example demo',
        'rolloutguard decide --policy demo/policy.json --telemetry demo/recordings/bad-1.json',
      ],
      exits: EXIT.rollback,
    },
  ],
  run,
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = FORMATS[invocation.word<Format>('format', ['text', 'json', 'markdown'], 'text')];
  const policySource = invocation.required('policy', 'Name a policy file, or a preset such as webService.');
  const source = telemetrySource(invocation, edges);
  const nowMs = invocation.time('now', edges.now);
  const plannedEndMs = invocation.time('planned-end', edges.now);
  const page = await outputOf('html', invocation, edges);

  const policy = await readPolicy('--policy', policySource, edges);
  const { name, telemetry: recorded } = await readTelemetry(source, edges);
  const decidedAtMs = nowMs ?? endOf(recorded);
  const telemetry = knownAt(recorded, decidedAtMs);
  const past = await pastOf(invocation, policy, telemetry.service, edges);
  const decision = await within(name, () =>
    decide(policy, telemetry, {
      nowMs: decidedAtMs,
      ...(plannedEndMs === undefined ? {} : { plannedEndMs }),
      ...past,
    }),
  );
  await page?.write(pageOf(policy, telemetry, decision));
  await edges.stdout.write(format(decision));
  return VERDICT_EXIT[decision.verdict];
}

function telemetrySource(invocation: Invocation, { stdin }: RunEdges): string {
  const source = invocation.text('telemetry') ?? '-';
  if (source === '-' && stdin.isTerminal && !invocation.has('telemetry')) {
    invocation.required('telemetry', 'Name a file, or pipe the recording to stdin.');
  }
  return source;
}

/** The record of the service, if one is given. */
async function pastOf(
  invocation: Invocation,
  policy: Policy,
  service: string,
  edges: RunEdges,
): Promise<{ past?: readonly PastDeployment[] }> {
  const source = invocation.text('past');
  if (source === undefined) return {};
  const past = await readPast(source, service, edges);
  if (policy.authority === null) {
    await edges.stderr.write('rolloutguard decide: the policy has no authority rules, so --past changes nothing.\n');
  }
  return { past };
}

function endOf(telemetry: DeploymentTelemetry | AggregateTelemetry): number {
  return telemetry.kind === 'intervals' ? telemetry.completeUntilMs : telemetry.atMs;
}

function pageOf(policy: Policy, telemetry: DeploymentTelemetry | AggregateTelemetry, decision: Decision): string {
  if (telemetry.kind === 'aggregates') {
    const mend = 'Leave --html out, or give telemetry in intervals.';
    throw new RolloutGuardError(
      'INVALID_OPTION',
      'rolloutguard decide: --html plots intervals, and the telemetry has none',
      { mend },
    );
  }
  const history = policy.kind === 'evidence' ? evidenceHistory(policy, telemetry) : [];
  return htmlReport({ decision, telemetry, history });
}
