import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/decisions/cell.ts';
import { holdFit, incidentOf } from '../../bench/decisions/incident.ts';

const CALM: Cell = { name: 'calm', kind: 'null', kw: {} };
const INCIDENT: Cell = { name: 'incident', kind: 'null', kw: { incident: [48, 84, 20] } };

/** Held in these intervals, from (inclusive) to (exclusive). */
function heldIn(...spans: [number, number][]): Uint8Array {
  const held = new Uint8Array(180);
  for (const [from, to] of spans) held.fill(1, from, to);
  return held;
}

describe('incidents of a cell', () => {
  it.each([
    [{ kw: {} }, null],
    [{ kw: { incident: [48, 84, 20] } }, [48, 84]],
    [{ kw: { dependency: { from: 60, add: 0.1 } } }, [60, 180]],
    [{ kw: { dependency: { from: 60, to: 90, arm: 'both' } } }, [60, 90]],
    [{ kw: { dependency: { from: 60, arm: 'canary' } } }, null],
    [{ metric: 'latency', kw: { both: 2 } }, [48, 84]],
    [{ metrics: ['errors', { metric: 'latency', both: [10, 20, 3] }], kw: {} }, [10, 20]],
    [{ metric: 'latency', kw: { shift: 2 } }, null],
  ] as [Partial<Cell>, unknown][])('%j: %j', (cell, incident) => {
    expect(incidentOf({ name: 'one', kind: 'null', kw: {}, ...cell })).toEqual(incident);
  });
});

describe('how holds fit to an incident', () => {
  it('held from the fourth interval of the incident to its end', () => {
    expect(holdFit(INCIDENT, heldIn([51, 84]), 179).heldShareFromFourth).toBe(1);
    expect(holdFit(INCIDENT, heldIn([48, 51]), 179).heldShareFromFourth).toBe(0);
    expect(holdFit(INCIDENT, heldIn([50, 62]), 179).heldShareFromFourth).toBeCloseTo(11 / 33, 12);
  });

  it('after a rollback nothing is asked', () => {
    expect(holdFit(INCIDENT, heldIn([51, 56]), 55)).toEqual({
      heldShareFromFourth: 1,
      released: null,
      outsideShare: 0,
    });
    expect(holdFit(INCIDENT, heldIn(), 50).heldShareFromFourth).toBeNull();
  });

  it('released: the decision 120 s after the end holds no longer, and none soon after it', () => {
    // Interval 95 ends 120 s after unit 84 began.
    expect(holdFit(INCIDENT, heldIn([51, 95]), 179).released).toBe(true);
    expect(holdFit(INCIDENT, heldIn([51, 96]), 179).released).toBe(false);
    expect(holdFit(INCIDENT, heldIn([51, 90], [100, 102]), 179).released).toBe(false);
    expect(holdFit(INCIDENT, heldIn([51, 90], [120, 122]), 179).released).toBe(true);
  });

  it('outside: neither the incident nor the time in which a hold may end', () => {
    const { outsideShare } = holdFit(INCIDENT, heldIn([46, 98]), 179);
    expect(outsideShare).toBeCloseTo((2 + 2) / (48 + 84), 12);
    expect(holdFit(CALM, heldIn([3, 12]), 179)).toEqual({
      heldShareFromFourth: null,
      released: null,
      outsideShare: 9 / 180,
    });
    const overload: Cell = { ...CALM, kw: { interference: 4 } };
    expect(holdFit(overload, heldIn([3, 12]), 179).outsideShare).toBeNull();
  });

  it('other interval lengths', () => {
    const every30: Cell = { ...INCIDENT, kw: { ...INCIDENT.kw, intervalSeconds: 30 } };
    // The incident is intervals 16 to 27; 120 s after it is interval 32.
    expect(holdFit(every30, heldIn([19, 28]), 59).heldShareFromFourth).toBe(1);
    expect(holdFit(every30, heldIn([19, 31]), 59).released).toBe(true);
    expect(holdFit(every30, heldIn([19, 32]), 59).released).toBe(false);
  });
});
