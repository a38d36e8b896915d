/** Names of dependencies come from outside: however many there are, what is kept of them is bounded. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { DependencyWatches, MOST_DEPENDENCIES } from '../../src/engine/dependency-watches.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { contextAt, sessionOf } from '../helpers/sessions.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()], hardStops: [] });
const CALM: readonly [Arm, Arm] = [
  [100, 1],
  [1900, 19],
];
const nameOf = (i: number): string => `shard-${String(i).padStart(4, '0')}`;
const calls = (names: readonly string[]) =>
  names.map((name) => ({ name, canary: { requests: 1, bad: 0 }, stable: { requests: 9, bad: 0 } }));
const names = (watches: DependencyWatches): string[] => watches.watched.map(({ name }) => name);

describe('dependencies', () => {
  it('are watched as they are called first, and by name within one slot', () => {
    const watches = new DependencyWatches(10);
    watches.learnBefore({ endMs: 1, calls: calls(['z']) });
    const many = Array.from({ length: MOST_DEPENDENCIES + 3 }, (_, i) => nameOf(i));
    expect(watches.problems).toEqual([]);
    watches.observe({ endMs: 2, calls: calls(many) });
    watches.observe({ endMs: 3, calls: calls(['a', 'z']) });
    expect(names(watches)).toEqual([...many.slice(0, MOST_DEPENDENCIES - 1), 'z']);
    expect(['z', many[0]!, 'a'].map((name) => watches.mayWatch(name))).toEqual([true, true, false]);
    expect(watches.problems).toEqual([
      {
        source: 'telemetry',
        code: 'TOO_MANY_DEPENDENCIES',
        message: `Calls to more than 50 dependencies were told. The first 50 are watched, later ones such as "${nameOf(MOST_DEPENDENCIES - 1)}" are not: name services, not addresses or ids.`,
        atMs: 2,
      },
    ]);
    expect(new DependencyWatches(10, JSON.parse(JSON.stringify(watches.state()))).state()).toEqual(watches.state());
  });

  it('of one more than can be watched keep a message short', () => {
    const watches = new DependencyWatches(10);
    watches.observe({ endMs: 1, calls: calls(Array.from({ length: 51 }, (_, i) => `${nameOf(i)}${'x'.repeat(1e5)}`)) });
    expect(watches.problems[0]!.message.length).toBeLessThan(300);
  });

  it('are the same for a session and for the whole history, whatever order they are told in', () => {
    const telemetry = telemetryOf(repeat(2, CALM), repeat(20, [1000, 10]));
    const many = Array.from({ length: 70 }, (_, i) => nameOf((i * 37) % 70));
    const told = Object.fromEntries(many.map((name) => [name, [interval(0, 'stable', [9, 1])]]));
    const session = sessionOf(policy);
    for (const change of telemetry.weights) session.route(change);
    for (const each of telemetry.intervals) session.observe(each);
    for (const name of many.toReversed()) session.observeDependency(name, told[name]![0]!);
    session.completeUntil(telemetry.completeUntilMs);
    const context = contextAt(telemetry.completeUntilMs);
    const decision = session.decision(context);
    expect(decision).toEqual(decide(policy, { ...telemetry, dependencies: told }, context));
    expect(decision.attribution?.dependencies).toHaveLength(MOST_DEPENDENCIES);
    expect(decision.problems.map(({ code }) => code)).toEqual(['TOO_MANY_DEPENDENCIES']);
  });

  it('do not make a stored session grow', () => {
    const session = sessionOf(policy);
    const sizeAfter = (slot: number): number => {
      session.observe(interval(slot, 'stable', [1000, 10]));
      for (let i = 0; i < 60; i++) session.observeDependency(nameOf(slot * 60 + i), interval(slot, 'stable', [9, 0]));
      session.completeUntil(DEPLOYED_AT_MS + (slot + 1) * 10_000);
      return JSON.stringify(session).length;
    };
    const sizes = Array.from({ length: 10 }, (_, slot) => sizeAfter(slot));
    expect(sizes.at(-1)! / sizes[1]!).toBeLessThan(1.1);
  });
});
