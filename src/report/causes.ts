/** The figures that show whose fault it is, as labelled lines for every kind of report. */
import type { Attribution, DependencyFinding, RatioFigure } from '../ports/decision.ts';
import { formatNumber, formatPercent, formatUtc, UNKNOWN } from './format.ts';
import { intervalText } from './words.ts';

/** Label and value of each figure; none where nothing is known. */
export function causeLines(attribution: Attribution | undefined): { label: string; text: string }[] {
  if (attribution === undefined) return [];
  const { stableVsBefore, canaryVsBefore, differenceInDifferences: difference, incident, dependencies } = attribution;
  const before = 'the error rate of stable before the deployment';
  return [
    { label: 'stable', text: stableVsBefore && ratioText(stableVsBefore, before) },
    { label: 'canary', text: canaryVsBefore && ratioText(canaryVsBefore, before) },
    { label: 'difference', text: difference && ratioText(difference, 'the change of stable') },
    { label: 'incident', text: incident && incidentText(incident) },
    ...dependencies.map((each) => ({ label: 'calls to', text: `${each.name}: ${dependencyText(each)}` })),
  ].flatMap(({ label, text }) => (text === null ? [] : [{ label, text }]));
}

function ratioText({ ratio, low, high }: RatioFigure, of: string): string {
  const show = (value: number): string => (Number.isFinite(value) ? `${formatNumber(value)}x` : UNKNOWN);
  return `${show(ratio)} ${of}${intervalText({ low, high }, show)}`;
}

function incidentText({ signal, sinceMs, now, before }: NonNullable<Attribution['incident']>): string {
  return `${signal}, since ${formatUtc(sinceMs)}: ${formatPercent(now)} bad, ${formatPercent(before)} before the deployment`;
}

function dependencyText({ now, before, canary }: DependencyFinding): string {
  const share = (value: number | null): string => (value === null ? UNKNOWN : formatPercent(value));
  return `failed calls of stable ${share(now)}, before ${share(before)}, of the canary ${share(canary)}`;
}
