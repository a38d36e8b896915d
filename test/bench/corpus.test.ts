import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CorpusError } from '../../bench/decisions/check.ts';
import { developmentCorpus, groupOf } from '../../bench/decisions/corpus.ts';
import { loadCorpus, parseCorpus } from '../../bench/decisions/corpus-file.ts';

function cellOf(kw: unknown): unknown[] {
  return [{ name: 'one', kind: 'null', kw }];
}

describe('development corpus', () => {
  it('passes its own check, also as JSON', () => {
    const cells = developmentCorpus();
    expect(parseCorpus(JSON.parse(JSON.stringify(cells)))).toEqual(cells);
  });

  it('keeps the 118 cells of the study, and their names', () => {
    const names = developmentCorpus().map(({ name }) => name);
    expect(names.indexOf('fault 2x diurnal rps5000 w0.05 b0.01')).toBe(117);
    for (const name of [
      'AA-iid rps50 w0.05 b0.0',
      'AA-all rps5000 w0.01 b0.001',
      'AA-incident20x-all rps5000 w0.05 b0.001',
      'fault 1.5x rps50 w0.05 b0.05',
      'zero-base +0.001 rps5000 w0.05',
      'leak to 5x in 20min rps500 w0.05 b0.01',
    ]) {
      expect(names).toContain(name);
    }
  });

  it('has healthy canaries in every group', () => {
    const groups = developmentCorpus().flatMap((cell) => (cell.kind === 'null' ? [groupOf(cell)] : []));
    expect(new Set(groups)).toEqual(new Set(['iid', 'overdispersed', 'strong pods', 'incident', 'others', 'latency']));
  });
});

describe('groups', () => {
  it.each([
    ['iid', {}],
    ['iid', { od: 'iid', diurnal: 0.5 }],
    ['overdispersed', { od: 'gamma' }],
    ['overdispersed', { od: { pod: 0.2 } }],
    ['strong pods', { od: { pod: 0.3, gcv: 0.3 } }],
    ['strong pods', { od: { pod: 1 }, gaps: { share: 0.1 } }],
    ['incident', { od: 'all', incident: [1, 2, 3] }],
    ['others', { cold: 5 }],
    ['others', { ratio: 1.1 }],
    ['others', { add: 0.0003 }],
    ['others', { od: 'all', reset: 0 }],
    ['others', { w: [[0, 0.1]] }],
    ['others', { od: 'burst', intervalSeconds: 5 }],
  ] as const)('%s: %j', (group, kw) => {
    expect(groupOf({ name: 'one', kind: 'null', kw })).toBe(group);
  });
});

describe('corpus check', () => {
  it.each([
    [{}, 'A corpus must be a list of cells.'],
    [['x'], 'Cell 0 must be an object.'],
    [[{ kind: 'null', kw: {} }], 'Cell 0: name must be a text.'],
    [[{ name: 'one', kind: 'nil', kw: {} }], 'Cell "one": kind must be one of null, effect, promote.'],
    [
      [{ name: 'one', kind: 'null', kw: {}, note: 1 }],
      'Cell "one": note is not known; known are name, kind, metric, metrics, kw.',
    ],
    [[...cellOf({}), ...cellOf({})], 'Cell "one": name is used twice; runs are seeded by it.'],
    [[{ name: 'one', kind: 'null', metric: 'error', kw: {} }], 'Cell "one": metric must be one of errors, latency.'],
    [[{ name: 'one', kind: 'null' }], 'Cell "one": kw must be an object.'],
  ])('refuses %j', (json, message) => {
    expect(() => parseCorpus(json)).toThrow(new CorpusError(message));
  });

  it.each([
    [{ rsp: 50 }, /^Cell "one": kw\.rsp is not an option; known are rps, w, diurnal, /],
    [{ toString: 1 }, /^Cell "one": kw\.toString is not an option/],
    [{ rps: '50' }, 'kw.rps must be a finite number'],
    [{ rps: -1 }, 'kw.rps must be at least 0, not -1'],
    [{ base: 1.5 }, 'kw.base must be from 0 to 1, not 1.5'],
    [{ w: 2 }, 'kw.w must be from 0 to 1, not 2'],
    [{ w: [] }, 'kw.w needs at least one step'],
    [{ w: [[0, 0.1], [5]] }, 'kw.w[1] must be a list of 2 numbers'],
    [{ w: [[3, 0.1]] }, 'kw.w[0][0] must be 0'],
    [
      {
        w: [
          [0, 0.1],
          [0, 0.2],
        ],
      },
      'kw.w[1][0] must be later than the step before',
    ],
    [
      {
        w: [
          [0, 0.1],
          [9, 'x'],
        ],
      },
      'kw.w[1][1] must be a finite number',
    ],
    [{ od: 'noisy' }, 'kw.od "noisy" is not a preset; known are iid, gamma, ar, pods, burst, all'],
    [{ od: { pods: 0.1 } }, 'kw.od.pods is not a noise; known are pod, gcv,'],
    [{ od: { bl: 0.5 } }, 'kw.od.bl must be at least 1'],
    [{ onset: 1.5 }, 'kw.onset must be a whole number, not 1.5'],
    [{ onset: 180 }, 'kw.onset must be from 0 to 179, not 180'],
    [{ incident: [1, 2] }, 'kw.incident must be a list of 3 numbers'],
    [{ incident: [9, 2, 20] }, 'kw.incident[1] must be at least 9, not 2'],
    [{ gaps: 0.1 }, 'kw.gaps must be an object'],
    [{ gaps: { run: 3 } }, 'kw.gaps.run is not an option; known are share, canaryRun'],
    [{ scale: [60, 0] }, 'kw.scale[1] must be from 1 to 1000, not 0'],
    [{ reset: null }, 'kw.reset must be a finite number'],
    [{ intervalSeconds: 7 }, 'kw.intervalSeconds must divide 10 or be a multiple of 10 that divides 1800'],
    [{ intervalSeconds: 60, hist: 10 }, 'kw.hist must be a whole number of intervals of 60 s'],
  ])('names cell and path: %j', (kw, message) => {
    expect(() => parseCorpus(cellOf(kw))).toThrow(message);
    expect(() => parseCorpus(cellOf(kw))).toThrow(CorpusError);
  });

  it('accepts every option', () => {
    const kw = {
      ...{ rps: 50, w: [[0, 0.05]], base: 0.01, od: { pod: 0.3, gcv: 0.5, ar: 0.9, arsd: 0.2, com: 0.3 }, ratio: 2 },
      ...{ add: 0.1, onset: 3, ramp: 60, incident: [-10, 84, 20], diurnal: 0.5, cold: 5, hist: 30, reset: 20 },
      ...{ gaps: { share: 0.1, canaryRun: 6 }, scale: [60, 10], intervalSeconds: 30 },
    };
    expect(parseCorpus([{ name: 'one', kind: 'effect', metric: 'errors', kw }])).toEqual([
      { name: 'one', kind: 'effect', kw },
    ]);
  });

  it('names a file that is no JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
    const file = join(folder, 'cells.json');
    try {
      writeFileSync(file, '[{');
      expect(() => loadCorpus(file)).toThrow(`${file} cannot be read as JSON:`);
      writeFileSync(file, JSON.stringify(cellOf({ rps: 5 })));
      expect(loadCorpus(file)).toEqual([{ name: 'one', kind: 'null', kw: { rps: 5 } }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
