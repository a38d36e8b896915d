import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { crashLoop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { assertPolicy, parsePolicy } from '../../src/engine/parse-policy.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import { anyEvidencePolicy, anyThresholdPolicy } from '../helpers/policies.ts';

const refused = (path: string) => expect.objectContaining({ code: 'INVALID_POLICY', path });
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const evidence = definePolicy({
  authority: {},
  deadlineSeconds: 1800,
  criteria: [
    errorRate({ max: 0.02, importance: 'critical' }),
    errorRate({ name: 'routes', segments: ['/cart', '/pay'] }),
    latency({ maxMs: 400 }),
    latency({ quantile: 0.5, importance: 'informational' }),
  ],
  hardStops: [panicErrorRate({ max: 0.2 }), sloBurnRate({ objective: 0.999 }), unansweredShare(), crashLoop()],
});
const thresholds = thresholdPolicy({ authority: {} });

/** A path as in errors, and the place in a document. */
function at(document: unknown, path: string): { holder: Record<string, unknown>; key: string } {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const key = keys.pop() as string;
  const holder = keys.reduce(
    (value, next) => value[next] as Record<string, unknown>,
    document as Record<string, unknown>,
  );
  return { holder, key };
}

/** A copy of a document with one place changed; `undefined` takes the field away. */
function changed(document: object, path: string, value: unknown): unknown {
  const copy = structuredClone(document);
  const { holder, key } = at(copy, path);
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  return copy;
}

function places(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Array.isArray(value)
    ? value.flatMap((item, i) => places(item, `${path}[${i}]`))
    : Object.entries(value).flatMap(([key, item]) => places(item, path === '' ? key : `${path}.${key}`));
  return path === '' ? below : [path, ...below];
}

const between = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && value > low && value < high;
const from = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && value >= low && value <= high;
const either =
  (...accepted: ((value: unknown) => boolean)[]) =>
  (value: unknown) =>
    accepted.some((accepts) => accepts(value));
const oneOf =
  (...words: unknown[]) =>
  (value: unknown) =>
    words.includes(value);
const whole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const deployments = (value: unknown): boolean => whole(value) && (value as number) <= 10_000;
const text = (value: unknown): boolean => typeof value === 'string' && value !== '';
const plenty = Number.MAX_VALUE;
const holdOrContinue = oneOf('hold', 'continue');
const importance = oneOf('critical', 'normal', 'informational');
const weight = from(0, plenty);
const stopWeight = from(Number.MIN_VALUE, plenty);
const increase = from(0, 100);
const promoteWithin = from(1.0000000000000002, plenty);

/** What may stand at every single place of the two documents: written by hand, to be compared with the schema. */
const MAY_STAND: Record<string, (value: unknown) => boolean> = {
  schemaVersion: oneOf(1),
  falseRollbackRate: between(0, 1),
  intervalSeconds: from(1, 300),
  warmUpSeconds: from(0, 1e9),
  soakSeconds: from(0, 1e9),
  historySeconds: from(0, 1e9),
  deadlineSeconds: either(oneOf(null), from(Number.MIN_VALUE, 1e9)),
  assumedPodSpread: from(0, 3),
  minimumSampleSize: whole,
  automation: oneOf('rollback', 'escalate'),
  'authority.notify.goodDeployments': deployments,
  'authority.hold.maxFalseRollbacks': deployments,
  'authority.rollback.goodDeployments': deployments,
  'authority.window': (value) => deployments(value) && value !== 0,
  'onMissing.noData': holdOrContinue,
  'onMissing.noTraffic': holdOrContinue,
  'onMissing.tooFewSamples': holdOrContinue,
  'onMissing.sourceFailed': holdOrContinue,
  'criteria[0].name': text,
  'criteria[0].importance': importance,
  'criteria[0].weight': weight,
  'criteria[0].maxRelativeIncrease': increase,
  'criteria[0].minAbsoluteIncrease': (value) => value === 0 || between(0, 1)(value),
  'criteria[0].promoteWithin': promoteWithin,
  'criteria[0].max': either(oneOf(null), between(0, 1)),
  'criteria[0].segments': (value) => value === null || (Array.isArray(value) && value.length > 0),
  'criteria[1].segments[0]': text,
  'criteria[2].name': text,
  'criteria[2].importance': importance,
  'criteria[2].weight': weight,
  'criteria[2].quantile': between(0, 1),
  'criteria[2].maxRelativeIncrease': increase,
  'criteria[2].promoteWithin': promoteWithin,
  'criteria[2].maxMs': either(oneOf(null), from(Number.MIN_VALUE, plenty)),
  'hardStops[0].max': between(0, 1),
  'hardStops[0].weight': stopWeight,
  'hardStops[1].objective': between(0, 1),
  'hardStops[1].maxBurnRate': from(Number.MIN_VALUE, plenty),
  'hardStops[1].weight': stopWeight,
  'hardStops[2].max': between(0, 1),
  'hardStops[2].weight': stopWeight,
  'hardStops[3].maxRestartsPerPodHour': from(Number.MIN_VALUE, plenty),
  'hardStops[3].weight': stopWeight,
};
const MAY_STAND_IN_THRESHOLDS: typeof MAY_STAND = {
  schemaVersion: oneOf(1),
  maxErrorRate: from(0, 1),
  maxRelativeErrorIncrease: from(0, plenty),
  minAbsoluteErrorIncrease: from(0, 1),
  maxP99LatencyMs: from(0, plenty),
  maxRelativeLatencyIncrease: from(0, plenty),
  minimumSampleSize: whole,
  windowSeconds: from(Number.MIN_VALUE, 1e9),
  automation: oneOf('rollback', 'escalate'),
  'authority.rollback.maxFalseRollbacks': deployments,
};
/** Places whose values, sound by themselves, may contradict another field. */
const MAY_CONTRADICT =
  /^(warmUp|soak|deadline)Seconds$|^intervalSeconds$|weight$|importance$|Increase$|promoteWithin$|criteria.*max$|objective$|maxBurnRate$|segments|^authority/;
/** Both sides of every bound that a number may have. */
const EDGES = [0, 1, 3, 100, 300, 1e9].flatMap((edge) => [edge, edge + 1e-6, edge - 1e-6]);
const anyValue = fc.oneof(
  fc.double(),
  fc.integer({ min: -2, max: 400 }),
  fc.double({ min: -0.5, max: 1.5 }),
  fc.constantFrom<unknown>(
    null,
    '',
    'x',
    true,
    [],
    {},
    ['a'],
    0,
    -0,
    1,
    2,
    3,
    100,
    300,
    1e9,
    'hold',
    'rollback',
    'normal',
  ),
);

/** The path of the complaint; `null` when the document is accepted. */
function complaint(document: unknown): string | null {
  try {
    parsePolicy(document);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_POLICY', mend: expect.stringMatching(/\.$/) });
    return (error as { path: string }).path;
  }
}

describe('parsePolicy', () => {
  it('takes every policy that can be made, through JSON, with the same digest', () => {
    fc.assert(
      fc.property(fc.oneof(anyEvidencePolicy, anyThresholdPolicy), (policy) => {
        const parsed = parsePolicy(throughJson(policy));
        expect(parsed).toEqual(policy);
        expect(policyDigest(parsed)).toBe(policyDigest(policy));
      }),
    );
  });

  it('returns a copy that shares nothing with the document', () => {
    const document = structuredClone(evidence);
    const parsed = parsePolicy(document);
    document.criteria[0]!.name = 'changed';
    document.onMissing.noData = 'continue';
    expect(parsed).toEqual(evidence);
  });

  it.each([
    ['evidence', evidence, MAY_STAND],
    ['thresholds', thresholds, MAY_STAND_IN_THRESHOLDS],
  ] as const)(
    'accepts at every place of %s what may stand there, and names the place of what may not',
    (_, policy, rules) => {
      fc.assert(
        fc.property(fc.constantFrom(...Object.keys(rules)), anyValue, (path, value) => {
          const found = complaint(changed(policy, path, value));
          if (!rules[path]!(value)) expect(found).toBe(path);
          else if (!MAY_CONTRADICT.test(path)) expect(found).toBe(null);
        }),
        { numRuns: 3000 },
      );
    },
  );

  it.each([
    ['evidence', evidence, MAY_STAND],
    ['thresholds', thresholds, MAY_STAND_IN_THRESHOLDS],
  ] as const)('draws the bounds of %s where they are drawn by hand', (_, policy, rules) => {
    for (const path of Object.keys(rules)) {
      for (const edge of EDGES) {
        const found = complaint(changed(policy, path, edge));
        if (!rules[path]!(edge)) expect(`${path} = ${edge}: ${found}`).toBe(`${path} = ${edge}: ${path}`);
        else if (!MAY_CONTRADICT.test(path)) expect(`${path} = ${edge}: ${found}`).toBe(`${path} = ${edge}: null`);
      }
    }
  });

  it.each([
    ['evidence', evidence],
    ['thresholds', thresholds],
  ])('refuses %s with one field missing, misspelt or of another type, and names it', (_, policy) => {
    for (const path of places(policy)) {
      const { holder, key } = at(policy, path);
      if (!Array.isArray(holder)) {
        expect(complaint(changed(policy, path, undefined))).toBe(path);
        expect(complaint(changed(policy, `${path}x`, holder[key]))).toBe(`${path}x`);
      }
      expect(complaint(changed(policy, path, true))).toBe(path);
      expect(complaint(changed(policy, path, Symbol('s')))).toBe(path);
      expect(complaint(changed(policy, path, Number.NaN))).toBe(path);
    }
  });

  it.each([
    ['nothing', null, 'policy'],
    ['text', 'policy', 'policy'],
    ['a list', [evidence], 'policy'],
    ['no kind', {}, 'kind'],
    ['an unknown kind', { ...evidence, kind: 'vibes' }, 'kind'],
    ['another version', { ...evidence, schemaVersion: 2 }, 'schemaVersion'],
    ['a kind that every object inherits', { ...evidence, kind: 'constructor' }, 'kind'],
  ])('refuses %s', (_, document, path) => {
    expect(() => parsePolicy(document)).toThrow(refused(path));
  });

  it.each([
    ['weights that sum to more', 'criteria[1].weight', 0.9, 'criteria'],
    ['weights that sum to less', 'criteria[1].weight', 0.01, 'criteria'],
    ['an informational criterion with a weight', 'criteria[3].weight', 0.1, 'criteria[3].weight'],
    ['a criterion that decides without a weight', 'criteria[1].weight', 0, 'criteria[1].weight'],
    ['promoteWithin at the tolerated ratio', 'criteria[0].promoteWithin', 1.25, 'criteria[0].promoteWithin'],
    ['a tolerance above promoteWithin', 'criteria[2].maxRelativeIncrease', 0.5, 'criteria[2].promoteWithin'],
    ['max below minAbsoluteIncrease', 'criteria[0].max', 0.0004, 'criteria[0].max'],
    ['a name used twice', 'criteria[1].name', 'error rate', 'criteria[1].name'],
    ['a hard stop named as a criterion', 'hardStops[0].name', 'error rate', 'hardStops[0].name'],
    ['a segment twice', 'criteria[1].segments[1]', '/cart', 'criteria[1].segments'],
    ['no segment', 'criteria[1].segments', [], 'criteria[1].segments'],
    ['a burn rate that nothing exceeds', 'hardStops[1].maxBurnRate', 1000.1, 'hardStops[1].maxBurnRate'],
    ['a soak after the deadline', 'soakSeconds', 1801, 'soakSeconds'],
    ['a warm-up until the deadline', 'warmUpSeconds', 1800, 'warmUpSeconds'],
    ['a deadline within the first interval', 'deadlineSeconds', 9, 'deadlineSeconds'],
    ['no criterion', 'criteria', [], 'criteria'],
  ])('refuses %s', (_, path, value, named) => {
    expect(() => parsePolicy(changed(evidence, path, value))).toThrow(refused(named));
  });

  it.each([
    ['a soak until the deadline', 'soakSeconds', 1800],
    ['a deadline at the end of the soak', 'deadlineSeconds', 180],
    ['max at minAbsoluteIncrease', 'criteria[0].max', 0.0005],
    ['a promoteWithin just above the tolerated ratio', 'criteria[0].promoteWithin', 1.2500001],
    ['weights that sum to 1 as far as a hand writes them', 'hardStops[0].weight', evidence.hardStops[0]!.weight + 9e-7],
  ])('takes %s', (_, path, value) => {
    expect(() => parsePolicy(changed(evidence, path, value))).not.toThrow();
  });

  it('takes a deadline of one interval', () => {
    const short = { ...evidence, deadlineSeconds: 10, warmUpSeconds: 0, soakSeconds: 10 };
    expect(parsePolicy(short)).toEqual(short);
  });

  it('says what to do', () => {
    const mendOf = (path: string, value: unknown): unknown => {
      try {
        return parsePolicy(changed(evidence, path, value));
      } catch (error) {
        return (error as { mend: string }).mend;
      }
    };
    expect(mendOf('criteria[0].promoteWithin', 1.1)).toBe(
      'It must be above the tolerated ratio, 1 + maxRelativeIncrease (1.25).',
    );
    expect(mendOf('hardStops[1].maxBurnRate', 2000)).toMatch(
      /^No error rate is above maxBurnRate \* \(1 - objective\), which is 2\.0/,
    );
    expect(mendOf('criteria[1].weight', 0.9)).toMatch(/must sum to 1; they sum to 1\.\d+\.$/);
    expect(mendOf('hardStops', 'none')).toBe('Use a list.');
    expect(mendOf('criteria', [])).toBe('Use a list of 1 or more.');
    expect(mendOf('soakSeconds', 2000)).toBe('It must not be above deadlineSeconds (1800).');
  });

  it('refuses a policy in which nothing decides', () => {
    const informational = { ...latency({ importance: 'informational' }) };
    const document = { ...evidence, criteria: [informational], hardStops: [{ ...crashLoop(), weight: 1 }] };
    expect(() => parsePolicy(document)).toThrow(refused('criteria'));
  });
});

describe('a name', () => {
  it.each(['criteria[1].name', 'criteria[3].name', 'hardStops[0].name'])(
    'is not that of the limit of a criterion, which stands beside it in decisions: %s',
    (path) => {
      for (const name of ['error rate limit', 'latency p99 limit']) {
        const mend = 'The fixed limit of another criterion is called so: use another name.';
        const refusal = expect.objectContaining({ code: 'INVALID_POLICY', path, value: name, mend });
        expect(() => parsePolicy(changed(evidence, path, name))).toThrow(refusal);
      }
      // That criterion has no limit.
      parsePolicy(changed(evidence, path, 'latency p50 limit'));
    },
  );

  const named = (name: string): unknown => changed(evidence, 'criteria[0].name', name);
  it.each(['a\nROLLBACK', 'a\r', '\u001b[2J', 'a\u0085b', 'a\u2028b', '\u202eb', '\u2066b'])(
    'cannot break the sentence that it stands in: %j',
    (name) => {
      const refusal = {
        code: 'INVALID_POLICY',
        path: 'criteria[0].name',
        mend: 'Use one line without control characters.',
      };
      expect(() => parsePolicy(named(name))).toThrow(expect.objectContaining(refusal));
    },
  );
  it.each(['Fehler / h', 'エラー率', 'p99 \u{1f40c}', "what's up?"])('may be any other text: %j', (name) => {
    expect(parsePolicy(named(name))).toMatchObject({ criteria: [{ name }, {}, {}, {}] });
  });
});

describe('assertPolicy', () => {
  it('accepts what parsePolicy accepts, and says what is wrong otherwise', () => {
    expect(() => assertPolicy(evidence)).not.toThrow();
    expect(() => assertPolicy(thresholds)).not.toThrow();
    for (const nothing of [null, undefined, 1, 'policy', {}]) expect(() => assertPolicy(nothing)).toThrow(/^policy: /);
    expect(() => assertPolicy(changed(evidence, 'intervalSeconds', 0))).toThrow(refused('intervalSeconds'));
  });

  it('looks at an object once, and at one that was refused again', () => {
    let looks = 0;
    const counted = new Proxy(structuredClone(evidence), {
      ownKeys(target) {
        looks += 1;
        return Reflect.ownKeys(target);
      },
    });
    assertPolicy(counted);
    const first = looks;
    assertPolicy(counted);
    expect(first).toBeGreaterThan(0);
    expect(looks).toBe(first);

    const mended = structuredClone(evidence);
    mended.intervalSeconds = 0;
    expect(() => assertPolicy(mended)).toThrow(refused('intervalSeconds'));
    mended.intervalSeconds = 10;
    expect(() => assertPolicy(mended)).not.toThrow();
  });
});
