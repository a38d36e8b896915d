/** The sections of the page around the plots. */
import type { Decision, Verdict } from '../ports/decision.ts';
import { authorityLines, verdictMeaning } from './authority-words.ts';
import { causeLines } from './causes.ts';
import { html, type Markup, type Piece, preformatted } from './escape.ts';
import { formatOffset, formatUtc } from './format.ts';
import { jsonReport } from './json.ts';
import { outlookLines } from './outlook-lines.ts';
import { beforeOrAfter, causeText, nextCheckText } from './text.ts';
import { meaningOf } from './words.ts';

/** A label and a value of the caller's, such as the time to rollback. */
export interface ReportFact {
  label: string;
  value: string;
}

/** A moment on the time axis, with the letter of its flag. */
export interface LetteredMoment {
  letter: string;
  atMs: number;
  label: string;
  look: 'crossing' | 'mark';
  /** False when it lies outside the time that the plots show. */
  shown: boolean;
}

const ICONS: Readonly<Record<Verdict, string>> = {
  rollback: 'M4 4v5h5M4.6 9A8 8 0 1 1 4 13.5',
  escalate: 'M12 4L22 20H2ZM12 10v4M12 17v.2',
  hold: 'M8 5v14M16 5v14',
  continue: 'M4 12h15M13 6l6 6l-6 6',
  promote: 'M4 12.5l5.5 5.5L20 6.5',
};

/** Title, badge, and the verdict's sentence. */
export function topSection(decision: Decision, title: string): Markup {
  const { verdict, reason } = decision;
  return html`<header class="top wrap"><p class="overline">Canary report</p><h1><bdi>${title}</bdi></h1>
<div class="verdict"><p class="badge ${verdict}"><svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="${meaningOf(ICONS, verdict) || ICONS.continue}"/></svg>${capital(verdict)}</p>
<p class="sentence">${reason}</p><p class="meaning">${verdictMeaning(decision)}</p></div></header>`;
}

/** The caller's figures, large, and the bare facts of the decision. */
export function factsSection(decision: Decision, deployedAtMs: number, facts: readonly ReportFact[]): Markup {
  const since = (atMs: number): string => beforeOrAfter(atMs - deployedAtMs, 'the deployment');
  const own: [string, string, string?][] = [
    ['Service', decision.service],
    ['Deployment', decision.deploymentId],
    ['Cause', causeText(decision)],
    ['Decided by', [decision.trigger ?? 'nothing yet', decision.guilty].filter((word) => word !== null).join(': ')],
    ['Decided at', formatUtc(decision.decidedAtMs), since(decision.decidedAtMs)],
    decision.crossedAtMs === null
      ? ['Crossed at', 'not crossed']
      : ['Crossed at', formatUtc(decision.crossedAtMs), since(decision.crossedAtMs)],
    ['May advance', decision.mayAdvance ? 'yes' : 'no'],
    ...authorityFact(decision),
    ['Next check', nextCheckText(decision)],
  ];
  return html`<section aria-label="Facts">${
    facts.length > 0 &&
    html`<dl class="facts">${facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`
  }<dl class="facts small">${own.map(([label, value, note]) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi>${note && html`<small>${note}</small>`}</dd></div>`)}</dl></section>`;
}

function authorityFact(decision: Decision): [string, string, string][] {
  const [level, ...record] = authorityLines(decision);
  return level === undefined ? [] : [['Authority', level, record.join(' ')]];
}

/** What the lettered flags on the plots stand for. */
export function momentsList(moments: readonly LetteredMoment[], deployedAtMs: number): Piece {
  if (moments.length === 0) return null;
  return html`<ol class="moments" aria-label="Moments marked on the plots">${moments.map(
    ({ letter, atMs, label, look, shown }) =>
      html`<li class="${look}"><span class="letter">${letter}</span><span><b>${formatOffset(atMs - deployedAtMs)}</b> <bdi>${label}</bdi>${!shown && html` <span class="muted">(outside the time shown)</span>`}</span></li>`,
  )}</ol>`;
}

/** Figures that show whose fault it is; nothing where none is known. */
export function causesSection({ attribution }: Decision): Piece {
  const lines = causeLines(attribution);
  if (lines.length === 0) return null;
  return section(
    'causes',
    'Causes',
    html`<ul class="list">${lines.map(({ label, text }) => html`<li>${label}: <bdi>${text}</bdi></li>`)}</ul>`,
  );
}

/** What the time ahead can still show; nothing where that cannot be planned. */
export function outlookSection(decision: Decision): Piece {
  const lines = outlookLines(decision);
  if (lines.length === 0) return null;
  return section(
    'outlook',
    'Outlook',
    html`<ul class="list">${lines.map((line) => html`<li><bdi>${line}</bdi></li>`)}</ul>`,
  );
}

/** What went wrong while data was collected. */
export function problemsSection({ problems }: Decision): Markup {
  return section(
    'problems',
    'Problems',
    problems.length === 0
      ? html`<p class="muted">None were reported.</p>`
      : html`<ul class="list problems">${problems.map(
          ({ source, code, message, atMs }) =>
            html`<li><bdi>${message}</bdi><small><bdi>${source}</bdi>, <code>${code}</code>, ${formatUtc(atMs)}</small></li>`,
        )}</ul>`,
  );
}

/** What the decision rests on. */
export function assumptionsSection({ assumptions }: Decision): Markup {
  return section(
    'assumptions',
    'Assumptions',
    assumptions.length === 0
      ? html`<p class="muted">None are named.</p>`
      : html`<ul class="list">${assumptions.map((assumption) => html`<li>${assumption}</li>`)}</ul>`,
  );
}

/** Which policy and which engine decided, and the decision itself. */
export function identitySection(decision: Decision): Markup {
  return section(
    'identity',
    'Identity',
    html`<dl class="identity"><dt>Policy digest</dt><dd><code>${decision.policyDigest}</code></dd><dt>Engine version</dt><dd><code>${decision.engineVersion}</code></dd></dl>
<details class="raw"><summary>The decision as JSON</summary><pre tabindex="0" aria-label="The decision as JSON">${preformatted(jsonReport(decision))}</pre></details>`,
  );
}

/** A section with a heading. */
export function section(id: string, heading: string, content: Piece): Markup {
  return html`<section aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${content}</section>
`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
