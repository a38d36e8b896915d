/** What the time ahead can show stands in every report of a decision. */
import { describe, expect, it } from 'vitest';
import type { Outlook } from '../../src/ports/outlook.ts';
import { htmlReport, jsonReport, markdownReport, textReport } from '../../src/report/index.ts';
import { canaryReport } from './canary-fixture.ts';
import { readPage } from './markup-check.ts';

const REPORT = canaryReport({ minutes: 1, minutesBefore: 0 });
const OUTLOOK: Outlook = {
  criterion: 'error rate',
  kind: 'errors',
  effect: 2,
  power: 0.8,
  secondsNeeded: 300,
  secondsSeen: 60,
  secondsLeft: 720,
  canaryShare: 0.05,
  shareNeeded: null,
  futile: false,
  words: 'at 5 % a doubled error rate is found within 5 minutes',
};
const FUTILE: Outlook = {
  ...OUTLOOK,
  criterion: 'latency p99',
  futile: true,
  words: 'the 12 minutes left <b>show</b> nothing',
};

describe('the outlook in a report', () => {
  const decision = { ...REPORT.decision, outlook: [OUTLOOK, FUTILE] };
  const lines = [`latency p99: ${FUTILE.words}`, `error rate: ${OUTLOOK.words}`];

  it('tells every open criterion, and first what the time left cannot decide', () => {
    expect(textReport(decision)).toContain(`\nOutlook (2)\n- ${lines[0]}\n- ${lines[1]}\n`);
    expect(markdownReport(decision)).toContain(
      `#### Outlook (2)\n\n- ${lines[0]!.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\n- ${lines[1]}\n`,
    );
    expect(readPage(htmlReport({ ...REPORT, decision })).text).toContain(lines.join(''));
    const json = jsonReport(decision);
    expect(json.indexOf('"outlook"')).toBeLessThan(json.indexOf('"problems"'));
  });

  it('is not spoken of where nothing is open', () => {
    for (const closed of [REPORT.decision, { ...REPORT.decision, outlook: [] }]) {
      const all = textReport(closed) + markdownReport(closed) + htmlReport({ ...REPORT, decision: closed });
      expect(all).not.toContain('Outlook');
    }
  });
});
