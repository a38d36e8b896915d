/** A replay as text, Markdown and a page: what comes first, what is counted, what is said. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayHtml, replayMarkdown, replayText } from '../../src/report/index.ts';
import { replayGroups } from '../../src/report/replay-order.ts';
import { timelineOf, timelineText } from '../../src/report/replay-timeline.ts';
import { linksItself, markdownSkeleton } from './markdown-check.ts';
import { readPage, skeleton, tagsNamed } from './markup-check.ts';
import { BAD, DEPLOYED_AT_MS, deploymentOf, everyKind, fullReport, GOOD, reportOf } from './replay-fixture.ts';

const VIEWS = { replayText, replayMarkdown, replayHtml };

describe('replayGroups', () => {
  it('puts false rollbacks first, then misses, then what one policy did by luck, and the quiet ones last', () => {
    const groups = replayGroups(fullReport(), 100);
    expect(groups.map(({ outcome, shown }) => [outcome, shown.map(({ deploymentId }) => deploymentId)])).toEqual([
      ['false-rollback', ['innocent', 'called-a-human']],
      ['missed', ['missed-by-one', 'missed-by-both']],
      ['early', ['lucky']],
      ['unlabelled-rollback', ['nobody-knows']],
      ['caught', ['caught-late', 'caught-alike']],
      ['left-alone', ['quiet']],
    ]);
  });

  it('gives the same order whatever the order of the recordings (property)', () => {
    const all = everyKind();
    const order = JSON.stringify(replayGroups(reportOf(all), 5));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(JSON.stringify(replayGroups(reportOf(shuffled), 5))).toBe(order);
      }),
    );
  });

  it('agrees with the scores about every policy alone (property)', () => {
    const minute = fc.integer({ min: 1, max: 29 });
    const said = fc.oneof(
      fc.constant([['continue', 0]] as const),
      minute.map((at) => [['continue', 0] as const, ['rollback', at] as const]),
      minute.map((at) => [['hold', 0] as const, ['escalate', at] as const]),
      minute.map((at) => [['continue', 0] as const, ['promote', at] as const]),
    );
    const deployment = fc
      .tuple(fc.constantFrom(GOOD, BAD, null), said)
      .map(([label, words]) => deploymentOf('x', label, [{ said: words }]));
    fc.assert(
      fc.property(fc.array(deployment, { minLength: 1, maxLength: 20 }), (deployments) => {
        const report = reportOf(deployments);
        const count = Object.fromEntries(replayGroups(report, 0).map((group) => [group.outcome, group.count]));
        const score = report.scores[0]!;
        expect([
          count['false-rollback'] ?? 0,
          count['missed'] ?? 0,
          count['early'] ?? 0,
          count['caught'] ?? 0,
          count['unlabelled-rollback'] ?? 0,
        ]).toEqual([
          score.falseRollbacks,
          score.missed,
          score.rolledBackEarly,
          score.caught,
          score.rolledBackUnlabelled,
        ]);
      }),
    );
  });
});

describe('timelineOf', () => {
  it('shows what was said until the last word, and nothing after it', () => {
    const deployment = deploymentOf('x', BAD, [
      {
        said: [
          ['continue', 3],
          ['hold', 6],
          ['continue', 9],
          ['rollback', 15],
        ],
      },
    ]);
    const line = timelineOf(deployment, deployment.policies[0]!);
    expect(line).toEqual({
      pieces: [
        { from: 0.1, to: 0.2, verdict: 'continue' },
        { from: 0.2, to: 0.3, verdict: 'hold' },
        { from: 0.3, to: 0.5, verdict: 'continue' },
      ],
      end: { at: 0.5, verdict: 'rollback' },
      badFrom: expect.closeTo(1 / 3, 9),
    });
    expect(timelineText(line, 30)).toBe('   ...hhh.|....R              ');
  });

  it('keeps what lies outside the recording on the line, and draws no length of nothing', () => {
    const deployment = {
      ...deploymentOf('x', BAD, [
        {
          said: [
            ['continue', -5],
            ['promote', 90],
          ],
        },
      ]),
    };
    const line = timelineOf(deployment, deployment.policies[0]!);
    expect(line.pieces).toEqual([{ from: 0, to: 1, verdict: 'continue' }]);
    expect(line.end).toEqual({ at: 1, verdict: 'promote' });
    const empty = timelineOf({ ...deployment, endedAtMs: DEPLOYED_AT_MS }, deployment.policies[0]!);
    expect(empty.pieces).toEqual([]);
    expect(timelineText(empty, 10)).toHaveLength(10);
  });
});

describe.each(Object.entries(VIEWS))('%s', (name, view) => {
  const plain = (text: string): string => (name === 'replayHtml' ? readPage(text).text : text.replaceAll('\\', ''));

  it('says scores, comparisons, what each policy said, and what was left out', () => {
    const words = plain(view(fullReport()));
    for (const part of [
      'Replay of 9 deployments under 2 policies',
      '3 good, 5 bad, 1 without a label',
      '1 of 3 (33.3 %)',
      'candidate against current',
      'Both caught 2.',
      'Only candidate caught 2: checkout/lucky, checkout/missed-by-one.',
      'candidate acted at the same time',
      'checkout / missed-by-one',
      'bad from +10 min',
      'rollback at +11 min, 110 bad answers',
      'escalate at +4 min',
      'held 7 min',
      'recordings.jsonl, line 7',
      'a.jsonl, line 3',
      'INVALID_JSON',
      'deploy-7',
      'sha256:candidate',
    ]) {
      expect(words).toContain(part);
    }
    expect(words).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('compares each pair of policies once', () => {
    const words = plain(view(fullReport()));
    expect(words).not.toContain('current against candidate');
  });

  it('gives the same bytes for the same report', () => {
    expect(view(structuredClone(fullReport()))).toBe(view(fullReport()));
  });

  it('stands a replay of nothing, and one that kept no rows', () => {
    expect(plain(view(reportOf([])))).toContain('Replay of 0 deployments');
    expect(plain(view({ ...fullReport(), deployments: [] }))).toContain('3 good, 5 bad');
  });

  it('gives no recording a negative length', () => {
    const early = { ...deploymentOf('early', GOOD, [{ said: [['hold', 0]] }]), endedAtMs: DEPLOYED_AT_MS - 60_000 };
    const page = view(reportOf([early]));
    expect(page).toContain('and the recording ends before');
    expect(page).not.toContain('-1 min');
  });

  it('shows the worst of thousands, says how many are left, and stays small', () => {
    const kinds = everyKind();
    const many = Array.from({ length: 5000 }, (_, i) => ({ ...kinds[i % kinds.length]!, deploymentId: `deploy-${i}` }));
    const page = view(reportOf(many));
    const shown = plain(page).match(/checkout \/ deploy-\d+/g)!;
    expect(shown).toHaveLength(name === 'replayHtml' ? 200 : 20);
    const left = {
      replayText: '1,090 more not shown',
      replayMarkdown: '1,090 more deployments not shown',
      replayHtml: '910 more not shown',
    };
    expect(plain(page)).toContain(left[name as keyof typeof VIEWS]);
    expect(page.length).toBeLessThan(name === 'replayHtml' ? 700_000 : 20_000);
  });
});

describe('hostile names', () => {
  const PAYLOADS = [
    '</script><img src=x onerror=alert(1)>',
    '"\'><b onmouseover=alert(1)',
    '| a | b |\n| - | - |',
    '`](https://evil.example) ![x](//evil.example)',
    '@everyone www.evil.example',
    '# x\n- y',
    '\u001b[31m\u202e',
    '<!--',
  ];
  const hostile = (text: string) => {
    const report = fullReport();
    const policy = { policy: text };
    return {
      ...report,
      engineVersion: text,
      policies: report.policies.map(() => ({ name: text, digest: text })),
      deployments: report.deployments.map((each) => ({
        ...each,
        service: text,
        deploymentId: text,
        source: text,
        policies: each.policies.map((row) => ({ ...row, ...policy, reason: text })),
      })),
      scores: report.scores.map((score) => ({ ...score, ...policy })),
      comparisons: [{ ...report.comparisons[0]!, ...policy, against: text, onlyThisCaught: [text], onlyThisCount: 1 }],
      skipped: [{ source: text, line: 1, code: text as 'DUPLICATE', message: text }],
      unusedLabels: [text],
    };
  };
  const text = fc
    .array(fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 4 })
    .map((pieces) => pieces.join(''));

  it('add no element and no attribute to the page (property)', () => {
    const plain = skeleton(readPage(replayHtml(hostile('x'))));
    fc.assert(
      fc.property(text, (payload) => {
        expect(skeleton(readPage(replayHtml(hostile(payload))))).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  it('add no cell, link, mention or element to the Markdown (property)', () => {
    const plain = markdownSkeleton(replayMarkdown(hostile('x')));
    fc.assert(
      fc.property(text, (payload) => {
        const page = replayMarkdown(hostile(payload));
        expect(markdownSkeleton(page)).toEqual(plain);
        expect(linksItself(page)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('add no line to the text, and steer no terminal (property)', () => {
    const lines = replayText(hostile('x')).split('\n').length;
    fc.assert(
      fc.property(text, (payload) => {
        const page = replayText(hostile(payload));
        expect(page.split('\n')).toHaveLength(lines);
        expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      }),
      { numRuns: 50 },
    );
  });
});

describe('replayHtml', () => {
  it('draws a line for every policy of every deployment, named by what it says', () => {
    const page = readPage(replayHtml(fullReport()));
    const lines = tagsNamed(page, 'svg').filter((tag) => tag.attributes.get('class') === 'timeline');
    expect(lines).toHaveLength(18);
    expect(lines.map((tag) => tag.attributes.get('aria-label'))).toContain(
      'candidate: caught, rollback at +11 min, 110 bad answers',
    );
  });

  it('takes a title of its own', () => {
    const words = readPage(replayHtml(fullReport(), { title: 'Before we change the margin' })).text;
    expect(words).toContain('Before we change the margin');
    expect(words).toContain('Replay of 9 deployments');
  });
});
