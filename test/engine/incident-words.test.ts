/** The words for incidents and dependencies, one by one. */
import { describe, expect, it } from 'vitest';
import type { AttributionWatch, Incident } from '../../src/engine/attribution.ts';
import { besidesWorse, incidentWords } from '../../src/engine/incident-words.ts';

const errors: Incident = { kind: 'errors', signal: 'error rate', sinceMs: 0, now: 0.2, before: 0.0101 };
const latency: Incident = { kind: 'latency', signal: 'latency', sinceMs: 0, now: 0.17, before: 0.01, edgeMs: 249.99 };
const dependency = (signal: string, atBothArms = true): Incident => ({
  kind: 'dependency',
  signal,
  sinceMs: 0,
  now: 0.12,
  before: 0.001,
  atBothArms,
});

describe('incidents', () => {
  it('are told with their rates now and before', () => {
    expect(incidentWords([errors])).toBe('stable itself fails 20 % of its requests, 1 % before the deployment');
    expect(incidentWords([latency])).toBe(
      "17 % of stable's requests take longer than 250 ms, 1 % before the deployment",
    );
    expect(incidentWords([dependency('db')])).toBe(
      '12 % of the calls to db fail at both arms, 0.1 % before the deployment',
    );
    expect(incidentWords([dependency('db', false)])).toBe(
      "12 % of stable's calls to db fail, 0.1 % before the deployment",
    );
  });

  it('are told one after the other, three dependencies by name and the others by number', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => dependency(name));
    const words = incidentWords([errors, ...many]);
    expect(words).toMatch(/^stable itself fails .*; 12 % of the calls to a .*; and so do calls to 2 more$/);
    expect(words).not.toContain('calls to d');
    expect(incidentWords(many.slice(0, 3))).not.toContain('more');
  });

  it('have names that cannot break the sentence', () => {
    const words = incidentWords([dependency(`db\nROLLBACK\u202e  ${'x'.repeat(100)}`)]);
    expect(words).toContain(`calls to db ROLLBACK ${'x'.repeat(48)}... fail`);
  });
});

describe('beside a canary that is worse', () => {
  const watch = (incidents: Incident[], ratios: [name: string, ratio: number, low: number, worse: boolean][] = []) =>
    ({
      incidents,
      dependencies: ratios.map(([name, ratio, low, worseAtCanary]) => ({
        name,
        worseAtCanary,
        canary: { requests: 100, bad: 12 },
        stable: { requests: 1000, bad: 15 },
        canaryRatio: { ratio, low, high: 2 * ratio },
      })),
    }) as unknown as AttributionWatch;

  it('stands the incident, with the dependencies that are behind it', () => {
    expect(besidesWorse(watch([]))).toBe('');
    expect(besidesWorse(watch([errors]))).toBe(', on top of an incident that hits stable too');
    expect(besidesWorse(watch([errors, dependency('db')]))).toBe(
      ', on top of an incident that hits stable too (12 % of the calls to db fail at both arms, 0.1 % before the deployment)',
    );
  });

  it('stands the one dependency that most surely fails at the canary alone', () => {
    const told = watch(
      [],
      [
        ['cache', 9, 1.5, true],
        ['db', 8.04, 4, true],
        ['queue', 90, 50, false],
      ],
    );
    expect(besidesWorse(told)).toBe(
      "; its calls to db fail 8x as often as stable's (12 % and 1.5 %), so look at its endpoint, configuration and credentials there",
    );
  });

  const counted = (name: string, more: object) => ({
    incidents: [],
    dependencies: [{ name, canary: { requests: 100, bad: 50 }, ...more }],
  });
  const words = (name: string, more: object): string =>
    besidesWorse(counted(name, more) as unknown as AttributionWatch);

  it('stands no ratio to next to nothing', () => {
    const ratio = (value: number) => ({ worseAtCanary: true, canaryRatio: { ratio: value, low: 9, high: null } });
    expect(words('db', { ...ratio(12_000), stable: { requests: 20_000, bad: 0 } })).toBe(
      "; 50 % of its calls to db fail and none of stable's, so look at its endpoint, configuration and credentials there",
    );
    expect(words('db', { ...ratio(1200), stable: { requests: 20_000, bad: 8 } })).toContain(
      "; its calls to db fail over 1,000x as often as stable's (50 % and 0.04 %), so look",
    );
  });

  it('stands a dependency that only the canary calls, unless another fails at the canary more than at stable', () => {
    const own = { worseAtCanary: false, failsAtCanaryOnly: true, canaryRatio: null, stable: { requests: 0, bad: 0 } };
    expect(words('new-cache', own)).toBe(
      '; 50 % of its calls to new-cache fail and stable makes none, so look at its endpoint, configuration and credentials there',
    );
    const both = watch([], [['db', 8, 4, true]]);
    const [dependency] = counted('a', own).dependencies;
    const told = { incidents: [], dependencies: [dependency, ...both.dependencies] } as unknown as AttributionWatch;
    expect(besidesWorse(told)).toMatch(/^; its calls to db fail 8x/);
  });
});
