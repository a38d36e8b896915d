/** Whatever stands in a decision or in telemetry, it stays text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cohort } from '../../src/ports/telemetry.ts';
import { type HtmlReportInput, htmlReport } from '../../src/report/index.ts';
import { canaryReport } from './canary-fixture.ts';
import { readPage, skeleton } from './markup-check.ts';

const PAYLOADS = [
  '</script><img src=x onerror=alert(1)>',
  '</style><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  '"><b onmouseover="alert(1)',
  "' style='x",
  '</pre></details><iframe src=//evil>',
  '<!--',
  ']]>',
  '&lt;b&gt;',
  '{{constructor}}',
  '\u0000<b>',
];

describe('text from telemetry', () => {
  it.each(PAYLOADS)('%j in every field adds no element and no attribute', (payload) => {
    expectOnlyText(payload);
  });

  it('any text in every field adds no element and no attribute (property)', () => {
    const piece = fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => expectOnlyText(pieces.join(''))),
      { numRuns: 50 },
    );
  });

  it('is shown in full, not dropped', () => {
    const { text } = readPage(htmlReport(filledWith(PAYLOADS[0]!)));
    // Reason, fact, mark, criterion, limit, problem, assumption, digest, and the JSON.
    expect(text.split(PAYLOADS[0]!).length).toBeGreaterThan(20);
  });
});

describe('numbers from telemetry', () => {
  it('any numbers give a well-formed page without NaN (property)', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, 5e-324, 1.7e308, Number.NaN));
    fc.assert(
      fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), (numbers) => {
        const page = htmlReport(withNumbers(numbers));
        readPage(page);
        expect(/(.{60})(NaN|Infinity|undefined)/.exec(page)?.[0]).toBe(undefined);
      }),
      { numRuns: 50 },
    );
  });
});

function expectOnlyText(text: string): void {
  expect(skeleton(readPage(htmlReport(filledWith(text))))).toEqual(skeleton(readPage(htmlReport(filledWith('x')))));
}

/** A small report with one text wherever a text can be. */
function filledWith(text: string): HtmlReportInput {
  const { decision, telemetry, history } = canaryReport({ minutes: 1, minutesBefore: 0 });
  return {
    title: text,
    facts: [{ label: text, value: text }],
    marks: [{ atMs: telemetry.deployedAtMs, label: text }],
    telemetry: {
      ...telemetry,
      service: text,
      deploymentId: text,
      intervals: telemetry.intervals.map((interval) => ({ ...interval, pod: text })),
      problems: [{ source: text, code: text, message: text, atMs: 0 }],
    },
    history: history.map((point) => ({
      ...point,
      criteria: point.criteria.map((criterion, i) => ({ ...criterion, name: `${text}${i}` })),
    })),
    decision: {
      ...decision,
      engineVersion: text,
      policyDigest: text,
      service: text,
      deploymentId: text,
      reason: text,
      guilty: text,
      verdict: text as 'hold',
      cause: text as 'unknown',
      suspected: text as 'interference',
      trigger: text as 'guard',
      evidence: decision.evidence.map((criterion, i) => ({
        ...criterion,
        name: `${text}${i}`,
        status: text as 'worse',
        detail: text,
        informational: true,
      })),
      limits: decision.limits!.map((limit) => ({ ...limit, name: text, status: text as 'worse' })),
      attribution: {
        stableVsBefore: null,
        canaryVsBefore: null,
        differenceInDifferences: null,
        incident: { kind: text as 'dependency', signal: text, sinceMs: 0, now: 0, before: 0 },
        dependencies: [{ name: text, now: 0, before: 0, canary: 0, canaryRatio: null }],
      },
      problems: [{ source: text, code: text, message: text, atMs: 0 }],
      assumptions: [text],
    },
  };
}

function withNumbers(numbers: number[]): HtmlReportInput {
  const [a, b, c, d, e, f, g, h, i, j, k, l] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const input = canaryReport({ minutes: 1, minutesBefore: 0 });
  const interval = (cohort: Cohort, startMs: number, endMs: number) => ({
    startMs,
    endMs,
    cohort,
    requests: c,
    errors: d,
    latency: { type: 'explicit' as const, unit: 's' as const, upperBounds: [e], counts: [f, g] },
  });
  return {
    ...input,
    marks: [{ atMs: h, label: 'mark' }],
    telemetry: {
      ...input.telemetry,
      deployedAtMs: a,
      completeUntilMs: b,
      intervalMs: i,
      weights: [
        { atMs: a, canaryShare: c },
        { atMs: j, canaryShare: d },
      ],
      intervals: [interval('canary', a, b), interval('stable', j, k), ...input.telemetry.intervals],
    },
    history: [
      {
        atMs: b,
        logE: k,
        bound: l,
        external: true,
        criteria: [
          { name: 'x', logE: a, effect: null },
          { name: 'y', logE: h, effect: null },
        ],
      },
      { atMs: k, logE: j, bound: l, external: false, criteria: [{ name: 'x', logE: b, effect: null }] },
    ],
    decision: {
      ...input.decision,
      decidedAtMs: k,
      crossedAtMs: b,
      nextCheckAtMs: c,
      evidence: input.decision.evidence.map((criterion) => ({
        ...criterion,
        logE: d,
        peakLogE: e,
        bound: f,
        dispersion: g,
        clippedIntervals: h,
        logNonInferiority: i,
        canary: { requests: j, bad: k },
        effect: { kind: 'ratio' as const, estimate: l, low: a, high: b },
      })),
      limits: input.decision.limits!.map((finding) => ({
        ...finding,
        status: 'undecided' as const,
        limit: c,
        logE: d,
        bound: f,
        canary: { requests: j, bad: k },
        stable: { requests: g, bad: h },
      })),
      problems: [{ source: 's', code: 'c', message: 'm', atMs: a }],
    },
  };
}
