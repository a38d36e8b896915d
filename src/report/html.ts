/** A decision as one HTML page that needs nothing else: no script, no font, no network. */

import type { Decision, EvidencePoint } from '../ports/decision.ts';
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import { html } from './escape.ts';
import { criteriaSection, limitsSection } from './finding-tables.ts';
import { formatUtc } from './format.ts';
import { page } from './page.ts';
import { plotFigures } from './plots.ts';
import {
  assumptionsSection,
  causesSection,
  factsSection,
  identitySection,
  type LetteredMoment,
  momentsList,
  outlookSection,
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

  return page({
    title: `${decision.verdict}: ${title}`,
    subject: 'report',
    top: topSection(decision, title),
    engineVersion: decision.engineVersion,
    main: html`${factsSection(decision, deployedAtMs, facts)}
${section(
  'plots',
  'What happened',
  html`<p class="subtitle">Time runs from the deployment, ${formatUtc(deployedAtMs)}. Every value covers the interval that ends there${window.earlierDataLeftOut && '; older data is left out'}.</p>${momentsList(moments, deployedAtMs)}
${figures}`,
)}${criteriaSection(decision)}${limitsSection(decision)}${causesSection(decision)}${outlookSection(decision)}${problemsSection(decision)}${assumptionsSection(decision)}${identitySection(decision)}`,
  });
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
