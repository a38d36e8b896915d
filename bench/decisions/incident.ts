/** When a cell's service suffers from something outside the canary, and how a judge's holds fit to it. */
import { type Cell, metricsOf } from './cell.ts';
import { slowTime } from './latency-options.ts';
import { HORIZON_UNITS, UNIT_SECONDS } from './scenario-options.ts';

/** Intervals of an incident that a judge may need to notice it. */
const TO_NOTICE = 3;
/** A hold must end within this time after the incident, and stay ended for as long. */
const RELEASE_SECONDS = 120;

/** Units of 10 s in which both arms suffer from one cause outside: from (inclusive) to (exclusive); `null` = never. */
export function incidentOf(cell: Cell): readonly [from: number, to: number] | null {
  const { incident, dependency } = cell.kw;
  if (incident) return [incident[0], incident[1]];
  if (dependency && (dependency.arm ?? 'both') === 'both') return [dependency.from, dependency.to ?? HORIZON_UNITS];
  for (const { metric, kw } of metricsOf(cell)) {
    const slow = metric === 'latency' ? slowTime(kw) : null;
    if (slow) return [slow[0], slow[1]];
  }
  return null;
}

/** How one run's holds fit to an incident; `null` where the run or the cell has nothing to say. */
export interface HoldFit {
  /** Share of the incident's intervals from the fourth on that were held. */
  heldShareFromFourth: number | null;
  /** Not held from 120 s after the incident's end on, for 120 s. */
  released: boolean | null;
  /** Share of the intervals outside an incident, and outside the time in which a hold may end, that were held. */
  outsideShare: number | null;
}

/**
 * The fit of one run's holds.
 *
 * @param held - 1 for every judged interval after which the judge held for a cause that is not the canary.
 * @param last - the last interval that was judged; the one of the rollback is no longer asked.
 */
export function holdFit(cell: Cell, held: Uint8Array, last: number): HoldFit {
  const { intervalSeconds = UNIT_SECONDS, interference } = cell.kw;
  const incident = incidentOf(cell);
  const [from, to] = incident
    ? incident.map((unit) => Math.ceil((unit * UNIT_SECONDS) / intervalSeconds))
    : [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const grace = Math.ceil(RELEASE_SECONDS / intervalSeconds);
  const inside = counter();
  const after = counter();
  const outside = counter();
  for (let i = 0; i <= last; i++) {
    if (i >= from! + TO_NOTICE && i < to!) inside.add(held[i]!);
    // The decision after this interval is the one at the end of the time in which a hold must end.
    if (i >= to! + grace - 1 && i < to! + 2 * grace) after.add(held[i]!);
    if (i < from! || i >= to! + grace) outside.add(held[i]!);
  }
  return {
    heldShareFromFourth: inside.share,
    released: after.share === null ? null : after.share === 0,
    // With interference both arms suffer all the time, and more with every step.
    outsideShare: interference ? null : outside.share,
  };
}

function counter(): { add(held: number): void; readonly share: number | null } {
  let [all, held] = [0, 0];
  return {
    add(one) {
      all += 1;
      held += one;
    },
    get share() {
      return all === 0 ? null : held / all;
    },
  };
}
