/** A replay as one HTML page that needs nothing else: no script, no font, no network. */
import type { ReplayedDeployment, ReplayReport } from '../replay/replay-report.ts';
import { html, type Markup, type Piece } from './escape.ts';
import { FIGURE_STYLE } from './figure-style.ts';
import { figureTable } from './figure-table.ts';
import { formatCount } from './format.ts';
import { page } from './page.ts';
import { outcomeOf, type ReplayGroup, replayGroups } from './replay-order.ts';
import { STRIP_PATTERN, timelineKey, timelineStrip } from './replay-strip.ts';
import type { ReplayViewOptions } from './replay-text.ts';
import { timelineOf } from './replay-timeline.ts';
import {
  comparisonWords,
  counted,
  deploymentName,
  deploymentNote,
  labelsText,
  REPLAY_NOTES,
  replayTitle,
  rowWords,
  scoreRows,
  scoreSentence,
  skippedPlace,
} from './replay-words.ts';
import { position, timeTicks } from './scale.ts';
import { section } from './sections.ts';

/** How a page shows a replay. */
export interface ReplayPageOptions extends ReplayViewOptions {
  /** Heading of the page. @defaultValue how many deployments and policies */
  title?: string;
}

const MOST_LISTED = 100;

/**
 * A replay as one self-contained HTML page: scores of all policies side by side, each against the others, then every
 * deployment with a line of what each policy said and when, false rollbacks and misses first; what was left out; policies.
 *
 * It opens from disk, works without scripts and network, in light and dark, on a phone and on paper. The same input gives
 * the same bytes. All text is escaped. At most `deployments` of them are shown; the page says how many are not.
 *
 * @returns the whole document, to be stored as UTF-8.
 */
export function replayHtml(report: ReplayReport, options: ReplayPageOptions = {}): string {
  const { deployments = 200, title = replayTitle(report) } = options;
  return page({
    title,
    subject: 'replay',
    style: FIGURE_STYLE,
    engineVersion: report.engineVersion,
    top: html`<header class="top wrap"><p class="overline">${options.title === undefined ? 'Replay' : replayTitle(report)}</p><h1><bdi>${title}</bdi></h1>
<p class="muted">${labelsText(report)}</p><ul class="policies">${report.scores.map(
      (score) => html`<li><bdi>${scoreSentence(score)}</bdi></li>`,
    )}</ul></header>`,
    main: html`${scoresSection(report)}${comparisonsSection(report)}${deploymentsSection(report, deployments)}${leftOutSection(report)}${identitySection(report)}`,
  });
}

function scoresSection(report: ReplayReport): Markup {
  const rows = scoreRows(report);
  const table = figureTable(
    'Scores of each policy',
    '',
    report.policies.map(({ name }) => name),
    rows.map(({ label, values }) => ({ name: label, values })),
  );
  const notes = html`<p class="subtitle">${REPLAY_NOTES.map((note) => html`${note} `)}</p>`;
  return section(
    'scores',
    'Scores',
    rows.length === 0 ? html`<p class="muted">No deployment was replayed.</p>` : html`${table}${notes}`,
  );
}

function comparisonsSection(report: ReplayReport): Piece {
  const { shown, more } = comparisonWords(report);
  if (shown.length === 0) return null;
  return section(
    'comparisons',
    'Against each other',
    html`<div class="pairs">${shown.map(
      ({ title, lines }) =>
        html`<div><h3><bdi>${title}</bdi></h3><ul class="list">${lines.map((line) => html`<li><bdi>${line}</bdi></li>`)}</ul></div>`,
    )}</div>${more > 0 && html`<p class="muted">${counted(more, 'more comparison')} not shown</p>`}`,
  );
}

