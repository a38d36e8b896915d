/** The tables of what was judged: criteria against stable, and fixed limits on the canary. */
import type { CriterionEvidence, Decision, LimitFinding } from '../ports/decision.ts';
import { html, type Markup, type Piece } from './escape.ts';
import { formatEValue, formatLog, formatNumber } from './format.ts';
import { section } from './sections.ts';
import {
  boundText,
  clippedText,
  countsText,
  effectText,
  INFORMATIONAL,
  LIMIT_MEANING,
  LIMIT_UNITS,
  latencyText,
  limitCountsText,
  meaningOf,
  promotionText,
  STATUS_MEANING,
  shareOfBound,
} from './words.ts';

/** One row per criterion. */
export function criteriaSection({ evidence }: Decision): Markup {
  if (evidence.length === 0) {
    return section('criteria', 'Criteria', html`<p class="muted">No criterion was judged by evidence.</p>`);
  }
  const columns = ['Criterion', 'Status', 'Effect', 'Judged', 'Evidence'];
  return section('criteria', 'Criteria', table(columns, evidence.map(criterionRow)));
}

/** One row per fixed limit; nothing when there is none. */
export function limitsSection({ limits = [] }: Decision): Piece {
  if (limits.length === 0) return null;
  const columns = ['Limit', 'Status', 'Counted', 'Evidence'];
  return section(
    'limits',
    'Limits',
    html`<p class="subtitle">${LIMIT_UNITS}</p>${table(columns, limits.map(limitRow))}`,
  );
}

function criterionRow(criterion: CriterionEvidence): Markup {
  const { name, detail, status, effect, canary, stable, logE, peakLogE, dispersion, logNonInferiority } = criterion;
  return row(
    name,
    [detail, criterion.latency && latencyText(criterion.latency), criterion.informational && INFORMATIONAL],
    [
      statusCell(status, STATUS_MEANING),
      cell('Effect', effect === null ? html`<span class="muted">not known</span>` : effectText(effect)),
      cell('Judged', html`canary ${countsText(canary)}<small>stable ${countsText(stable)}</small>`),
      cell(
        'Evidence',
        html`${evidenceBar(criterion)}<small>e-value ${formatEValue(logE)}; peak of its log ${formatLog(peakLogE)}</small>${
          typeof logNonInferiority === 'number' && html`<small>to promote: ${promotionText(logNonInferiority)}</small>`
        }${dispersion > 0 && html`<small>noise (dispersion) ${formatNumber(dispersion)}</small>`}<small>${clippedText(criterion)}</small>`,
      ),
    ],
  );
}

function limitRow(finding: LimitFinding): Markup {
  const { name, status, limit, canary, stable, logE } = finding;
  const counted = html`canary ${limitCountsText(canary, limit)}<small>stable ${limitCountsText(stable, limit)}</small>`;
  const evidence = html`${evidenceBar(finding)}<small>e-value ${formatEValue(logE)}</small>`;
  // Zeros that nobody measured would read like a finding.
  const none = status === 'no-data' && html`<span class="muted">none</span>`;
  return row(
    name,
    [`limit ${formatNumber(limit)}`],
    [statusCell(status, LIMIT_MEANING), cell('Counted', none || counted), cell('Evidence', none || evidence)],
  );
}

function table(columns: readonly string[], rows: readonly Markup[]): Markup {
  return html`<table class="criteria" role="table"><thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead><tbody role="rowgroup">${rows}</tbody></table>`;
}

function row(name: string, notes: readonly (string | false | undefined)[], cells: readonly Markup[]): Markup {
  return html`<tr role="row"><th scope="row" role="rowheader"><bdi>${name}</bdi>${notes.map(
    (note) => note !== undefined && note !== false && html`<small>${note}</small>`,
  )}</th>${cells}</tr>`;
}

function cell(label: string, content: Piece): Markup {
  return html`<td role="cell" data-label="${label}"><div>${content}</div></td>`;
}

function statusCell(status: string, meanings: Readonly<Record<string, string>>): Markup {
  return cell(
    'Status',
    html`<span class="status ${status}">${status.replaceAll('-', ' ')}</span><small>${meaningOf(meanings, status)}</small>`,
  );
}

function evidenceBar(found: Pick<CriterionEvidence, 'logE' | 'bound' | 'informational'> & { status: string }): Markup {
  const width = Math.round(shareOfBound(found.logE, found.bound) * 100);
  return html`log ${formatLog(found.logE)}, ${boundText(found)}<span class="bar ${found.status}" aria-hidden="true"><span style="width:${width}%"></span></span>`;
}
