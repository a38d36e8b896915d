import { describe, expect, test } from 'vitest';
import { detectionSettings } from '../../src/engine/detection-settings.ts';
import { definePolicy, errorRate, latency, thresholdPolicy } from '../../src/index.ts';
import { planCurve } from '../../src/planning/plan-curve.ts';
import { planSteps, type StepPlan } from '../../src/planning/plan-steps.ts';
import { timeToDetect } from '../../src/planning/time-to-detect.ts';
import { trafficOf } from '../../src/planning/traffic-of.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plannedCanary } from '../../src/rollouts/planned/index.ts';
import { type Finished, Folder, type Given, runCli } from '../helpers/command-line.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const plan = (words: string, given?: Given): Promise<Finished> => runCli(['plan', ...words.split(' ')], given);
const SERVICE = '--rps 400 --error-rate 1%';
const traffic = { requestsPerSecond: 400, errorRate: 0.01 };
const fault = { kind: 'errors', ratio: 2 } as const;

interface Answer {
  traffic: object;
  steps: { target: object; plan: StepPlan };
  detections?: { detection: object; power: number }[];
  settings: object | null;
  curve: object;
  argoSteps: object[] | null;
}

async function answer(words: string, given?: Given): Promise<Answer> {
  const { stdout, stderr } = await plan(`${words} --format json`, given);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Answer;
}

