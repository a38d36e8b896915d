import { describe, expect, it } from 'vitest';
import { EvidenceWindows } from '../../src/statistics/evidence-windows.ts';
import { onGrid, spreadPrior } from '../../src/statistics/ratio-grid.ts';
import { recentRatio } from '../../src/statistics/recent-ratio.ts';
import type { ArmCounts } from '../../src/statistics/share-likelihood.ts';

/** Totals after some seconds: 40 and 160 requests a second, 1 % bad; the canary's rate doubles at 600 s. */
function totals(seconds: number): ArmCounts {
  return {
    canaryRequests: 40 * seconds,
    canaryBad: 0.4 * seconds + 0.4 * Math.max(seconds - 600, 0),
    stableRequests: 160 * seconds,
    stableBad: 1.6 * seconds,
  };
}

function windowsAt(seconds: number): EvidenceWindows<ArmCounts> {
  const worse = { toleratedRatio: 1.25, startWeight: 0.75, windowSeconds: 30 };
  const windows = new EvidenceWindows(worse, () => true, spreadPrior(0, 0.1), totals(0));
  for (let at = 10; at <= seconds; at += 10) windows.checkpoint(at, onGrid(), totals(at));
  return windows;
}

function ratioAt(seconds: number): number | null {
  const windows = windowsAt(seconds);
  return recentRatio(totals(seconds), (least, isEnough) => windows.latestStart(least, isEnough));
}

describe('recentRatio', () => {
  it('is that of the last two minutes, not of all that was judged', () => {
    expect(ratioAt(600)).toBeCloseTo(1, 1);
    // 120 s after the fault the ratio over everything is 1.17.
    expect(ratioAt(720)).toBeCloseTo(2, 1);
    expect(ratioAt(660)).toBeCloseTo(1.5, 1);
  });

  it('goes further back where the canary has too few requests', () => {
    const asked: number[] = [];
    const from = windowsAt(900).latestStart(120, (start) => {
      asked.push(start.canaryRequests / 40);
      return start.canaryRequests <= 40 * 700;
    });
    expect(asked[0]).toBe(780);
    expect(asked).toEqual([...asked].sort((a, b) => b - a));
    expect(from!.canaryRequests / 40).toBeLessThanOrEqual(700);
  });

  it('is not known before there are a later window and 40 expected bad requests', () => {
    expect(ratioAt(170)).toBeNull();
    const windows = windowsAt(900);
    const rare = (seconds: number): ArmCounts => ({ ...totals(seconds), canaryRequests: 0.4 * seconds, canaryBad: 90 });
    expect(recentRatio(rare(900), (least, isEnough) => windows.latestStart(least, isEnough))).toBeNull();
  });
});
