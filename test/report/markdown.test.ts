/** What enters Markdown from outside stays text there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/ports/decision.ts';
import { markdownReport } from '../../src/report/index.ts';
import { escapeMarkdown, markdown, markdownList, markdownTable } from '../../src/report/markdown.ts';
import { canaryReport } from './canary-fixture.ts';
import { linksItself, markdownSkeleton } from './markdown-check.ts';

const PAYLOADS = [
  '| a | b |\n| - | - |',
  '`code` ```fence```',
  '](https://evil.example) ![x](//evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '</details><script>alert(1)</script>',
  '&lt;b&gt; &#124;',
  '# heading',
  '- item',
  '1. item',
  '===',
  '@everyone www.evil.example user@evil.example',
  '**bold** _it_ ~~gone~~ $x$',
  '\\',
  '    indented',
  '\u001b[31m\u202e',
];

describe('escapeMarkdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['[x](y)', '&#91;x&#93;(y)'],
    ['<b>&', '&lt;b&gt;&amp;'],
    ['one\n\ntwo', 'one two'],
    ['- 1', '\\- 1'],
    ['12. x', '12\\. x'],
    ['-1.5 to 12.5', '-1.5 to 12.5'],
    ['\\|', '\\\\\\|'],
    ['see https://a.example', 'see https:<!-- -->//a.example'],
    ['@here', '@<!-- -->here'],
    ['\u001b', '\\\\u\\{1b\\}'],
  ])('%j becomes %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('leaves plain words alone', () => {
    const reason = 'Rolling back: error rate 8.1x stable, 95 % interval 5.9 to 11.4.';
    expect(escapeMarkdown(reason)).toBe(reason);
  });
});

describe('markdown', () => {
  it('escapes what is put in, and not what was made with it', () => {
    expect(markdown`a ${'*'} ${markdown`*b*`} ${null}${false}${[1, '|']}`.toString()).toBe('a \\* *b* 1\\|');
  });

  it('gives no table without rows, and no list without items', () => {
    expect(`${markdownTable(['a'], [])}${markdownList([])}`).toBe('');
  });

  it('keeps a cell on one line', () => {
    expect(markdownTable(['a', 'b'], [[markdown`x\ny`, 'p|q']]).toString()).toBe(
      '| a | b |\n| --- | --- |\n| x y | p\\|q |\n\n',
    );
  });
});

describe('markdownReport', () => {
  const { decision } = canaryReport();

  it('says verdict, reason, facts, criteria and limits', () => {
    const page = markdownReport(decision);
    expect(page).toMatch(/^### ROLLBACK: checkout \/ deploy-42\n\n\*\*/);
    expect(page).toContain('| cause | deployment |');
    for (const { name } of decision.evidence) expect(page).toContain(`| **${name}**`);
    expect(page).toContain(`#### Limits (${decision.limits!.length})`);
    expect(page.endsWith('\n')).toBe(true);
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('gives the same bytes for the same decision', () => {
    expect(markdownReport(structuredClone(decision))).toBe(markdownReport(decision));
  });

  it('leaves out what is empty', () => {
    const { limits, attribution, ...rest } = decision;
    const bare = markdownReport({ ...rest, evidence: [], problems: [], assumptions: [] });
    expect(bare).not.toContain('####');
    expect(bare).not.toContain('<details>');
  });

  it('is not changed in its structure by hostile text in any field (property)', () => {
    const plain = markdownSkeleton(markdownReport(filledWith(decision, 'x')));
    const piece = fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const page = markdownReport(filledWith(decision, pieces.join('')));
        expect(markdownSkeleton(page)).toEqual(plain);
        expect(linksItself(page)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** The decision with one text wherever a text can be; `detail` is never empty, since an empty one has no line. */
function filledWith(decision: Decision, text: string): Decision {
  return {
    ...decision,
    engineVersion: text,
    policyDigest: text,
    service: text,
    deploymentId: text,
    reason: text,
    guilty: text,
    verdict: text as 'hold',
    cause: text as 'unknown',
    suspected: text as 'interference',
    trigger: text as 'guard',
    evidence: decision.evidence.map((criterion) => ({
      ...criterion,
      name: text,
      status: text as 'worse',
      detail: `in ${text}`,
      informational: true,
    })),
    limits: decision.limits!.map((limit) => ({ ...limit, name: text, status: text as 'worse' })),
    attribution: {
      stableVsBefore: null,
      canaryVsBefore: null,
      differenceInDifferences: null,
      incident: { kind: text as 'dependency', signal: text, sinceMs: 0, now: 0, before: 0 },
      dependencies: [{ name: text, now: 0, before: 0, canary: 0, canaryRatio: null }],
    },
    authority: {
      ...{ level: text as 'hold', verdict: text as 'hold', reason: `because ${text}`, next: null },
      ...{ good: 1, falseRollbacks: 0, bad: 1, caught: 1, uncounted: 0 },
    },
    outlook: [
      {
        ...{ criterion: text, words: text, kind: 'errors', effect: 2, power: 0.8, futile: false },
        ...{ secondsNeeded: null, secondsSeen: 0, secondsLeft: null, canaryShare: 0.05, shareNeeded: null },
      },
    ],
    problems: [{ source: text, code: text, message: text, atMs: 0 }],
    assumptions: [text],
  };
}
