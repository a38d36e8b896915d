import { styleText } from 'node:util';
import type { CriterionEvidence, Decision, JudgedCounts, Verdict } from 'rolloutguard';

/** One moment of the rollout. */
export interface Frame {
  readonly elapsedSeconds: number;
  /** Position in the plan, counted from 1. */
  readonly step: number;
  readonly steps: number;
  /** The canary's share of the traffic, in percent. */
  readonly weight: number;
  /** Failed requests of both cohorts in the last seconds. */
  readonly recent: { readonly seconds: number; readonly canary: JudgedCounts; readonly stable: JudgedCounts };
  readonly decision: Decision;
}

/** Shows what happens while it happens. */
export interface LiveView {
  /** A line that stays. */
  note(line: string): void;
  /** The present state: it replaces the one before on a terminal, and is one more line elsewhere. */
  show(frame: Frame): void;
  /** Leaves the last state standing. */
  end(): void;
}

type Style = Parameters<typeof styleText>[0];
const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  rollback: ['bold', 'red'],
  escalate: ['bold', 'red'],
  hold: ['bold', 'yellow'],
  continue: 'cyan',
  promote: ['bold', 'green'],
};
const BAR_WIDTH = 24;

/** A live view for this stream: a picture that is redrawn on a terminal, one line a moment elsewhere. */
export function createLiveView(stream: NodeJS.WriteStream): LiveView {
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
  };
  if (!stream.isTTY) {
    return { note: (line) => write([line]), show: (frame) => write([plainLine(frame)]), end: () => {} };
  }

  let picture: readonly string[] = [];
  const erase = (): void => {
    if (picture.length > 0) stream.write(`\x1b[${picture.length}A\x1b[J`);
  };
  return {
    note: (line) => {
      erase();
      write([line, ...picture]);
    },
    show: (frame) => {
      erase();
      const { state, verdict } = pictureLines(frame, (stream.columns || 80) - 1);
      const style = VERDICT_STYLES[frame.decision.verdict];
      picture = [...state, ...verdict.map((line) => styleText(style, line, { stream }))];
      write(picture);
    },
    end: () => {
      picture = [];
    },
  };
}

/**
 * The state as a picture of several lines, none longer than `width`: a line that the terminal wraps would break the
 * redrawing.
 */
export function pictureLines(frame: Frame, width: number): { state: string[]; verdict: string[] } {
  const { elapsedSeconds, step, steps, weight, recent, decision } = frame;
  const seconds = `${Math.round(elapsedSeconds)} s`.padStart(6);
  const state = [
    '',
    `${seconds}   step ${step} of ${steps}   canary ${bar(weight / 100)} ${weight} %`,
    `  failed in ${recent.seconds} s   canary ${rate(recent.canary)}   stable ${rate(recent.stable)}`,
    ...decision.evidence.map((criterion) => `  ${criterion.name.padEnd(12)} ${evidence(criterion)}`),
  ];
  return {
    state: state.map((line) => line.slice(0, width)),
    verdict: wrapped(`${decision.verdict.toUpperCase()}  ${decision.reason}`, width - 2).map((line) => `  ${line}`),
  };
}

/** The state as one line. */
export function plainLine({ elapsedSeconds, step, steps, weight, recent, decision }: Frame): string {
  const seconds = `${Math.round(elapsedSeconds)} s`.padStart(6);
  const parts = [
    `${seconds}  step ${step}/${steps}  canary ${String(weight).padStart(3)} %`,
    `failed in ${recent.seconds} s: canary ${rate(recent.canary)} stable ${rate(recent.stable)}`,
    ...decision.evidence
      .toSorted(byProgress)
      .slice(0, 1)
      .map((most) => `${most.name} ${evidence(most)}`),
    verdictWords(decision),
  ];
  return parts.join(' | ');
}

/** A share with its 95 % interval after Wilson, which stays sensible for few requests and for no failure at all. */
export function wilson({ bad, requests }: JudgedCounts): { share: number; low: number; high: number } | null {
  if (requests === 0) return null;
  const z2 = 1.96 ** 2;
  const share = bad / requests;
  const centre = (share + z2 / (2 * requests)) / (1 + z2 / requests);
  const half = (Math.sqrt((share * (1 - share)) / requests + z2 / (4 * requests ** 2)) * 1.96) / (1 + z2 / requests);
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function rate(counts: JudgedCounts): string {
  const found = wilson(counts);
  if (found === null) return 'no requests'.padEnd(20);
  const [share, low, high] = [found.share, found.low, found.high].map((part) => (part * 100).toFixed(1));
  return `${share?.padStart(5)} % ${`[${low}, ${high}]`.padEnd(12)}`;
}

/** How far the evidence has come towards the bound at which this criterion alone rolls back. */
function evidence({ logE, bound, status }: CriterionEvidence): string {
  return `${bar(logE / bound)} ${logE.toFixed(1).padStart(5)} of ${bound.toFixed(1)}  ${status}`;
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

/** The text in lines of at most `width`, broken at spaces where there are any. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

function verdictWords({ verdict, cause }: Decision): string {
  return cause === null ? verdict : `${verdict} (cause: ${cause})`;
}

function byProgress(a: CriterionEvidence, b: CriterionEvidence): number {
  return b.logE / b.bound - a.logE / a.bound;
}
