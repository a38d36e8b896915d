/** A decision as one HTML page that needs nothing else: no script, no font, no network. */

import type { Decision, EvidencePoint } from '../ports/decision.ts';
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import { html, Markup } from './escape.ts';
import { criteriaSection, limitsSection } from './finding-tables.ts';
import { formatUtc } from './format.ts';
import { PAGE_STYLE } from './page-style.ts';
import { plotFigures } from './plots.ts';
import {
  assumptionsSection,
  causesSection,
  factsSection,
  identitySection,
  type LetteredMoment,
  momentsList,
  problemsSection,
  type ReportFact,
  section,
  topSection,
} from './sections.ts';
import { isCalendarTime, plotWindow, withCalendarTimes } from './series.ts';

/** What the page is made of. Nothing in it is trusted: all text is escaped. */
export interface HtmlReportInput {
  decision: Decision;
  /** Plotted up to its watermark. */
  telemetry: DeploymentTelemetry;
  /** The evidence after every interval, in any order. */
  history: readonly EvidencePoint[];
  /** Heading of the page. Default: service and deployment. */
  title?: string;
  /** Moments to mark on the plots, such as the start of a fault; Unix milliseconds. */
  marks?: readonly { atMs: number; label: string }[];
  /** Figures to show on top, such as the time to rollback. */
  facts?: readonly ReportFact[];
}

/** Nothing may be fetched and no script may run, even if some text slipped through the escaping. */
const SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * A decision as one self-contained HTML page: verdict and reason, facts, plots of weight, error rate, latency and evidence
 * with all their numbers in tables, criteria, limits, problems, assumptions, and the decision as JSON.
 *
 * It opens from disk, works without scripts and network, in light and dark, on a phone, by keyboard and on paper. The same
 * input gives the same bytes. Without data the plots say so.
 *
 * @returns the whole document, to be stored as UTF-8.
 */
export function htmlReport(input: HtmlReportInput): string {
  const { decision, facts = [] } = input;
  const telemetry = withCalendarTimes(input.telemetry);
  const history = input.history.filter((point) => isCalendarTime(point.atMs));
  const { deployedAtMs } = telemetry;
  const title = input.title ?? `${decision.service} / ${decision.deploymentId}`;
  const marks = [...(input.marks ?? [])];
  const crossedAtMs = decision.crossedAtMs;
  const times = [...marks.map((mark) => mark.atMs), ...telemetry.weights.map((change) => change.atMs), crossedAtMs];
  const window = plotWindow(
    telemetry,
    history,
    times.filter((atMs) => atMs !== null),
  );
  const moments = letteredMoments(marks, decision, window);
  const figures = plotFigures({
    decision,
    telemetry,
    history,
    window,
    moments: moments.filter((moment) => moment.shown),
  });

  const page = html`<html lang="en"><head><meta charset="utf-8"/><meta http-equiv="Content-Security-Policy" content="${SECURITY_POLICY}"/><meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/><meta name="referrer" content="no-referrer"/><link rel="icon" href="data:,"/><title>${`${decision.verdict}: ${title}`}</title><style>${new Markup(PAGE_STYLE)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
${topSection(decision, title)}
<main id="main" tabindex="-1" class="wrap">${factsSection(decision, deployedAtMs, facts)}
${section(
  'plots',
  'What happened',
  html`<p class="subtitle">Time runs from the deployment, ${formatUtc(deployedAtMs)}. Every value covers the interval that ends there${window.earlierDataLeftOut && '; older data is left out'}.</p>${momentsList(moments, deployedAtMs)}
${figures}`,
)}${criteriaSection(decision)}${limitsSection(decision)}${causesSection(decision)}${problemsSection(decision)}${assumptionsSection(decision)}${identitySection(decision)}</main>
<footer class="wrap muted"><small>Made by rolloutguard ${decision.engineVersion}</small></footer>
</body></html>
`;
  return `<!DOCTYPE html>\n${page}`;
}

function letteredMoments(
  marks: readonly { atMs: number; label: string }[],
  { crossedAtMs, trigger }: Decision,
  window: { fromMs: number; toMs: number },
): LetteredMoment[] {
  const notes = marks.map(({ atMs, label }) => ({ atMs, label, look: 'mark' as const }));
  const crossing =
    crossedAtMs === null
      ? []
      : [
          {
            atMs: crossedAtMs,
            label: trigger === 'threshold' ? 'a threshold was crossed' : 'the evidence crossed its bound',
            look: 'crossing' as const,
          },
        ];
  return [...notes, ...crossing]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((moment, i) => ({
      ...moment,
      letter: letterOf(i),
      shown: moment.atMs >= window.fromMs && moment.atMs <= window.toMs,
    }));
}

/** A to Z, then AA, AB and so on. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}
