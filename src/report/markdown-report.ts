/** A decision as Markdown, for the summary of a CI run or a comment on a pull request. */
import type { CriterionEvidence, Decision, LimitFinding } from '../ports/decision.ts';
import { authorityLines, verdictMeaning } from './authority-words.ts';
import { causeLines } from './causes.ts';
import { formatEValue, formatLog, formatNumber, formatUtc } from './format.ts';
import { type MarkdownPiece, markdown, markdownList, markdownTable } from './markdown.ts';
import { outlookLines } from './outlook-lines.ts';
import { causeText, crossedText, nextCheckText } from './text.ts';
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
} from './words.ts';

/**
 * A decision as Markdown: verdict and reason first, then facts, criteria, limits, causes, problems and assumptions. Tables
 * are those of GitHub and GitLab; assumptions are folded. A line break at the end; the same decision gives the same bytes.
 *
 * Text from telemetry adds no table cell, link, mention, image or HTML: all of it is escaped.
 */
export function markdownReport(decision: Decision): string {
  const { verdict, evidence, limits = [], problems, assumptions } = decision;
  const facts: [string, MarkdownPiece][] = [
    ['service', decision.service],
    ['deployment', decision.deploymentId],
    ['decided', formatUtc(decision.decidedAtMs)],
    ['cause', causeText(decision)],
    ['trigger', decision.trigger ?? 'none'],
    ['crossed', crossedText(decision)],
    ['may advance', decision.mayAdvance ? 'yes' : 'no'],
    ...authorityFact(decision),
    ['next check', nextCheckText(decision)],
  ];
  const page = markdown`### ${verdict.toUpperCase()}: ${decision.service} / ${decision.deploymentId}

**${decision.reason}**

${verdictMeaning(decision)}

${markdownTable(['fact', 'value'], facts)}${part(
  'Criteria',
  markdownTable(
    ['criterion', 'status', 'effect', 'canary', 'stable', 'log evidence'],
    evidence.map((each) => criterionRow(each)),
  ),
  evidence.length,
)}${part(
  'Limits',
  markdown`${LIMIT_UNITS}

${markdownTable(['limit', 'status', 'canary', 'stable', 'log evidence'], limits.map(limitRow))}`,
  limits.length,
)}${list(
  'Causes',
  causeLines(decision.attribution).map(({ label, text }) => `${label}: ${text}`),
)}${list('Outlook', outlookLines(decision))}${list(
  'Problems',
  problems.map(({ source, message, code, atMs }) => `${source}: ${message} (${code}, ${formatUtc(atMs)})`),
)}${
  assumptions.length > 0 &&
  markdown`<details><summary>Assumptions (${assumptions.length})</summary>

${markdownList(assumptions)}</details>

`
}Policy ${decision.policyDigest}, rolloutguard ${decision.engineVersion}
`;
  return page.toString();
}

function authorityFact(decision: Decision): [string, MarkdownPiece][] {
  const [level, ...record] = authorityLines(decision);
  return level === undefined ? [] : [['authority', markdown`${level}${lines(record)}`]];
}

function criterionRow(criterion: CriterionEvidence): MarkdownPiece[] {
  const { name, status, detail, latency, effect, canary, stable, logE, dispersion, informational } = criterion;
  const provable = criterion.logNonInferiority;
  return [
    markdown`**${name}**${lines([detail, latency && latencyText(latency), informational && INFORMATIONAL])}`,
    markdown`${status}${lines([meaningOf(STATUS_MEANING, status)])}`,
    effect === null ? 'not known' : effectText(effect),
    countsText(canary),
    countsText(stable),
    markdown`${formatLog(logE)}, ${boundText(criterion)}${lines([
      `e-value ${formatEValue(logE)}`,
      typeof provable === 'number' && `to promote: ${promotionText(provable)}`,
      clippedText(criterion),
      dispersion > 0 && `noise (dispersion) ${formatNumber(dispersion)}`,
    ])}`,
  ];
}

function limitRow(finding: LimitFinding): MarkdownPiece[] {
  const { name, status, limit, canary, stable, logE } = finding;
  // Zeros that nobody measured would read like a finding.
  const counted = status !== 'no-data';
  return [
    markdown`**${name}**${lines([`limit ${formatNumber(limit)}`])}`,
    markdown`${status}${lines([meaningOf(LIMIT_MEANING, status)])}`,
    counted ? limitCountsText(canary, limit) : 'none',
    counted ? limitCountsText(stable, limit) : 'none',
    counted ? `${formatLog(logE)}, ${boundText(finding)}` : 'none',
  ];
}

/** Further lines of a cell. */
function lines(texts: readonly (string | null | undefined | false)[]): MarkdownPiece {
  return texts.map(
    (text) => text !== null && text !== undefined && text !== '' && text !== false && markdown`<br>${text}`,
  );
}

function part(heading: string, content: MarkdownPiece, count: number): MarkdownPiece {
  return (
    count > 0 &&
    markdown`#### ${heading} (${count})

${content}`
  );
}

function list(heading: string, items: readonly string[]): MarkdownPiece {
  return part(heading, markdownList(items), items.length);
}
