/** A calibration as plain text, for a terminal or a CI log. */
import type { Calibration } from '../replay/calibration.ts';
import { visibleText } from '../visible-text.ts';
import { calibrationLines, calibrationTitle, recordingsText } from './calibration-words.ts';
import { formatCount } from './format.ts';
import { leftOutLines } from './replay-text.ts';

const LABEL_WIDTH = 17;

/**
 * A calibration as readable text: for each service what its history supports, margins and spread for its policy, traffic and
 * noise; then what was left out. A line break at the end. Text from recordings cannot steer a terminal.
 */
export function calibrationText(calibration: Calibration): string {
  const { services, policyDigest, engineVersion } = calibration;
  const lines = [
    calibrationTitle(calibration),
    ...services.flatMap((service) => [
      '',
      `${service.service} (${recordingsText(service)})`,
      ...calibrationLines(service).map(({ label, text }) => `  ${label.padEnd(LABEL_WIDTH)}${text}`),
    ]),
    ...(services.length === 0 ? ['', `${formatCount(0)} recordings could be used.`] : []),
    ...leftOutLines(calibration),
    '',
    `policy ${policyDigest}`,
    `engine ${engineVersion}`,
  ];
  return `${lines.map((line) => visibleText(line).trimEnd()).join('\n')}\n`;
}
