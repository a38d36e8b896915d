import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../bench/decisions/arguments.ts';
import { type BenchJudge, type Cell, rollbackAt } from '../../bench/decisions/judge.ts';
import { judgesNamed } from '../../bench/decisions/judges/index.ts';
import { runAll } from '../../bench/decisions/pool.ts';
import { Progress } from '../../bench/decisions/progress.ts';
import { runJudges } from '../../bench/decisions/run.ts';
import { simulate } from '../../bench/decisions/scenario.ts';

const CELLS: Cell[] = [
  { name: 'noisy', kind: 'null', kw: { rps: 500, base: 0.01, od: 'all' } },
  { name: 'faulty', kind: 'effect', kw: { rps: 50, base: 0.01, ratio: 5 } },
];
const NAMES = ['thresholds', 'conditional-binomial'];
const OPTIONS = { cells: CELLS, judges: NAMES, seed: '7', runsOf: () => 11, threads: 2 };

describe('runs', () => {
  it('do not depend on chunks, threads, other cells or other judges', async () => {
    const direct = CELLS.map((cell) => runJudges(judgesNamed(NAMES), cell, '7', 0, 11));
    expect(await runAll({ ...OPTIONS, chunk: 4 })).toEqual(direct);
    expect(await runAll({ ...OPTIONS, threads: 1, chunk: 11 })).toEqual(direct);
    const alone = await runAll({ ...OPTIONS, cells: [CELLS[1]!], judges: ['thresholds'], chunk: 3 });
    expect(alone).toEqual([[direct[1]![0]]]);
  });

  it('depend on the seed and the name of the cell', () => {
    const bad = (seed: string, cell: Cell): Float64Array =>
      runJudges(judgesNamed(['oracle']), cell, seed, 0, 5)[0]!.badAnswers;
    expect(bad('7', CELLS[0]!)).not.toEqual(bad('8', CELLS[0]!));
    expect(bad('7', CELLS[0]!)).not.toEqual(bad('7', { ...CELLS[0]!, name: 'other' }));
  });

  it('bad answers: all that the canary gave up to and with the interval of the rollback', () => {
    const kw = { rps: 500, base: 0.05 };
    const stop: BenchJudge = {
      name: 'stop',
      run: (scenario) => ({
        rollbackInterval: 9,
        promoteInterval: 4,
        held: new Uint8Array(scenario.intervals).fill(1, 2, 5),
        cause: 'unknown',
        suspectedInterference: true,
      }),
    };
    const never: BenchJudge = { name: 'never', run: () => rollbackAt(null) };
    const [stopped, ran] = runJudges([stop, never], { name: 'c', kind: 'null', kw }, '1', 3, 4);
    const { badServed } = simulate(kw, '1/c/3');
    expect(stopped).toEqual({
      rollbackIntervals: Int32Array.of(9),
      promoteIntervals: Int32Array.of(4),
      externalIntervals: Int32Array.of(3),
      badAnswers: Float64Array.of(badServed.subarray(0, 10).reduce((a, b) => a + b, 0)),
      heldFromFourth: Float64Array.of(Number.NaN),
      released: Float64Array.of(Number.NaN),
      heldOutside: Float64Array.of(3 / 9),
      causeDeployment: Float64Array.of(0),
      suspectedInterference: Uint8Array.of(1),
    });
    expect(ran!.badAnswers[0]).toBe(badServed.reduce((a, b) => a + b, 0));
    expect(ran!.rollbackIntervals[0]).toBe(-1);
    expect(ran!.causeDeployment[0]).toBeNaN();
  });

  it('leave out judges that do not know all metrics of a cell', async () => {
    const cells: Cell[] = [{ name: 'slow', kind: 'null', metric: 'latency', kw: { rps: 50 } }];
    const judges = ['oracle', 'rolloutguard'];
    const [[oracle, ours]] = (await runAll({ ...OPTIONS, cells, judges, runsOf: () => 2 })) as [[unknown, unknown]];
    expect(oracle).toBeNull();
    expect(ours).toEqual(runJudges(judgesNamed(judges), cells[0]!, '7', 0, 2)[1]);
    expect(await runAll({ ...OPTIONS, cells, judges: ['oracle'] })).toEqual([[null]]);
  });

  it('tell of their progress, and stop when told to', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number, all: number): void => {
      seen.push(done / all);
      stop.abort(new Error('enough'));
    };
    await expect(runAll({ ...OPTIONS, chunk: 1, onProgress, signal: stop.signal })).rejects.toThrow('enough');
    expect(seen[0]).toBeCloseTo(1 / 22, 12);
    expect(seen.length).toBeLessThan(22);
  });

  it('fail when a judge fails', async () => {
    await expect(runAll({ ...OPTIONS, judges: ['nobody'] })).rejects.toThrow('No judge is called "nobody"');
  });
});

describe('arguments', () => {
  const runsOf = (...args: string[]): number[] => {
    const { runsOf: runs } = parseArguments(args)!;
    return [runs(CELLS[0]!), runs(CELLS[1]!), runs({ ...CELLS[0]!, kind: 'promote' })];
  };

  it('runs: 1000 of healthy cells and 400 of others, unless told otherwise', () => {
    expect(runsOf()).toEqual([1000, 400, 400]);
    expect(runsOf('--runs', '50')).toEqual([50, 50, 50]);
    expect(runsOf('--null-runs', '200', '--effect-runs=20')).toEqual([200, 20, 20]);
    expect(runsOf('--runs', '50', '--null-runs', '200')).toEqual([200, 50, 50]);
  });

  it.each([
    [['--runs', '0'], '--runs must be a whole number from 1, not "0".'],
    [['--threads', '1.5'], '--threads must be a whole number from 1, not "1.5".'],
    [['--judges', 'thresholds,x'], 'No judge is called "x".'],
    [['--judges', 'oracle,oracle'], '--judges names a judge twice.'],
    [['--cells', '('], 'Invalid regular expression'],
    [['--run', '5'], "Unknown option '--run'"],
    [['extra'], 'Unexpected argument'],
  ])('refuses %j', (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});

describe('progress', () => {
  function shown(isTTY: boolean, times: readonly number[]): string[] {
    const lines: string[] = [];
    let now = 0;
    const output = { isTTY, write: (text: string) => lines.push(text) };
    const progress = new Progress(output, () => now);
    times.forEach((time, i) => {
      now = time;
      progress.update(i + 1, 8);
    });
    progress.end();
    return lines;
  }

  it('renews one line on a terminal', () => {
    expect(shown(true, [100, 200, 300, 400])).toEqual([
      '\r\u001b[K2 of 8 runs, 0 s, about 1 s left',
      '\r\u001b[K4 of 8 runs, 0 s, about 0 s left',
      '\r\u001b[K',
    ]);
  });

  it('writes a line every ten seconds elsewhere', () => {
    expect(shown(false, [5000, 10_000, 15_000, 20_000])).toEqual([
      '2 of 8 runs, 10 s, about 30 s left\n',
      '4 of 8 runs, 20 s, about 20 s left\n',
    ]);
  });
});
