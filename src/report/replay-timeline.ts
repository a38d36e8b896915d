/** What a policy said over the life of a deployment, as pieces of a line from the deployment to the end of the recording. */
import type { Verdict } from '../ports/decision.ts';
import type { ReplayedDeployment, ReplayedPolicy } from '../replay/replay-report.ts';
import { badFromMs } from '../replay/score-sheet.ts';
import { position } from './scale.ts';

/** A time in which one verdict stood. Places are shares of the line, 0 to 1. */
export interface TimelinePiece {
  from: number;
  to: number;
  verdict: Verdict;
}

/** One line. */
export interface Timeline {
  pieces: TimelinePiece[];
  /** Where the policy rolled back, called a human, or promoted; `null` where it did none of these. */
  end: { at: number; verdict: Verdict } | null;
  /** Where the deployment became bad; `null` where it was good, where nobody said, or where that lies outside the line. */
  badFrom: number | null;
}

/** Verdicts after which a policy says nothing more. */
const LAST_WORDS: readonly Verdict[] = ['rollback', 'escalate', 'promote'];

/** The line of one policy. Before its first verdict, and after its last word, there is nothing. */
export function timelineOf(deployment: ReplayedDeployment, policy: ReplayedPolicy): Timeline {
  const { deployedAtMs, endedAtMs } = deployment;
  const place = (atMs: number): number => Math.min(Math.max(position(atMs, deployedAtMs, endedAtMs), 0), 1);
  const end = lastWord(policy);
  const stop = end === null ? 1 : place(end.atMs);
  const changes = policy.changes.toSorted((a, b) => a.atMs - b.atMs);
  const pieces = changes.flatMap(({ atMs, verdict }, i) => {
    if (LAST_WORDS.includes(verdict)) return [];
    const next = changes[i + 1];
    const piece = { from: place(atMs), to: Math.min(next === undefined ? stop : place(next.atMs), stop), verdict };
    return piece.to > piece.from ? [piece] : [];
  });
  const bad = badFromMs(deployment);
  return {
    pieces,
    end: end === null ? null : { at: stop, verdict: end.verdict },
    badFrom: bad === null || bad < deployedAtMs || bad > endedAtMs ? null : place(bad),
  };
}

/** One letter for each verdict, for a line of text. */
const LETTERS: Readonly<Record<Verdict, string>> = {
  continue: '.',
  hold: 'h',
  rollback: 'R',
  escalate: 'E',
  promote: 'P',
};

/** What the letters of {@link timelineText} mean. */
export const TIMELINE_LEGEND =
  '. continue, h hold, R rollback, E escalate to a human, P promote, | the deployment is bad from here';

/** The line in so many letters. */
export function timelineText({ pieces, end, badFrom }: Timeline, letters: number): string {
  const cell = (share: number): number => Math.min(Math.floor(share * letters), letters - 1);
  const line = Array.from({ length: letters }, (_, i) => {
    const middle = (i + 0.5) / letters;
    const piece = pieces.find(({ from, to }) => from <= middle && middle < to);
    return piece === undefined ? ' ' : (LETTERS[piece.verdict] ?? '?');
  });
  if (badFrom !== null) line[cell(badFrom)] = '|';
  if (end !== null) line[cell(end.at)] = LETTERS[end.verdict] ?? '?';
  return line.join('');
}

function lastWord({ rolledBackAtMs, escalatedAtMs, promotedAtMs }: ReplayedPolicy): {
  atMs: number;
  verdict: Verdict;
} | null {
  const words = [
    { atMs: rolledBackAtMs, verdict: 'rollback' as const },
    { atMs: escalatedAtMs, verdict: 'escalate' as const },
    { atMs: promotedAtMs, verdict: 'promote' as const },
  ].flatMap(({ atMs, verdict }) => (atMs === null ? [] : [{ atMs, verdict }]));
  return words.toSorted((a, b) => a.atMs - b.atMs)[0] ?? null;
}
