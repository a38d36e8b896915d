/** A decision as plain text, for a terminal or a CI log. */
import type { CriterionEvidence, Decision, LimitFinding } from '../ports/decision.ts';
import { visibleText } from '../visible-text.ts';
import { authorityLines, verdictMeaning } from './authority-words.ts';
import { causeLines } from './causes.ts';
import { formatDuration, formatEValue, formatLog, formatNumber, formatOffset, formatUtc, UNKNOWN } from './format.ts';
import { outlookLines } from './outlook-lines.ts';
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

const BAR_WIDTH = 20;
const LABEL_WIDTH = 13;

/**
 * A decision as readable text: verdict and reason first, then every criterion with its effect, counts and evidence, then
 * limits, problems and assumptions. Plain ASCII layout, no colours, a line break at the end.
 *
 * Text from telemetry cannot steer a terminal or a CI runner: control characters are spelled out, and every line begins
 * with a word of the report itself.
 */
export function textReport(decision: Decision): string {
  const { evidence, limits = [], problems, assumptions } = decision;
  const lines = [
    `${decision.verdict.toUpperCase()}: ${decision.reason}`,
    ...entry('meaning', verdictMeaning(decision)),
    '',
    ...entry('service', decision.service),
    ...entry('deployment', decision.deploymentId),
    ...entry('decided', formatUtc(decision.decidedAtMs)),
    ...entry('cause', causeText(decision)),
    ...entry('trigger', decision.trigger ?? 'none'),
    ...entry('crossed', crossedText(decision)),
    ...entry('may advance', decision.mayAdvance ? 'yes' : 'no'),
    ...authorityLines(decision).flatMap((line, i) => entry(i === 0 ? 'authority' : '', line)),
    ...entry('next check', nextCheckText(decision)),
    '',
    `Criteria (${evidence.length})`,
    ...evidence.flatMap(criterionLines),
    ...limitsLines(limits),
    ...attributionLines(decision),
    ...list('Outlook', outlookLines(decision)),
    ...list(
      'Problems',
      problems.map((problem) => `${problem.source}: ${problem.message} [${problem.code}, ${formatUtc(problem.atMs)}]`),
    ),
    ...list('Assumptions', assumptions),
    '',
    ...entry('policy', decision.policyDigest),
    ...entry('engine', decision.engineVersion),
  ];
  return `${lines.map((line) => visibleText(line).trimEnd()).join('\n')}\n`;
}

/** A time relative to an event: `20 s before the decision`. */
export function beforeOrAfter(offsetMs: number, event: string): string {
  const length = formatDuration(Math.abs(offsetMs));
  if (length === '0 s') return `at ${event}`;
  if (length === UNKNOWN) return UNKNOWN;
  return `${length} ${offsetMs < 0 ? 'before' : 'after'} ${event}`;
}

/** Whose fault it is, in words. */
export function causeText({ cause, suspected }: Decision): string {
  const suspicion = suspected === undefined ? '' : ` (suspected: ${suspected})`;
  return `${cause ?? 'none'}${suspicion}`;
}

/** When to look again, in words. */
export function nextCheckText({ nextCheckAtMs, decidedAtMs }: Decision): string {
  if (nextCheckAtMs === null) return 'none, nothing more can come';
  return `${formatUtc(nextCheckAtMs)} (${formatOffset(nextCheckAtMs - decidedAtMs)})`;
}

/** When the evidence crossed its bound, in words. */
export function crossedText({ crossedAtMs, decidedAtMs, guilty }: Decision): string {
  const who = guilty === null ? '' : `, by ${guilty} alone`;
  if (crossedAtMs === null) return 'no';
  return `${formatUtc(crossedAtMs)} (${beforeOrAfter(crossedAtMs - decidedAtMs, 'the decision')})${who}`;
}

function criterionLines(criterion: CriterionEvidence): string[] {
  const { name, status, detail, effect, canary, stable, logE, peakLogE, dispersion } = criterion;
  const provable = criterion.logNonInferiority;
  return [
    `- ${name}: ${status} (${meaningOf(STATUS_MEANING, status)})${criterion.informational ? ` [${INFORMATIONAL}]` : ''}`,
    ...entry('counted', detail),
    ...entry('latency', criterion.latency && latencyText(criterion.latency)),
    ...entry('effect', effect === null ? 'not known' : effectText(effect)),
    ...entry('canary', countsText(canary)),
    ...entry('stable', countsText(stable)),
    ...entry('log evidence', evidenceText(criterion)),
    ...entry('', `e-value ${formatEValue(logE)}, peak of its log ${formatLog(peakLogE)}`),
    ...entry('to promote', provable === undefined || provable === null ? null : promotionText(provable)),
    ...entry('clipped', clippedText(criterion)),
    ...entry('noise', dispersion > 0 ? `dispersion ${formatNumber(dispersion)}` : null),
  ];
}

function limitsLines(limits: readonly LimitFinding[]): string[] {
  if (limits.length === 0) return [];
  return ['', `Limits (${limits.length})`, ...entry('units', LIMIT_UNITS), ...limits.flatMap(limitLines)];
}

function limitLines(finding: LimitFinding): string[] {
  const { name, status, limit, canary, stable, logE } = finding;
  const head = [`- ${name}: ${status} (${meaningOf(LIMIT_MEANING, status)})`, ...entry('limit', formatNumber(limit))];
  // Zeros that nobody measured would read like a finding.
  if (status === 'no-data') return head;
  return [
    ...head,
    ...entry('canary', limitCountsText(canary, limit)),
    ...entry('stable', limitCountsText(stable, limit)),
    ...entry('log evidence', evidenceText(finding)),
    ...entry('', `e-value ${formatEValue(logE)}`),
  ];
}

function attributionLines(decision: Decision): string[] {
  const lines = causeLines(decision.attribution).flatMap(({ label, text }) => entry(label, text));
  return lines.length === 0 ? [] : ['', 'Causes', ...lines];
}

function evidenceText(found: Pick<CriterionEvidence, 'logE' | 'bound' | 'informational'>): string {
  return `${bar(shareOfBound(found.logE, found.bound))} ${formatLog(found.logE)}, ${boundText(found)}`;
}

function entry(label: string, value: string | null | undefined): string[] {
  return value === null || value === undefined || value === '' ? [] : [`  ${label.padEnd(LABEL_WIDTH)}${value}`];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', `${title} (${items.length})`, ...items.map((item) => `- ${item}`)];
}

function bar(share: number): string {
  const full = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}]`;
}