function deploymentsSection(report: ReplayReport, atMost: number): Markup {
  const groups = replayGroups(report, atMost);
  const words =
    (report.scores[0]?.deployments ?? 0) > 0
      ? 'The rows of the deployments were not kept; the scores count all of them.'
      : 'There is none.';
  return section(
    'deployments',
    'What each policy said',
    groups.length === 0
      ? html`<p class="muted">${words}</p>`
      : html`<p class="subtitle">Each line runs from the deployment to the end of its recording.</p>${timelineKey()}${STRIP_PATTERN}${groups.map(groupBlock)}`,
  );
}

function groupBlock({ outcome, heading, count, shown }: ReplayGroup): Markup {
  const more = count - shown.length;
  return html`<h3 class="group" id="group-${outcome}">${heading} <span class="count">${formatCount(count)}</span></h3>
${shown.map(deploymentBlock)}${more > 0 && html`<p class="muted">${shown.length === 0 ? formatCount(more) : `${formatCount(more)} more`} not shown</p>`}`;
}

function deploymentBlock(deployment: ReplayedDeployment): Markup {
  const { policies } = deployment;
  return html`<article class="deployment"><h4><bdi>${deploymentName(deployment)}</bdi></h4><p class="note"><bdi>${deploymentNote(deployment)}</bdi></p><ul class="said">${policies.map(
    (policy) => {
      const { outcome, did } = rowWords(deployment, policy);
      return html`<li><span class="name"><bdi>${policy.policy}</bdi></span>${timelineStrip(timelineOf(deployment, policy), `${policy.policy}: ${outcome}, ${did}`)}<span class="outcome ${outcomeOf(deployment, policy)}"><b>${outcome}</b>: ${did}</span></li>`;
    },
  )}<li aria-hidden="true"><span class="times">${timeAxis(deployment)}</span></li></ul><details class="why"><summary>Why</summary><dl>${policies.map(
    ({ policy, reason }) => html`<dt><bdi>${policy}</bdi></dt><dd><bdi>${reason}</bdi></dd>`,
  )}</dl></details></article>
`;
}

function timeAxis({ deployedAtMs, endedAtMs }: ReplayedDeployment): Piece {
  const length = endedAtMs - deployedAtMs;
  return timeTicks(0, length, 4).map(({ value, label }) => {
    const at = position(value, 0, length);
    return html`<span class="${at < 0.1 ? 'first' : at > 0.9 ? 'last' : 'middle'}" style="left:${Number((at * 100).toFixed(2))}%">${label}</span>`;
  });
}

function leftOutSection({ skipped, skippedCount, unusedLabels }: ReplayReport): Piece {
  if (skippedCount === 0 && unusedLabels.length === 0) return null;
  const rest = (count: number, listed: number): Piece =>
    count > listed && html`<li class="muted">${formatCount(count - listed)} more not shown</li>`;
  const names = unusedLabels.slice(0, MOST_LISTED);
  const left = skipped.slice(0, MOST_LISTED);
  return section(
    'left-out',
    'Left out',
    html`${
      skippedCount > 0 &&
      html`<h3>${counted(skippedCount, 'recording')}</h3><ul class="list problems">${left.map(
        (each) =>
          html`<li><bdi>${each.message}</bdi><small><bdi>${skippedPlace(each)}</bdi>, <code>${each.code}</code></small></li>`,
      )}${rest(skippedCount, left.length)}</ul>`
    }${
      unusedLabels.length > 0 &&
      html`<h3 class="group">${counted(unusedLabels.length, 'label')} without a deployment</h3><ul class="list">${names.map(
        (name) => html`<li><bdi>${name}</bdi></li>`,
      )}${rest(unusedLabels.length, names.length)}</ul>`
    }`,
  );
}

function identitySection({ policies, engineVersion }: ReplayReport): Markup {
  return section(
    'identity',
    'Identity',
    html`<dl class="identity">${policies.map(({ name, digest }) => html`<dt><bdi>${name}</bdi></dt><dd><code>${digest}</code></dd>`)}<dt>Engine version</dt><dd><code>${engineVersion}</code></dd></dl>`,
  );
}
