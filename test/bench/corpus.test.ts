import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cell, GROUPS, metricsOf, onsetOf, partsOf } from '../../bench/decisions/cell.ts';
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
    expect(new Set(groups)).toEqual(new Set(GROUPS.filter((group) => group !== 'promotion')));
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
    ['attribution', { interference: 4 }],
    ['attribution', { dependency: { from: 3 } }],
  ] as const)('%s: %j', (group, kw) => {
    expect(groupOf({ name: 'one', kind: 'null', kw })).toBe(group);
  });
});

describe('groups of other metrics', () => {
  it.each([
    ['latency', { metric: 'latency' }],
    ['latency', { metrics: ['latency'] }],
    ['business', { metrics: [{ metric: 'business', cv: 3 }] }],
    ['whole deployment', { metrics: ['errors', 'latency'] }],
    ['promotion', { kind: 'promote' }],
    ['attribution', { metric: 'latency', group: 'attribution' }],
  ] as [string, Partial<Cell>][])('%s: %j', (group, cell) => {
    expect(groupOf({ name: 'one', kind: 'null', kw: {}, ...cell })).toBe(group);
  });
});

describe('metrics of a cell', () => {
  const parse = (cell: object): Cell => parseCorpus([{ name: 'one', kind: 'null', kw: {}, ...cell }])[0]!;

  it('one or several, with options of their own over those of the cell', () => {
    const cell = parse({
      metrics: ['errors', { metric: 'latency', shift: 2 }, 'business', { metric: 'business', onset: 9, drop: 0.2 }],
      kw: { rps: 500, base: 0.01, onset: 3 },
    });
    expect(metricsOf(cell).map(({ metric, name }) => [metric, name])).toEqual([
      ['errors', 'errors'],
      ['latency', 'latency'],
      ['business', 'business'],
      ['business', 'business 2'],
    ]);
    const { traffic, errors, latency, business } = partsOf(cell);
    expect(traffic).toEqual({ rps: 500, base: 0.01, onset: 3 });
    expect([errors, latency]).toEqual([true, { shift: 2, onset: 3 }]);
    expect(business.map(({ model }) => [model.onset, model.change, model.perRequest])).toEqual([
      [3, 1, 0.1],
      [9, 0.8, 0.1],
    ]);
  });

  it('without errors there are none, but the bursts stay', () => {
    expect(partsOf(parse({ metric: 'latency', kw: { rps: 5, od: 'burst' } }))).toMatchObject({
      traffic: { rps: 5, base: 0, od: 'burst' },
      errors: false,
    });
    expect(partsOf(parse({ metric: 'latency', kw: { od: 'gc' } }))).toMatchObject({
      traffic: { base: 0 },
      latency: { noise: true, gc: true },
    });
  });

  it('what is meant for errors and latency is not taken for business metrics', () => {
    const model = (cell: object): unknown => partsOf(parse(cell)).business[0]!.model;
    const metrics = ['errors', 'latency', { metric: 'business', type: 'ratio' }];
    expect(model({ metrics, kw: { base: 0.01, noise: 2 } })).toMatchObject({ base: 0.6, noise: 0.1 });
    expect(model({ metrics: [{ metric: 'business', base: 0.3, noise: 0.2 }], kw: { noise: true } })).toMatchObject({
      ...{ base: 0.3, noise: 0.2 },
    });
    expect(model({ metric: 'business', kw: { type: 'ratio', base: 0.3, noise: true } })).toMatchObject({
      ...{ base: 0.3, noise: 0.05 },
    });
  });

  it.each([
    [{ metrics: ['latency'], kw: { timeout: 0.01 } }, { timeouts: 0.01 }],
    [
      { metric: 'latency', kw: { history: 30, interval: 30, weight: 0.2 } },
      { hist: 30, intervalSeconds: 30, w: 0.2 },
    ],
    [
      { metric: 'business', kw: { CV: 3, rho: 0.5, sd: 0.1, ratio: 0.8 } },
      { cv: 3, autocorrelation: 0.5, noise: 0.1, change: 0.8 },
    ],
    [{ metric: 'errors', kw: { ratio: 5 } }, { ratio: 5 }],
  ])('other spellings: %j', (cell, kw) => {
    expect(parse(cell).kw).toEqual(kw);
  });

  it('options of a metric may also be written in a kw of its own', () => {
    const cell = parse({ metrics: ['errors', { metric: 'latency', kw: { shift: 2 } }] });
    expect(cell.metrics).toEqual(['errors', { metric: 'latency', shift: 2 }]);
  });

  it.each([
    [{ metric: 'errors', metrics: ['errors'] }, 'metrics and metric cannot both be given'],
    [{ metrics: [] }, 'metrics must be a list of metrics'],
    [{ metrics: ['errors', 'errors'] }, 'metrics name errors twice'],
    [{ metrics: ['errors', 'speed'] }, 'metrics[1] must be one of errors, latency, business'],
    [{ metrics: [{ metric: 'speed' }] }, 'metrics[0].metric must be one of errors, latency, business'],
    [
      {
        metrics: [
          { metric: 'business', name: 'a' },
          { metric: 'business', name: 'a' },
        ],
      },
      'metrics name a twice',
    ],
    [{ metrics: [{ metric: 'business', name: 7 }] }, 'metrics[0].name must be a text'],
    [{ metrics: [{ metric: 'latency', rps: 5 }] }, 'metrics[0].rps is not an option; known are base, od,'],
    [{ kw: { shift: 1.25 } }, 'kw.shift is an option of latency, which this cell does not judge'],
    [{ metric: 'latency', kw: { add: 0.1 } }, 'kw.add is an option of errors, which this cell does not judge'],
    [{ metric: 'latency', kw: { timeout: 0.1, timeouts: 0.1 } }, 'kw.timeouts says timeouts again'],
    [{ kw: { od: 'gc' } }, 'kw.od "gc" is not a preset; known are iid, gamma, ar, pods, burst, all.'],
    [{ metric: 'latency', kw: { od: 'pause' } }, 'known are iid, gamma, ar, pods, burst, all, noise, gc, gc-noise'],
    [{ metric: 'latency', kw: { shift: 0 } }, 'kw.shift must be above 0, not 0'],
    [{ metric: 'latency', kw: { tail: 0.5 } }, 'kw.tail must be at least 1, not 0.5'],
    [{ metric: 'latency', kw: { tail: [1, 2] } }, 'kw.tail[0] must be from 0 to 0.9999, not 1'],
    [{ metric: 'latency', kw: { noise: { sd: 1 } } }, 'kw.noise.sd is not a noise of latency; known are ar, arsd,'],
    [{ metric: 'latency', kw: { gc: 2 } }, 'kw.gc must be from 0 to 1, not 2'],
    [{ metric: 'latency', kw: { both: [5, 2, 2] } }, 'kw.both[1] must be at least 5, not 2'],
    [{ metric: 'business', kw: { noise: { ar: 1 } } }, 'kw.noise must be a number, true or false'],
    [{ metric: 'business', kw: { type: 'sum' } }, 'kw.type must be one of mean, ratio, gauge'],
    [{ metric: 'business', kw: { drop: 1 } }, 'kw.drop must be from 0 to 0.999, not 1'],
    [{ kw: { dependency: {} } }, 'kw.dependency.from is missing'],
    [{ kw: { dependency: { from: 9, to: 3 } } }, 'kw.dependency.to must be at least 9, not 3'],
    [{ kw: { dependency: { from: 9, arm: 'stable' } } }, 'kw.dependency.arm must be one of both, canary'],
    [{ group: 'nulls' }, 'group must be one of iid, overdispersed,'],
  ])('refuses %j', (cell, message) => {
    expect(() => parse(cell)).toThrow(message);
  });

  it('the onset is that of the first fault', () => {
    const onset = (cell: Partial<Cell>): number => onsetOf({ name: 'one', kind: 'effect', kw: {}, ...cell });
    expect(onset({ kw: { ratio: 5, onset: 60 } })).toBe(60);
    expect(onset({ kw: { dependency: { from: 40, arm: 'canary', add: 0.1 } } })).toBe(40);
    expect(onset({ metrics: ['errors', { metric: 'latency', shift: 2, onset: 30 }] })).toBe(30);
    expect(
      onset({
        metrics: [{ metric: 'errors', ratio: 2, onset: 50 }, { metric: 'business', drop: 0.2, onset: 20 }, 'latency'],
      }),
    ).toBe(20);
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
      'Cell "one": note is not known; known are name, kind, group, metric, metrics, kw.',
    ],
    [[...cellOf({}), ...cellOf({})], 'Cell "one": name is used twice; runs are seeded by it.'],
    [
      [{ name: 'one', kind: 'null', metric: 'error', kw: {} }],
      'Cell "one": metric must be one of errors, latency, business.',
    ],
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
      ...{
        add: 0.1,
        onset: 3,
        ramp: 60,
        incident: [-10, 84, 20],
        diurnal: 0.5,
        cold: 5,
        hist: 30,
        reset: 20,
        interference: 2,
      },
      ...{ dependency: { from: 60, to: 90, add: 0.1, factor: 2, arm: 'both' } },
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
