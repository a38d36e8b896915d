/** `rolloutguard plan`: how long until a fault is seen, and the steps that find it. */
import { type PlanCurve, planCurve } from '../planning/plan-curve.ts';
import { planSteps } from '../planning/plan-steps.ts';
import { smallestDetectable } from '../planning/smallest-detectable.ts';
import { timeToDetect } from '../planning/time-to-detect.ts';
import { jsonText } from '../report/json-text.ts';
import { planCurveSvg } from '../report/plan-curve-svg.ts';
import { planHtml } from '../report/plan-html.ts';
import { planMarkdown } from '../report/plan-markdown.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { planText } from '../report/plan-text.ts';
import { type CanaryPlan, canaryPlan } from '../rollouts/canary-plan.ts';
import { plannedCanary } from '../rollouts/planned/planned-canary.ts';
import { VERSION } from '../version.ts';
import { type Command, outputOf, type RunEdges } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { type PlanInput, planned, readPlanInput } from './plan-input.ts';
import { POLICY_HELP } from './policy-file.ts';

/** Weights and effects of the table, unless others are asked for. */
const TABLE_WEIGHTS = [1, 5, 10, 20, 50];
const TABLE_EFFECTS = { errors: [1.5, 2, 3, 5, 10], latency: [1.2, 1.3, 1.5, 2, 3] } as const;

/** The command `plan`. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'says how long a fault stays unseen, and which steps find it in time',
  usage: '--rps N --error-rate SHARE [options], or --telemetry FILE [options]',
  about:
    'The fastest steps that find a fault of the canary with the given chance, and keep all limits. Without --canary and ' +
    '--weights the steps may use 1, 2, 5, 10, 20, 30, 40 and 50 %. Where nothing fits, it says what would.',
  options: {
    rps: { argument: 'N', help: 'requests per second of the whole service, canary and stable together' },
    'error-rate': { argument: 'SHARE', help: "stable's share of failed requests: 0.01 or 1%" },
    noise: { argument: 'NAME', help: 'independent, calm, usual (default) or noisy; or learn it by --telemetry' },
    'requests-per-user': { argument: 'N', help: 'requests that one user makes while the canary runs; default 1' },
    telemetry: { argument: 'FILE', help: 'a recording to learn traffic, errors, latency and noise from; - is stdin' },
    policy: { argument: 'FILE', help: `whose margins and budget count: ${POLICY_HELP}` },
    criterion: { argument: 'NAME', help: 'which criterion of it; default: the first of the kind' },
    kind: { argument: 'KIND', help: 'errors (default) or latency, which needs --telemetry' },
    effect: { argument: 'RATIO', help: 'the fault: times the errors (default 2), or times as slow (1.5)' },
    power: { argument: 'SHARE', help: 'chance to find it; default 90%' },
    within: { argument: 'TIME', help: 'most time for all steps: 90s, 30m, 1h30m' },
    'max-users': { argument: 'N', help: 'most users that may meet the fault' },
    'max-bad-answers': { argument: 'N', help: 'most bad answers that the fault may cause' },
    canary: { argument: 'PERCENT', help: 'the one weight that there is' },
    weights: { argument: 'LIST', help: 'weights that steps may have, in percent: 1,5,20,50' },
    effects: { argument: 'LIST', help: 'ratios of the table and the picture: 1.5,2,5' },
    format: { argument: 'FORMAT', help: 'text, json, markdown on stdout; default text' },
    argo: { help: 'only the steps and why, as YAML for spec.strategy.canary.steps of Argo' },
    svg: { argument: 'FILE', help: 'writes the picture: minutes against effect, a line for each weight' },
    html: { argument: 'FILE', help: 'writes all of it as a page' },
  },
  operands: null,
  exits: { [EXIT.ok]: 'there is a plan', [EXIT.hold]: 'no plan meets the target' },
  examples: [
    {
      says: 'steps that find twice the errors within 30 minutes',
      lines: ['rolloutguard plan --rps 400 --error-rate 1% --effect 2 --within 30m'],
      exits: EXIT.ok,
    },
    {
      says: 'what 5 % of the traffic shows',
      lines: ['rolloutguard plan --rps 40 --error-rate 1% --canary 5 --effect 2 --within 30m'],
      exits: EXIT.hold,
    },
    {
      says: 'steps for an Argo Rollout, with the traffic and the noise of a recording',
      lines: [
        'rolloutguard example demo',
        'rolloutguard plan --telemetry demo/recordings/good-2.json --policy demo/policy.json --effect 3 \\',
        '  --argo',
      ],
      exits: EXIT.ok,
    },
  ],
  run,
};

/** What a plan shows, as data. */
interface PlanAnswer {
  readonly input: PlanInput;
  readonly report: Required<Pick<PlanReport, 'traffic' | 'steps' | 'curve'>> & PlanReport;
  /** For `spec.strategy.canary.steps`; `null` where there is no plan. */
  readonly argoSteps: CanaryPlan['argoSteps'] | null;
}

type Format = 'text' | 'json' | 'markdown';

