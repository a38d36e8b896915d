/** A calibration as Markdown, for the pull request that changes a policy by it. */
import type { Calibration } from '../replay/calibration.ts';
import { calibrationLines, calibrationTitle, recordingsText } from './calibration-words.ts';
import { markdown, markdownTable } from './markdown.ts';
import { leftOutMarkdown } from './replay-markdown.ts';

/** A calibration as Markdown: a table for each service. Text from recordings is escaped. A line break at the end. */
export function calibrationMarkdown(calibration: Calibration): string {
  const { services, policyDigest, engineVersion } = calibration;
  const page = markdown`### ${calibrationTitle(calibration)}

${services.map(
  (service) => markdown`#### ${service.service}

${recordingsText(service)}

${markdownTable(
  ['what', 'found'],
  calibrationLines(service).map(({ label, text }) => [label, text]),
)}`,
)}${leftOutMarkdown(calibration)}Policy ${policyDigest}, rolloutguard ${engineVersion}
`;
  return page.toString();
}
