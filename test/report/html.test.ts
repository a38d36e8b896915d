import { describe, expect, it } from 'vitest';
import type { LimitFinding } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { type HtmlReportInput, htmlReport } from '../../src/report/index.ts';
import { cohortPoints } from '../../src/report/series.ts';
import { canaryReport, canaryTelemetry, DEPLOYED_AT_MS } from './canary-fixture.ts';
import { drawnRuns, marksOf, pathOf, plotOf } from './drawn-values.ts';
import { type Page, readPage, tagsNamed } from './markup-check.ts';

const LIMIT: LimitFinding = {
  name: 'unanswered share',
  status: 'worse',
  limit: 0.1,
  logE: 9.1,
  bound: 8.294,
  canary: { requests: 50, bad: 31 },
  stable: { requests: 9500, bad: 1 },
};
const PLOTS = ['plot-weight', 'plot-errors', 'plot-latency', 'plot-evidence'];

describe('htmlReport', () => {
  it('says the verdict, the reason, the facts and the identity', () => {
    const input = canaryReport();
    const { text } = pageOf(input);
    expect(text).toContain('Rollback');
    expect(text).toContain(input.decision.reason);
    for (const fact of input.facts!) expect(text).toContain(`${fact.label}${fact.value}`);
    expect(text).toContain(input.decision.policyDigest);
    expect(text).toContain('12 points came after their interval was closed');
    expect(text).toContain('Canary and stable get the same mix of requests.');
    expect(text).toContain('"verdict": "rollback"');
  });

  it('makes the same bytes from the same input, and leaves the input as it was', () => {
    const input = canaryReport();
    const before = structuredClone(input);
    const page = htmlReport(input);
    expect(htmlReport(canaryReport())).toBe(page);
    expect(input).toEqual(before);
  });

  it('stays small: 30 minutes at 10 s with two cohorts, and 10 minutes before', () => {
    const page = htmlReport(canaryReport({ minutes: 30, minutesBefore: 10 }));
    expect(Buffer.byteLength(page)).toBeLessThan(200_000);
  });

  it('can fetch nothing and run nothing', () => {
    const page = pageOf(canaryReport());
    const policy = tagsNamed(page, 'meta').find(
      (tag) => tag.attributes.get('http-equiv') === 'Content-Security-Policy',
    );
    expect(policy?.attributes.get('content')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    );
    expect(
      page.tags.filter((tag) => ['script', 'img', 'iframe', 'object', 'form', 'use', 'image'].includes(tag.name)),
    ).toEqual([]);
    for (const { attributes } of page.tags) {
      for (const [name, value] of attributes) {
        expect(name.startsWith('on')).toBe(false);
        if (name === 'href' || name === 'src') expect(['#main', 'data:,']).toContain(value);
      }
    }
    expect(htmlReport(canaryReport())).not.toMatch(/https?:|@import|url\((?!#)/);
  });

  it('has unique ids, and every reference finds one', () => {
    const page = pageOf(canaryReport());
    const ids = page.tags.flatMap((tag) => tag.attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of page.tags) {
      for (const name of ['aria-labelledby', 'aria-describedby']) {
        for (const id of attributes.get(name)?.split(' ') ?? []) expect(ids).toContain(id);
      }
    }
  });

  it('tells every limit: status, counts and rate against it, and the bound at which it decides alone', () => {
    const { text } = pageOf(withLimits([{ ...LIMIT, logE: 9.105 }]));
    expect(text).toContain(
      `${LIMIT.name}limit 0.1worseabove the limit, and worse than stable where there is one` +
        'canary 31 of 50 (0.62, above the limit)stable 1 of 9,500 (0.000105, within the limit)' +
        'log 9.11, decides alone at 8.29e-value 9,000',
    );
    expect(text).toContain('for restarts it is restarts per pod-hour');
  });

  it('shows no counts and no evidence of a limit that nobody reports', () => {
    const nothing = { requests: 0, bad: 0 };
    const { text } = pageOf(withLimits([{ ...LIMIT, status: 'no-data', canary: nothing, stable: nothing }]));
    expect(text).toContain(`${LIMIT.name}limit 0.1no datanobody reports what it countsnonenone`);
  });

  it('has no section of limits when there are none', () => {
    const { limits, ...decision } = canaryReport().decision;
    expect(limits).not.toEqual([]);
    const headings = [withLimits(limits!), withLimits([]), { ...canaryReport(), decision }].map((input) =>
      tagsNamed(pageOf(input), 'h2').map((tag) => tag.attributes.get('id')),
    );
    expect(headings[0]).toContain('limits-heading');
    for (const without of headings.slice(1))
      expect(without).toEqual(headings[0]!.filter((id) => id !== 'limits-heading'));
  });

  it('marks a criterion that never decides, in its row and in the legend of the evidence', () => {
    const input = canaryReport();
    const [judged, shown] = input.decision.evidence;
    const decision = { ...input.decision, evidence: [judged!, { ...shown!, informational: true as const }] };
    const { text } = pageOf({ ...input, decision });
    expect(text).toContain('latency p99slower than 250 msinformational: never decidesundecided');
    expect(text).toContain('latency p99 (informational: never decides)');
    expect(text).toContain('called worse at 5.30');
    expect(text).toContain('error rate (decides alone at 5.30)');
    expect(pageOf(input).text).not.toContain('informational');
  });

  it('uses the title that is given', () => {
    expect(pageOf({ ...canaryReport(), title: 'Friday, again' }).text).toContain('Friday, again');
  });
});

describe('the plots hold the numbers', () => {
  const input = canaryReport();
  const page = pageOf(input);

  it.each(['canary', 'stable'] as const)('error rate of %s', (cohort) => {
    const expected = cohortPoints(input.telemetry, cohort);
    const [run, ...more] = drawnRuns(page, 'plot-errors', `${cohort}-error-rate`);
    expect(more).toEqual([]);
    expect(run).toHaveLength(expected.length);
    expected.forEach((point, i) => {
      expect(run![i]!.atMs).toBeCloseTo(point.endMs - DEPLOYED_AT_MS, -2);
      expect(run![i]!.value).toBeCloseTo(point.errorRate!, 4);
    });
  });

  it.each(['canary', 'stable'] as const)('latency of %s', (cohort) => {
    const expected = cohortPoints(input.telemetry, cohort);
    for (const [id, read] of [
      ['p99', 'p99Ms'],
      ['p50', 'p50Ms'],
    ] as const) {
      const values = drawnRuns(page, 'plot-latency', `${cohort}-${id}`)
        .flat()
        .map((point) => point.value);
      expect(values).toHaveLength(expected.length);
      expected.forEach((point, i) => {
        expect(Math.abs(values[i]! - point[read]!)).toBeLessThan(0.1);
      });
    }
  });

  it('evidence of all criteria and of each', () => {
    const total = drawnRuns(page, 'plot-evidence', 'total').flat();
    expect(total).toHaveLength(input.history.length);
    const shown = Number(plotOf(page, 'plot-evidence').attributes.get('data-high'));
    input.history.forEach((point, i) => {
      if (point.logE <= shown) expect(total[i]!.value).toBeCloseTo(point.logE, 2);
    });
    const latency = drawnRuns(page, 'plot-evidence', 'criterion-1').flat();
    input.history.forEach((point, i) => {
      expect(latency[i]!.value).toBeCloseTo(point.criteria[1]!.logE, 1);
    });
  });

  it('weight as steps', () => {
    // 420 s from -60 s: the deployment lies at 142.86 of 1000; 90 px high, 8 px and two rows of flags above.
    expect(pathOf(page, 'plot-weight', 'weight')).toBe('M142.86 131.5H333.33V118H523.81V91H1000V91');
  });

  it('the moment of decision on the evidence, and on every plot', () => {
    const at = ((input.decision.crossedAtMs! - DEPLOYED_AT_MS + 60_000) / 420_000) * 100;
    const near = (tag: { attributes: Map<string, string> } | undefined, name: string): number =>
      Math.abs(Number.parseFloat(tag?.attributes.get(name) ?? 'NaN') - at);
    for (const plot of PLOTS) expect(near(marksOf(page, plot, 'crossing')[0], 'x1')).toBeLessThan(0.01);
    expect(near(marksOf(page, 'plot-evidence', 'callout')[0], 'x')).toBeLessThan(0.01);
    expect(page.text).toContain('rolls back at 4.61');
    expect(page.text).toContain('crossed +3:50');
  });

  it('tables with all of it', () => {
    const first = cohortPoints(input.telemetry, 'canary')[0]!;
    const stable = cohortPoints(input.telemetry, 'stable').find((point) => point.endMs === first.endMs)!;
    const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
    const cells = [first, stable].flatMap((point) => [
      point.requests.toLocaleString('en'),
      String(point.errors),
      percent(point.errorRate!),
    ]);
    expect(page.text).toContain(`+0:10${cells.join('')}`);
    expect(page.text).toContain('Numbers: error rate 42 rows');
    expect(page.text).toContain('Numbers: evidence 36 rows');
  });

  it('draws an external incident as a shaded span on every plot', () => {
    const held = pageOf(canaryReport({ faultAfterMs: null, incidentMs: [120_000, 240_000] }));
    for (const plot of PLOTS) {
      const spans = marksOf(held, plot, 'span');
      expect(spans.map((span) => [span.attributes.get('x'), span.attributes.get('width')])).toEqual([
        ['42.86%', '28.57%'],
      ]);
    }
  });
});

describe('odd data', () => {
  it('says so when there is none', () => {
    const input = canaryReport();
    const telemetry = { ...input.telemetry, intervals: [], weights: [] };
    const page = pageOf({ ...input, telemetry, history: [], marks: [] });
    for (const plot of PLOTS) expect(marksOf(page, plot, 'empty')).toHaveLength(1);
    expect(page.text).not.toContain('0 rows');
  });

  it('keeps a missing cohort on the page, as missing', () => {
    const input = canaryReport();
    const intervals = input.telemetry.intervals.filter((interval) => interval.cohort === 'stable');
    const page = pageOf({ ...input, telemetry: { ...input.telemetry, intervals } });
    expect(drawnRuns(page, 'plot-errors', 'canary-error-rate')).toEqual([]);
    expect(page.text).toContain('canary: no data.');
  });

  it('shows a gap as a gap, and a lonely value as a point', () => {
    const page = pageOf(withRows([row(0), row(1), row(4), row(6), row(7, { requests: 0, errors: 0 }), row(8), row(9)]));
    const runs = drawnRuns(page, 'plot-errors', 'canary-error-rate');
    expect(runs.map((run) => run.map((point) => Math.round(point.atMs / 10_000)))).toEqual([[1, 2], [5], [7], [9, 10]]);
    // Two lonely ones, and the end of the line.
    expect(marksOf(page, 'plot-errors', 'point')).toHaveLength(3);
  });

  it('shows no weight where none is known', () => {
    const input = canaryReport();
    const shares = [0.05, Number.NaN, 0.2];
    const weights = shares.map((canaryShare, i) => ({ atMs: DEPLOYED_AT_MS + [0, 30_000, 300_000][i]!, canaryShare }));
    const path = pathOf(pageOf({ ...input, telemetry: { ...input.telemetry, weights } }), 'plot-weight', 'weight');
    expect(path.split('M')).toHaveLength(3);
  });

  it('joins a long interval that covers missed reports', () => {
    const page = pageOf(withRows([row(0), row(1), { ...row(4), startMs: DEPLOYED_AT_MS + 20_000 }]));
    expect(drawnRuns(page, 'plot-errors', 'canary-error-rate')).toHaveLength(1);
  });

  it('shows zero errors on an axis that is not empty', () => {
    const page = pageOf(withRows([row(0, { errors: 0 }), row(1, { errors: 0 })]));
    expect(
      drawnRuns(page, 'plot-errors', 'canary-error-rate')
        .flat()
        .map((point) => point.value),
    ).toEqual([0, 0]);
    expect(plotOf(page, 'plot-errors').attributes.get('data-high')).toBe('0.01');
  });

  it('keeps the threshold readable beside huge evidence', () => {
    const input = canaryReport();
    const history = input.history.map((point) => ({ ...point, logE: point.logE * 1e9 }));
    const page = pageOf({ ...input, history });
    const attributes = plotOf(page, 'plot-evidence').attributes;
    expect(Number(attributes.get('data-high'))).toBeLessThan(25);
    expect(Number(attributes.get('data-low'))).toBeGreaterThan(-15);
    expect(page.text).toContain('beyond the axis');
  });

  it('formats huge latencies', () => {
    const latency = { type: 'explicit' as const, unit: 's' as const, upperBounds: [1e9, 2e9], counts: [0, 100, 0] };
    const page = pageOf(withRows([row(0, { latency }), row(1, { latency })]));
    expect(page.text).toContain('1.99e9 s');
  });

  it('draws a baseline when there is one', () => {
    const baseline = canaryTelemetry().intervals.map((each) => ({
      ...each,
      cohort: each.cohort === 'stable' ? ('baseline' as const) : each.cohort,
    }));
    const page = pageOf(withRows(baseline));
    expect(drawnRuns(page, 'plot-errors', 'baseline-error-rate').flat().length).toBeGreaterThan(30);
    expect(() => drawnRuns(pageOf(canaryReport()), 'plot-errors', 'baseline-error-rate')).toThrow('no line');
  });

  it('lists a moment outside the time shown, and does not draw it', () => {
    const page = pageOf({
      ...canaryReport(),
      marks: [{ atMs: DEPLOYED_AT_MS - 86_400_000, label: 'last good release' }],
    });
    expect(page.text).toContain('-1 d last good release (outside the time shown)');
    expect(marksOf(page, 'plot-errors', 'flag').map((flag) => flag.attributes.get('class'))).toEqual(['flag crossing']);
  });

  it('letters many moments and keeps their flags apart', () => {
    const marks = Array.from({ length: 28 }, (_, i) => ({ atMs: DEPLOYED_AT_MS + i * 1000, label: `mark ${i}` }));
    const page = pageOf({ ...canaryReport(), marks });
    expect(marksOf(page, 'plot-errors', 'flag')).toHaveLength(29);
    expect(page.text).toContain('AB+27 s mark 27');
  });
});

function pageOf(input: HtmlReportInput): Page {
  return readPage(htmlReport(input));
}

function withLimits(limits: LimitFinding[]): HtmlReportInput {
  const input = canaryReport();
  return { ...input, decision: { ...input.decision, limits } };
}

function withRows(intervals: TelemetryInterval[]): HtmlReportInput {
  const input = canaryReport({ faultAfterMs: null });
  const telemetry: DeploymentTelemetry = { ...input.telemetry, intervals };
  return { ...input, telemetry, history: [] };
}

function row(slot: number, more: Partial<TelemetryInterval> = {}): TelemetryInterval {
  const startMs = DEPLOYED_AT_MS + slot * 10_000;
  return { startMs, endMs: startMs + 10_000, cohort: 'canary', requests: 100, errors: 4, ...more };
}