const FORMATS: Readonly<Record<Format, (answer: PlanAnswer) => string>> = {
  text: ({ report }) => planText(report),
  json: ({ input: { settings }, report, argoSteps }) =>
    jsonText({ schemaVersion: 1, engineVersion: VERSION, ...report, settings: settings ?? null, argoSteps }),
  markdown: ({ report }) => planMarkdown(report),
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = FORMATS[invocation.word<Format>('format', ['text', 'json', 'markdown'], 'text')];
  const argo = invocation.has('argo');
  if (argo && invocation.has('format')) {
    invocation.fail('format', invocation.text('format'), '--argo has a format of its own: leave one of them out.');
  }
  const files = [await outputOf('svg', invocation, edges), await outputOf('html', invocation, edges)] as const;
  const effects = invocation.numbers('effects', { above: 1 });

  const input = await readPlanInput(invocation, edges);
  const answer = answerOf(invocation, input, effects);
  const { plan } = answer.report.steps;
  if (argo && !plan.feasible) {
    await edges.stderr.write(`rolloutguard plan: ${plan.because}. Without --argo it is said what would be feasible.\n`);
    return EXIT.hold;
  }
  const [svg, page] = files;
  if (svg !== null || page !== null) {
    // A picture shows more sizes of a fault than a table has room for.
    const curve = curveOf(invocation, input, effects);
    await svg?.write(planCurveSvg(curve, timeLine(input)));
    await page?.write(planHtml({ ...answer.report, curve, engineVersion: VERSION }));
  }
  await edges.stdout.write(argo ? argoYaml(invocation, input) : format(answer));
  return plan.feasible ? EXIT.ok : EXIT.hold;
}

function answerOf(invocation: Invocation, input: PlanInput, effects: readonly number[] | undefined): PlanAnswer {
  const { traffic, target, settings } = input;
  const how = settings === undefined ? {} : { settings };
  const plan = planned(invocation, () => planSteps(traffic, target, how));
  const curve = curveOf(invocation, input, effects ?? TABLE_EFFECTS[target.fault.kind]);
  const report = { traffic, ...answersAtOneWeight(invocation, input), steps: { target, plan }, curve };
  const argoSteps = plan.feasible ? canaryPlan({ steps: plan.steps }).argoSteps : null;
  return { input, report, argoSteps };
}

/** Who asks about one weight wants to know when it shows the fault, and what it shows in the time. */
function answersAtOneWeight(
  invocation: Invocation,
  { traffic, target, settings }: PlanInput,
): Pick<PlanReport, 'detections' | 'smallest'> {
  const weight = invocation.has('canary') ? target.weights?.[0] : undefined;
  if (weight === undefined) return {};
  const canaryShare = weight / 100;
  const { fault, power, withinSeconds } = target;
  const how = settings === undefined ? {} : { settings };
  // The median beside the chance that was asked for: how long it usually takes, and how long it may take.
  const detections = [...new Set([0.5, power])].map((chance) => ({
    ...{ fault, canaryShare, power: chance },
    detection: planned(invocation, () => timeToDetect(traffic, fault, { canaryShare, power: chance, ...how })),
  }));
  if (withinSeconds === undefined) return { detections };
  const asked = { kind: fault.kind, canaryShare, withinSeconds, power };
  const smallest = planned(invocation, () => smallestDetectable(traffic, { ...asked, ...how }));
  return { detections, smallest: [{ ...asked, smallest }] };
}

function curveOf(
  invocation: Invocation,
  { traffic, target, settings }: PlanInput,
  effects: readonly number[] | undefined,
): PlanCurve {
  return planned(invocation, () =>
    planCurve(traffic, {
      kind: target.fault.kind,
      power: target.power,
      weights: target.weights ?? TABLE_WEIGHTS,
      ...(effects === undefined ? {} : { effects }),
      ...(settings === undefined ? {} : { settings }),
    }),
  );
}

function timeLine({ target: { withinSeconds } }: PlanInput): { withinMinutes?: number } {
  return withinSeconds === undefined ? {} : { withinMinutes: withinSeconds / 60 };
}

/** The steps with their reasons as comments. So plain a list needs no writer of YAML. */
function argoYaml(invocation: Invocation, { traffic, target, settings }: PlanInput): string {
  const { fault, power, weights, ...exposure } = target;
  const canary = planned(invocation, () =>
    plannedCanary({
      ...{ traffic, exposure },
      find: fault.kind === 'errors' ? { ratio: fault.ratio, power } : { slower: fault.slower, power },
      ...(weights === undefined ? {} : { weights }),
      ...(settings === undefined ? {} : { settings }),
    }),
  );
  if (!canary.feasible) return '';
  const lines = canary.plan.argoSteps.map(({ setWeight, pause }) =>
    pause === undefined ? `- setWeight: ${setWeight}` : `- pause: { duration: ${pause.duration} }`,
  );
  return [...[canary.target, ...canary.reasons].map((why) => `# ${why}`), ...lines, ''].join('\n');
}
