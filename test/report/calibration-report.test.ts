/** A calibration as text and Markdown: what history supports, what to change, what was left out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calibration, ServiceCalibration } from '../../src/replay/calibration.ts';
import { calibrationMarkdown, calibrationText } from '../../src/report/index.ts';
import { linksItself, markdownSkeleton } from './markdown-check.ts';

const PAYLOADS = [
  '| a |\n| - |',
  '`](https://evil.example)',
  '<img src=x onerror=alert(1)>',
  '@all www.evil.example',
  '\u001b[2J\u202e',
];
const VIEWS = { calibrationText, calibrationMarkdown };

/** A calibration with one text wherever a text can be. */
function calibrationOf(text: string, more: Partial<ServiceCalibration> = {}): Calibration {
  return {
    ...{ schemaVersion: 1, engineVersion: text, policyDigest: text, confidence: 0.95 },
    services: [
      {
        ...{ service: text, deployments: 40, good: 30, bad: 4, unlabelled: 6, usable: 36 },
        traffic: { requestsPerSecond: 40, errorRate: 0.01 },
        errors: {
          ...{ counted: text, squaredCv: 0.08, podSquaredCv: 0.2, spread: 0.12 },
          ...{ longestBurstSeconds: 30, clipNats: 2.5, pods: 120 },
        },
        latency: null,
        suggested: {
          assumedPodSpread: 0.12,
          margins: [
            {
              ...{ criterion: text, kind: 'error-rate', natural: null, words: text },
              ...{ maxRelativeIncrease: 0.5, minAbsoluteIncrease: 0.001 },
            },
          ],
        },
        falseRollbacks: {
          ...{ deployments: 36, good: 30, placebos: 6, rolledBack: [text, text], rolledBackCount: 140 },
          ...{ estimate: 0.05, upper: 0.12, supported: 0.12, asked: 0.01, promised: false, words: text },
        },
        ...more,
      },
    ],
    skipped: [{ source: text, line: 3, code: 'INVALID_JSON', message: text }],
    skippedCount: 1,
    unusedLabels: [text],
  };
}

describe.each(Object.entries(VIEWS))('%s', (_name, view) => {
  const plain = (calibration: Calibration): string => view(calibration).replaceAll('\\', '');

  it('says what history supports, what to change in the policy, what was learned, and what was left out', () => {
    const shown = plain(calibrationOf('checkout'));
    for (const part of [
      'Calibration of 1 service, bounds at 95 % confidence',
      '40 recordings: 30 good, 4 bad, 6 without a label; 36 of use',
      'maxRelativeIncrease 0.5, minAbsoluteIncrease 0.001',
      'assumedPodSpread 0.12',
      '40 requests/s, of which 1 % fail',
      'longest burst 30 s',
      'checkout, checkout and 138 more',
      'checkout, line 3',
      'INVALID_JSON',
    ]) {
      expect(shown).toContain(part);
    }
  });

  it('stands a service of which nothing is known, and no service at all', () => {
    const nothing: Partial<ServiceCalibration> = {
      ...{ usable: 0, traffic: null, errors: null, suggested: { assumedPodSpread: null, margins: [] } },
      falseRollbacks: {
        ...{ deployments: 0, good: 0, placebos: 0, rolledBack: [], rolledBackCount: 0, estimate: null },
        ...{ upper: 1, supported: 1, asked: null, promised: false, words: 'Nothing can be promised.' },
      },
    };
    expect(plain(calibrationOf('x', nothing))).toContain('Nothing can be promised.');
    const none = plain({ ...calibrationOf('x'), services: [] });
    expect(none).toContain('Calibration of 0 services');
    expect(none + plain(calibrationOf('x', nothing))).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

describe('hostile names', () => {
  const text = fc
    .array(fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 4 })
    .map((pieces) => pieces.join(''));

  it('add nothing to the Markdown, and no line to the text (property)', () => {
    const skeleton = markdownSkeleton(calibrationMarkdown(calibrationOf('x')));
    const lines = calibrationText(calibrationOf('x')).split('\n').length;
    fc.assert(
      fc.property(text, (payload) => {
        const page = calibrationMarkdown(calibrationOf(payload));
        expect(markdownSkeleton(page)).toEqual(skeleton);
        expect(linksItself(page)).toEqual([]);
        const shown = calibrationText(calibrationOf(payload));
        expect(shown.split('\n')).toHaveLength(lines);
        expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      }),
      { numRuns: 50 },
    );
  });
});