describe('a plan', () => {
  test('is that of the library', async () => {
    const target = { fault: { kind: 'errors', ratio: 3 }, power: 0.8, withinSeconds: 5400, weights: [5, 20] } as const;
    const options = '--effect 3 --power 80% --within 1h30m --weights 5,20% --effects 2,4';
    const given = await answer(`${SERVICE} ${options}`);
    const steps = planSteps(traffic, target);
    const curve = planCurve(traffic, { kind: 'errors', power: 0.8, weights: [5, 20], effects: [2, 4] });
    expect(given).toMatchObject({ traffic, steps: { target, plan: steps }, curve, settings: null });
    expect((await plan(`${SERVICE} ${options}`)).stdout).toBe(
      planText({ traffic, steps: { target, plan: steps }, curve }),
    );
    expect((await plan(`${SERVICE} ${options} --format markdown`)).stdout).toMatch(/^### Plan/);
  });

  test('that is feasible ends with 0, and one that is not with 20 and what would be', async () => {
    expect((await plan(`${SERVICE} --effect 2`)).code).toBe(0);
    const { code, stdout } = await plan(`${SERVICE} --effect 2 --canary 1 --within 1m`);
    expect(code).toBe(20);
    expect(stdout).toContain('Any one of these would make it feasible');
  });

  test('keeps the limits on users and bad answers', async () => {
    const limits = '--max-users 9000 --max-bad-answers 50 --requests-per-user 4';
    const { target } = (await answer(`${SERVICE} --effect 5 ${limits}`)).steps;
    expect(target).toMatchObject({ mostUsersExposed: 9000, mostBadAnswers: 50 });
    expect((await answer(`${SERVICE} ${limits}`)).traffic).toMatchObject({ requestsPerUser: 4 });
  });

  test('at one weight says when the fault is seen: usually, and with the chance', async () => {
    const { detections } = await answer(`${SERVICE} --canary 5 --within 10m`);
    expect(detections).toEqual(
      [0.5, 0.9].map((power) => ({
        ...{ fault, canaryShare: 0.05, power },
        detection: timeToDetect(traffic, fault, { canaryShare: 0.05, power }),
      })),
    );
    expect((await answer(`${SERVICE} --canary 5 --power 0.5`)).detections).toHaveLength(1);
  });

  test('noise that is assumed changes it', async () => {
    const seconds = async (noise: string): Promise<number | null> => {
      const { plan: steps } = (await answer(`${SERVICE} --noise ${noise}`)).steps;
      return steps.feasible ? steps.totalSeconds : null;
    };
    expect(await seconds('noisy')).toBeGreaterThan((await seconds('calm'))!);
  });

  test('as steps of an Argo Rollout is YAML of what plannedCanary makes of it, with the reasons', async () => {
    const canary = plannedCanary({ traffic, find: { ratio: fault.ratio, power: 0.9 } });
    if (!canary.feasible) throw new Error('the plan of this test must be feasible');
    const { code, stdout } = await plan(`${SERVICE} --argo`);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    const why = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
    expect(why).toEqual([canary.target, ...canary.reasons]);
    const parsed = lines.slice(why.length).map((line) => {
      const [, weight, duration] = /^- (?:setWeight: (\d+)|pause: \{ duration: (\w+) \})$/.exec(line) ?? [];
      return weight === undefined ? { pause: { duration } } : { setWeight: Number(weight) };
    });
    expect(parsed).toEqual(canary.steps);
  });

  test('that is not feasible gives Argo nothing', async () => {
    const { code, stdout, stderr } = await plan(`${SERVICE} --canary 1 --within 1m --argo`);
    expect({ code, stdout }).toEqual({ code: 20, stdout: '' });
    expect(stderr).toMatch(/^rolloutguard plan: No weight finds the fault within all limits\./);
  });

  test('is written as a picture and a page, with more sizes than the table', async () => {
    using folder = new Folder();
    const { code } = await plan(`${SERVICE} --svg ${folder.file('p.svg')} --html ${folder.file('p.html')}`);
    expect(code).toBe(0);
    expect(folder.read('p.svg')).toMatch(/^<svg /);
    expect(folder.read('p.html')).toMatch(/^<!DOCTYPE html>[\s\S]*<svg /);
  });
});

describe('what a plan is learned from', () => {
  const histogram = {
    type: 'explicit',
    unit: 'ms',
    upperBounds: [50, 100, 200, 400, 800],
    counts: [900, 600, 300, 150, 40, 10],
  } as const;
  const recording = telemetryOf(
    repeat(30, [
      [100, 1],
      [1900, 19],
    ] as const),
    repeat(30, [2000, 20] as const),
  );
  const slow = { ...recording, intervals: recording.intervals.map((one) => ({ ...one, latency: histogram })) };
  const policy = definePolicy({
    criteria: [
      errorRate({ maxRelativeIncrease: 0.4 }),
      latency(),
      errorRate({ name: 'strict', maxRelativeIncrease: 0.1 }),
    ],
  });

  test('a recording gives the traffic, and options put it right', async () => {
    using folder = new Folder();
    const file = folder.write('recording.json', recording);
    expect((await answer(`--telemetry ${file}`)).traffic).toEqual(JSON.parse(JSON.stringify(trafficOf(recording))));
    expect((await answer(`--telemetry ${file} --rps 7`)).traffic).toMatchObject({
      requestsPerSecond: 7,
      errorRate: 0.01,
    });
    expect(
      (await answer('--telemetry - --error-rate 0.5', { stdin: JSON.stringify(recording) })).traffic,
    ).toMatchObject({
      requestsPerSecond: trafficOf(recording).requestsPerSecond,
      errorRate: 0.5,
    });
  });

  test('a policy gives the margins of the criterion that is named', async () => {
    using folder = new Folder();
    const file = folder.write('policy.json', policy);
    expect((await answer(`${SERVICE} --policy ${file}`)).settings).toEqual(detectionSettings(policy, 'error rate'));
    expect((await answer(`${SERVICE} --policy ${file} --criterion strict`)).settings).toEqual(
      detectionSettings(policy, 'strict'),
    );
  });

  test('latency is planned by the histograms of stable', async () => {
    using folder = new Folder();
    const words = `--kind latency --telemetry ${folder.write('slow.json', slow)} --policy ${folder.write('policy.json', policy)}`;
    const { steps, settings } = await answer(words);
    expect(steps.target).toMatchObject({ fault: { kind: 'latency', slower: 1.5 } });
    expect(settings).toEqual(detectionSettings(policy, 'latency p99'));
  });

  test.each([
    ['--kind latency --rps 5 --error-rate 1%', '--telemetry is missing. Give a recording whose stable has latency'],
    ['--kind latency --telemetry recording.json', 'recording.json"). Give a recording whose stable has latency'],
    ['--telemetry policy.json', 'policy.json: Invalid telemetry'],
    ['--telemetry aggregates.json', 'aggregates.json: rates over a window say nothing of noise'],
    [`${SERVICE} --policy thresholds`, 'Fixed thresholds know no evidence'],
    [`${SERVICE} --policy only-latency.json`, 'It judges no errors: name another one.'],
    [
      `${SERVICE} --policy policy.json --criterion nothing`,
      '--criterion (got "nothing"). Use one of: error rate, latency p99, strict.',
    ],
    [`${SERVICE} --policy policy.json --criterion latency_p99`, '--criterion (got "latency_p99"). Use one of'],
    [`${SERVICE} --criterion strict`, '--policy is missing. Name the policy that has the criterion.'],
  ])('%s is refused', async (words, message) => {
    using folder = new Folder();
    folder.write('recording.json', recording);
    folder.write('policy.json', policy);
    folder.write('only-latency.json', definePolicy({ criteria: [latency()] }));
    const rates = { errorRate: 0, p99LatencyMs: null, requestsPerSecond: 1, timestampMs: 0 };
    folder.write('aggregates.json', {
      ...{ schemaVersion: 1, kind: 'aggregates', service: 's', deploymentId: 'd', windowSeconds: 60, atMs: 0 },
      ...{ canary: rates, stable: rates },
    });
    folder.write('thresholds.json', thresholdPolicy());
    const { code, stdout, stderr } = await plan(words.replaceAll(/\S+\.json/g, (name) => folder.file(name)));
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('contradictions are named by their option', () => {
  test.each([
    ['', '--rps is missing. Give the requests per second of the whole service, or --telemetry FILE to learn it'],
    ['--rps 5', "--error-rate is missing. Give stable's share of failed requests, such as 1%, or --telemetry"],
    ['--rps 0 --error-rate 1%', 'at --rps (got 0). Without traffic nothing can be seen'],
    ['--rps -1 --error-rate 1%', '--rps needs a value, and -1 looks like an option'],
    ['--rps 5 --error-rate 100%', 'at --error-rate (got 1). '],
    ['--rps 5 --error-rate 3', 'at --error-rate (got 3). Use a finite number at least 0 and at most 1.'],
    [`${SERVICE} --effect 1.2`, 'at --effect (got 1.2). It is tolerated: maxRelativeIncrease allows up to 1.25 times.'],
    [`${SERVICE} --effect 1`, 'at --effect (got 1). Use a finite number above 1.'],
    [`${SERVICE} --power 1`, 'at --power (got 1). Use a finite number above 0 and below 1.'],
    [`${SERVICE} --power 90`, 'at --power (got 90)'],
    [`${SERVICE} --max-users 0`, 'at --max-users (got 0). Nothing can be found without letting the canary serve'],
    [`${SERVICE} --max-bad-answers 0`, 'at --max-bad-answers (got 0). Nothing can be found'],
    [`${SERVICE} --within 30`, 'at --within (got "30"). Use a duration such as 90s, 30m or 1h30m.'],
    [`${SERVICE} --weights 20,5`, 'at --weights (got 5). Weights must ascend: the one before it is 20.'],
    [`${SERVICE} --weights 2.5`, 'at --weights (got 2.5). Use a whole number at least 1 and at most 99.'],
    [`${SERVICE} --canary 100`, 'at --canary (got 100). Use a whole number at least 1 and at most 99.'],
    [`${SERVICE} --canary 5,10`, 'at --canary (got "5,10"). Give one weight.'],
    [`${SERVICE} --canary 5 --weights 5,10`, 'Give --canary for one weight, or --weights for several.'],
    [`${SERVICE} --effects 3,2`, 'at --effects (got 2)'],
    [`${SERVICE} --requests-per-user 0`, 'at --requests-per-user (got 0)'],
    [`${SERVICE} --noise loud`, 'at --noise (got "loud"). Use one of: independent, calm, usual, noisy.'],
    [`${SERVICE} --kind speed`, 'at --kind (got "speed"). Use one of: errors, latency.'],
    [`${SERVICE} --argo --format json`, '--argo has a format of its own: leave one of them out.'],
  ])('%s', async (words, message) => {
    const { code, stdout, stderr } = await runCli(['plan', ...words.split(' ').filter((word) => word !== '')]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^rolloutguard plan: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
