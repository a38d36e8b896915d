/** The line of what a policy said, as static SVG. Places are percentages, so one drawing serves every width. */
import type { Verdict } from '../ports/decision.ts';
import { html, type Markup, type Piece } from './escape.ts';
import type { Timeline } from './replay-timeline.ts';

const HEIGHT = 20;
const MIDDLE = HEIGHT / 2;
const BAR = 10;

/** A shape for each last word, so that they differ without colour: a diamond, a triangle, a disc. */
const SHAPES: Readonly<Record<string, string>> = {
  rollback: 'M0-7L7 0L0 7L-7 0Z',
  escalate: 'M0-7L7 5H-7Z',
  promote: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0',
};

/** The pattern of a held time; once on a page that has strips. */
export const STRIP_PATTERN: Markup = html`<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="held" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern></defs></svg>`;

/** One line, named for those who do not see it. */
export function timelineStrip({ pieces, end, badFrom }: Timeline, name: string): Markup {
  return html`<svg class="timeline" role="img" aria-label="${name}" height="${HEIGHT}"><line class="track" x1="0" x2="100%" y1="${MIDDLE}" y2="${MIDDLE}"/>${pieces.map(
    ({ from, to, verdict }) => piece(from, to, verdict),
  )}${badFrom !== null && html`<line class="bad-from" x1="${percent(badFrom)}" x2="${percent(badFrom)}" y1="0" y2="${HEIGHT}"/>`}${
    end !== null && endMark(end.verdict, percent(end.at))
  }</svg>`;
}

/** What the looks of a line mean. */
export function timelineKey(): Markup {
  const sample = (content: Piece): Markup =>
    html`<svg width="26" height="${HEIGHT}" aria-hidden="true">${content}</svg>`;
  return html`<ul class="key" aria-label="Legend"><li>${sample(piece(0, 1, 'continue'))}continue</li><li>${sample(piece(0, 1, 'hold'))}hold</li><li>${sample(endMark('rollback', '50%'))}rollback</li><li>${sample(endMark('escalate', '50%'))}escalate to a human</li><li>${sample(endMark('promote', '50%'))}promote</li><li>${sample(html`<line class="bad-from" x1="50%" x2="50%" y1="0" y2="${HEIGHT}"/>`)}bad from here</li></ul>`;
}

function piece(from: number, to: number, verdict: Verdict): Markup {
  const place = html`x="${percent(from)}" y="${MIDDLE - BAR / 2}" width="${percent(to - from)}" height="${BAR}"`;
  if (verdict !== 'hold') return html`<rect class="piece ${verdict}" ${place}/>`;
  return html`<rect class="piece hold" ${place}/><rect fill="url(#held)" ${place}/><rect class="piece-edge" ${place}/>`;
}

function endMark(verdict: Verdict, x: string): Markup {
  return html`<svg class="end ${verdict}" x="${x}" y="${MIDDLE}" overflow="visible"><path d="${SHAPES[verdict] ?? SHAPES['promote']}"/></svg>`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
