import { describe, expect, it } from 'vitest';
import { type DependencySlot, DependencyStream } from '../../src/engine/dependency-stream.ts';
import { DEPLOYED_AT_MS, interval } from '../helpers/telemetry.ts';

const streamOf = (): DependencyStream => new DependencyStream(10_000, DEPLOYED_AT_MS);
const endOf = (slot: number): number => DEPLOYED_AT_MS + (slot + 1) * 10_000;
const all = (stream: DependencyStream, untilMs = Infinity): DependencySlot[] => stream.completeUntil(untilMs);

describe('calls to dependencies', () => {
  it('come slot by slot, each once, names sorted, canary and everybody else apart', () => {
    const stream = streamOf();
    stream.add('db', interval(1, 'stable', [10, 1]));
    stream.add('cache', interval(1, 'canary', [5, 2]));
    stream.add('db', interval(0, 'before', [7, 0]));
    stream.add('db', interval(1, 'baseline', [20, 3]));
    stream.add('db', interval(2, 'stable', [1, 1]));
    expect(all(stream, endOf(1))).toEqual([
      { endMs: endOf(0), calls: [{ name: 'db', canary: { requests: 0, bad: 0 }, stable: { requests: 7, bad: 0 } }] },
      {
        endMs: endOf(1),
        calls: [
          { name: 'cache', canary: { requests: 5, bad: 2 }, stable: { requests: 0, bad: 0 } },
          { name: 'db', canary: { requests: 0, bad: 0 }, stable: { requests: 30, bad: 4 } },
        ],
      },
    ]);
    expect(all(stream, endOf(1))).toEqual([]);
    expect(all(stream)).toHaveLength(1);
  });

  it('of parts of the service are left out, and so are those of an earlier canary', () => {
    const stream = streamOf();
    stream.add('db', interval(0, 'stable', [10, 1], { segment: '/pay' }));
    stream.add('db', interval(-1, 'canary', [10, 1]));
    expect(all(stream)).toEqual([]);
  });

  it('are the same after being stored, and hold nothing that is not needed', () => {
    const stream = streamOf();
    stream.add('__proto__', interval(1, 'stable', [10, 1], { pod: 'a', unanswered: 1 }));
    stream.add('db', interval(0, 'canary', [3, 1]));
    const state = JSON.parse(JSON.stringify(stream.state()));
    expect(state[0]).toEqual(['db', interval(0, 'canary', [3, 1])]);
    expect(state[1][1]).not.toHaveProperty('unanswered');
    const restored = new DependencyStream(10_000, DEPLOYED_AT_MS, state);
    expect(restored.state()).toEqual(stream.state());
    expect(all(restored)).toEqual(all(stream));
  });
});
