import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { crashLoop, panicErrorRate } from '../../src/engine/hard-stops.ts';
import { parsePolicy } from '../../src/engine/parse-policy.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { batchWorker, lowTraffic, type PresetOverrides, webService } from '../../src/engine/presets.ts';
import { DEPLOYED_AT_MS, repeat, telemetryOf } from '../helpers/telemetry.ts';

const PRESETS = { webService, lowTraffic, batchWorker };
const names = (parts: readonly { name: string }[]): string[] => parts.map(({ name }) => name);

describe.each(Object.entries(PRESETS))('%s', (_, preset) => {
  it('is a whole policy that survives JSON', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(preset())))).toEqual(preset());
  });
  it.each<[unknown, string]>([
    [null, 'options'],
    ['fast', 'options'],
    [{ soakSecond: 7 }, 'options.soakSecond'],
    [{ criteria: 'x' }, 'criteria'],
    [{ criteria: null }, 'criteria'],
    [{ criteria: [null] }, 'criteria[0]'],
    [{ criteria: [errorRate(), undefined] }, 'criteria[1]'],
    [{ hardStops: [7] }, 'hardStops[0]'],
    [{ hardStops: {} }, 'hardStops'],
    [{ onMissing: null }, 'onMissing'],
    [{ soakSeconds: '7' }, 'soakSeconds'],
  ])('refuses %j by name and place', (overrides, path) => {
    const message = expect.stringMatching(new RegExp(`^${preset.name}: `));
    expect(() => preset(overrides as PresetOverrides)).toThrow(
      expect.objectContaining({ code: 'INVALID_POLICY', path, message }),
    );
  });
  it('spends most of its budget on errors', () => {
    const [errors, ...others] = preset().criteria;
    expect(errors!.kind).toBe('error-rate');
    for (const { weight } of others) expect(weight).toBeLessThan(errors!.weight);
  });
  it('has fields replaced, and criteria and hard stops merged by name', () => {
    const policy = preset();
    const own = policy.criteria[0]!.name;
    const changed = preset({
      soakSeconds: 77,
      onMissing: { noData: 'continue' },
      criteria: [errorRate({ name: own, max: 0.05 }), errorRate({ name: 'payments' })],
      hardStops: [panicErrorRate({ name: 'melted', max: 0.9 })],
    });
    expect(changed).toMatchObject({ soakSeconds: 77, deadlineSeconds: policy.deadlineSeconds });
    expect(changed.onMissing).toEqual({ ...policy.onMissing, noData: 'continue' });
    expect(names(changed.criteria)).toEqual([...names(policy.criteria), 'payments']);
    expect(changed.criteria[0]).toMatchObject({ name: own, max: 0.05, importance: 'normal' });
    expect(names(changed.hardStops)).toEqual([...names(policy.hardStops), 'melted']);
  });
  it('refuses what definePolicy() refuses', () => {
    expect(() => preset({ soakSeconds: -1 })).toThrow(/soakSeconds/);
    expect(() => preset({ sokSeconds: 1 } as object)).toThrow(/sokSeconds/);
  });
  it('refuses two criteria or hard stops of one name, also of a name that the preset has', () => {
    const own = preset().criteria[0]!.name;
    expect(() => preset({ criteria: [errorRate({ name: own }), errorRate({ name: own, max: 0.1 })] })).toThrow(/name/);
    const stops = [crashLoop(), crashLoop({ maxRestartsPerPodHour: 9 })];
    expect(() => preset({ hardStops: stops })).toThrow(/name/);
  });
});

describe('webService', () => {
  it('is the default policy with errors first, and with an end', () => {
    const { criteria, hardStops, deadlineSeconds, ...rest } = webService();
    const defaults = definePolicy({ criteria: [errorRate()] });
    expect({ ...defaults, ...rest }).toEqual(defaults);
    expect(deadlineSeconds).toBe(1800);
    expect(names(criteria)).toEqual(['error rate', 'latency p99']);
    expect(names(hardStops)).toEqual(['unanswered share', 'crash loop']);
  });
});

describe('batchWorker', () => {
  const idle = telemetryOf(
    [
      ...repeat(12, [
        [20, 0],
        [20, 0],
      ] as const),
      ...repeat(20, [
        [0, 0],
        [20, 0],
      ] as const),
    ],
    repeat(30, [20, 0] as const),
    { weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: 0.5 }] },
  );
  const verdictOf = (policy: ReturnType<typeof webService>) =>
    decide(policy, idle, { nowMs: idle.completeUntilMs }).verdict;
  it('goes on while there is no job for the canary, where a web service holds', () => {
    expect(verdictOf(batchWorker())).toBe('continue');
    expect(verdictOf(webService())).toBe('hold');
  });
  it('promotes by its jobs where nobody reports memory', () => {
    const busy = telemetryOf(
      repeat(181, [
        [200, 0],
        [200, 0],
      ] as const),
      repeat(30, [200, 0] as const),
    );
    const decision = decide(batchWorker(), busy, { nowMs: busy.completeUntilMs });
    expect(decision.verdict).toBe('promote');
    expect(decision.reason).toBe(
      'Promoting: proven not worse: failed jobs; cannot be proven on these data: job duration p90, memory.',
    );
  });
});
