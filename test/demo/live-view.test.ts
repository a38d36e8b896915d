import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLiveView, type Frame, pictureLines, plainLine, wilson } from '../../examples/demo/live-view.ts';
import type { CriterionEvidence, Decision } from '../../src/index.ts';

function criterion(more: Partial<CriterionEvidence>): CriterionEvidence {
  return {
    name: 'error rate',
    status: 'undecided',
    logE: 2.65,
    peakLogE: 3,
    bound: 5.3,
    effect: null,
    canary: { requests: 200, bad: 20 },
    stable: { requests: 2_000, bad: 6 },
    dispersion: 0.1,
    clippedIntervals: 0,
    ...more,
  };
}

function frame(more: Partial<Decision> = {}): Frame {
  const decision: Decision = {
    schemaVersion: 1,
    engineVersion: '0.1.0',
    policyDigest: 'sha256:0',
    service: 'shop',
    deploymentId: 'deploy-42',
    decidedAtMs: 0,
    verdict: 'continue',
    shouldRollback: false,
    mayAdvance: true,
    cause: null,
    trigger: null,
    reason: 'Continuing: no evidence either way.',
    guilty: null,
    crossedAtMs: null,
    evidence: [criterion({}), criterion({ name: 'latency p99', logE: -1.2 })],
    problems: [],
    assumptions: [],
    nextCheckAtMs: null,
    ...more,
  };
  const recent = { seconds: 20, canary: { requests: 200, bad: 20 }, stable: { requests: 2_000, bad: 6 } };
  return { elapsedSeconds: 28.4, step: 2, steps: 4, weight: 20, recent, decision };
}

/** A stream that keeps what is written, as a terminal of that width or, without one, as a file. */
function stream(columns?: number): { stream: NodeJS.WriteStream; written: () => string } {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const fake = Object.assign(sink, { isTTY: columns !== undefined, columns, getColorDepth: () => 1 });
  return { stream: fake as unknown as NodeJS.WriteStream, written: () => text };
}

describe('wilson', () => {
  test('agrees with published values', () => {
    // 10 of 100: 5.5 % to 17.4 %.
    expect(wilson({ bad: 10, requests: 100 })).toEqual({
      share: 0.1,
      low: expect.closeTo(0.0552, 3),
      high: expect.closeTo(0.1744, 3),
    });
  });

  test('never leaves 0 to 1, and no failure is not certainty', () => {
    expect(wilson({ bad: 0, requests: 20 })).toEqual({ share: 0, low: 0, high: expect.closeTo(0.161, 2) });
    expect(wilson({ bad: 20, requests: 20 })!.high).toBeLessThanOrEqual(1);
    expect(wilson({ bad: 0, requests: 0 })).toBeNull();
  });
});

describe('the plain line', () => {
  test('has time, step, weight, both rates with intervals, the leading evidence against its bound, and the verdict', () => {
    expect(plainLine(frame())).toBe(
      '  28 s  step 2/4  canary  20 % | failed in 20 s: canary  10.0 % [6.6, 14.9]  stable   0.3 % [0.1, 0.7]   | error rate [############............]   2.6 of 5.3  undecided | continue',
    );
  });

  test('shows the criterion that is nearest to its bound', () => {
    const evidence = [criterion({ logE: 1 }), criterion({ name: 'latency p99', logE: 7, status: 'worse' })];
    expect(plainLine(frame({ evidence }))).toContain('latency p99 [########################]   7.0 of 5.3  worse');
  });

  test('names the cause of a hold', () => {
    expect(plainLine(frame({ verdict: 'hold', cause: 'external' }))).toMatch(/hold \(cause: external\)$/);
  });

  test('bears a decision without evidence and cohorts without requests', () => {
    const nothing = { requests: 0, bad: 0 };
    const early = {
      ...frame({ evidence: [], verdict: 'hold' }),
      recent: { seconds: 20, canary: nothing, stable: nothing },
    };
    expect(plainLine(early)).toMatch(/canary no requests +stable no requests +\| hold$/);
  });
});

describe('the live view', () => {
  test('writes plain lines where there is no terminal', () => {
    const { stream: file, written } = stream();
    const view = createLiveView(file);
    view.note('hello');
    view.show(frame());
    view.show(frame());
    view.end();
    expect(written().split('\n')).toEqual(['hello', plainLine(frame()), plainLine(frame()), '']);
    expect(written()).not.toContain('\x1b');
  });

  test('redraws the picture on a terminal, going up exactly as many lines as it had', () => {
    const { stream: terminal, written } = stream(200);
    const view = createLiveView(terminal);
    const { state, verdict } = pictureLines(frame(), 199);
    const lines = state.length + verdict.length;
    view.show(frame());
    expect(written()).not.toContain('\x1b[');
    view.show(frame());
    expect(written().split(`\x1b[${lines}A\x1b[J`)).toHaveLength(2);
  });

  test('puts a note above the picture, which stays', () => {
    const { stream: terminal, written } = stream(200);
    const view = createLiveView(terminal);
    view.show(frame());
    view.note('the fault begins');
    const afterErase = written().split('\x1b[J')[1]!;
    expect(afterErase.split('\n')[0]).toBe('the fault begins');
    expect(afterErase).toContain('step 2 of 4');
  });

  test('has no line that the terminal would wrap, which would break the redrawing, and loses no word of the reason', () => {
    const { stream: terminal, written } = stream(40);
    const words = Array.from({ length: 60 }, (_, i) => `word${i}`);
    createLiveView(terminal).show(frame({ reason: `${words.join(' ')} ${'x'.repeat(100)}` }));
    for (const line of written().split('\n')) expect(line.length).toBeLessThan(40);
    for (const word of words) expect(written()).toContain(word);
  });
});
