import { describe, expect, test } from 'vitest';
import { Fault } from '../../examples/demo/fault.ts';
import { seededRandom } from '../../examples/demo/random.ts';
import { SCENARIOS, type ScenarioName } from '../../examples/demo/scenarios.ts';
import { type ManualClock, manualClock } from '../../src/ports/in-memory.ts';

interface Played {
  readonly fault: Fault;
  readonly clock: ManualClock;
  readonly toggled: [atMs: number, on: boolean][];
}

function faultOf(name: ScenarioName, seed = 1): Played {
  const clock = manualClock(0);
  const toggled: [number, boolean][] = [];
  const fault = new Fault({
    scenario: SCENARIOS[name],
    random: seededRandom(seed),
    clock,
    toggle: async (on) => void toggled.push([clock.now(), on]),
  });
  return { fault, clock, toggled };
}

describe('Fault', () => {
  test('begins at a random moment within its window, and stays', async () => {
    const starts: number[] = [];
    for (let seed = 0; seed < 50; seed += 1) {
      const { fault, clock, toggled } = faultOf('errors', seed);
      await fault.arm();
      expect(toggled).toEqual([]);
      const playing = fault.play(new AbortController().signal);
      await clock.advance(120_000);
      await playing;
      expect(toggled).toHaveLength(1);
      expect(fault.times).toEqual({ startedAtMs: toggled[0]?.[0], endedAtMs: null });
      starts.push(toggled[0]![0]);
    }
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...starts)).toBeLessThanOrEqual(15_000);
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(5_000);
  });

  test('a fault of the first request on is in place before it', async () => {
    const { fault, toggled } = faultOf('down');
    await fault.arm();
    expect(toggled).toEqual([[0, true]]);
    await fault.play(new AbortController().signal);
    expect(toggled).toHaveLength(1);
  });

  test('an incident of the dependency passes', async () => {
    const { fault, clock, toggled } = faultOf('external');
    await fault.arm();
    const playing = fault.play(new AbortController().signal);
    await clock.advance(120_000);
    await playing;
    expect(toggled.map(([, on]) => on)).toEqual([true, false]);
    const { startedAtMs, endedAtMs } = fault.times!;
    expect(endedAtMs! - startedAtMs).toBeGreaterThanOrEqual(15_000);
    expect(endedAtMs! - startedAtMs).toBeLessThanOrEqual(20_000);
  });

  test('a healthy run has none', async () => {
    const { fault, toggled } = faultOf('healthy');
    await fault.arm();
    await fault.play(new AbortController().signal);
    expect(toggled).toEqual([]);
    expect(fault.times).toBeNull();
  });

  test('one that is called off before its time never happened', async () => {
    const { fault, clock, toggled } = faultOf('errors');
    const end = new AbortController();
    const playing = fault.play(end.signal);
    await clock.advance(1_000);
    end.abort();
    await playing;
    expect(toggled).toEqual([]);
    expect(fault.times).toBeNull();
  });

  test('a process that cannot be reached makes it fail aloud', async () => {
    const clock = manualClock(0);
    const fault = new Fault({
      scenario: SCENARIOS.down,
      random: seededRandom(1),
      clock,
      toggle: () => Promise.reject(new Error('shop-v2-a is gone')),
    });
    await expect(fault.arm()).rejects.toThrow('shop-v2-a is gone');
    expect(fault.times).toBeNull();
  });
});
