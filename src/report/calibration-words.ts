/** What a service's own history says of it, in labelled lines for every kind of report. */
import type { Calibration, LearnedNoise, ServiceCalibration, SuggestedMargin } from '../replay/calibration.ts';
import { formatCount, formatDuration, formatNumber, formatPercent } from './format.ts';
import { ratesText } from './plan-words.ts';
import { counted } from './replay-words.ts';

/** Deployments that are named; the rest are counted. */
const MOST_NAMED = 10;

/** `Calibration of 2 services, bounds at 95 % confidence`. */
export function calibrationTitle({ services, confidence }: Calibration): string {
  return `Calibration of ${counted(services.length, 'service')}, bounds at ${formatPercent(confidence)} confidence`;
}

/** What was read of a service: `40 recordings: 30 good, 4 bad, 6 without a label; 36 are of use`. */
export function recordingsText({ deployments, good, bad, unlabelled, usable }: ServiceCalibration): string {
  return `${counted(deployments, 'recording')}: ${formatCount(good)} good, ${formatCount(bad)} bad, ${formatCount(unlabelled)} without a label; ${formatCount(usable)} of use`;
}

/** What was found and what to change, by label. */
export function calibrationLines(service: ServiceCalibration): { label: string; text: string }[] {
  const { traffic, errors, latency, suggested, falseRollbacks } = service;
  const { rolledBack, rolledBackCount } = falseRollbacks;
  const named = rolledBack.slice(0, MOST_NAMED);
  const others = rolledBackCount > named.length ? ` and ${formatCount(rolledBackCount - named.length)} more` : '';
  return [
    { label: 'false rollbacks', text: falseRollbacks.words },
    ...(named.length === 0 ? [] : [{ label: 'rolled back', text: `${named.join(', ')}${others}` }]),
    ...suggested.margins.map((margin) => ({ label: 'margin', text: marginText(margin) })),
    ...(suggested.assumedPodSpread === null
      ? []
      : [{ label: 'pods', text: `assumedPodSpread ${formatNumber(suggested.assumedPodSpread)}` }]),
    ...(traffic === null ? [] : [{ label: 'traffic', text: ratesText(traffic) }]),
    ...[errors, latency].flatMap((noise) => (noise === null ? [] : [{ label: 'noise', text: noiseText(noise) }])),
  ];
}

function marginText({ criterion, maxRelativeIncrease, minAbsoluteIncrease, words }: SuggestedMargin): string {
  const absolute = minAbsoluteIncrease === null ? '' : `, minAbsoluteIncrease ${formatNumber(minAbsoluteIncrease)}`;
  return `${criterion}: maxRelativeIncrease ${formatNumber(maxRelativeIncrease)}${absolute}. ${words}`;
}

function noiseText({ counted: what, squaredCv, spread, longestBurstSeconds, clipNats, pods }: LearnedNoise): string {
  const burst = longestBurstSeconds > 0 ? `, longest burst ${formatDuration(longestBurstSeconds * 1000)}` : '';
  return `${what}: squared variation ${formatNumber(squaredCv)}, spread of pods ${formatNumber(spread)}${burst}, at most ${formatNumber(clipNats)} nats in 10 s (${counted(pods, 'pod')})`;
}
