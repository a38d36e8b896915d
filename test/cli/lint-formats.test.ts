/** The formats that other programs read: their grammar is checked here, since those programs are silent about mistakes. */
import { describe, expect, test } from 'vitest';
import type { LintFinding, LintResult } from '../../src/cli/lint/finding.ts';
import { lintGithub } from '../../src/cli/lint/github.ts';
import { lintSarif } from '../../src/cli/lint/sarif.ts';
import { lintText } from '../../src/cli/lint/text.ts';

const finding: LintFinding = {
  ...{ code: 'wrong-type', severity: 'rejected', file: 'a b/50%,x:y.yaml', line: 3, column: 5, endColumn: 9 },
  object: { kind: 'Rollout', namespace: 'prod', name: 'api' },
  path: 'spec.replicas',
  message: '100 %\nof:it,\r\u001b[31m',
  effect: 'Bad::error::injected.',
  mend: 'Mend it.',
};
const text: LintFinding = {
  ...finding,
  code: 'yaml-syntax',
  severity: 'advice',
  file: '/abs/ü.yaml',
  object: null,
  path: '',
};

function resultOf(findings: LintFinding[], unreadable: LintResult['unreadable'] = []): LintResult {
  const none = { files: 1, otherFiles: 0, objects: 1, otherDocuments: 0, templates: 0, silenced: 0 };
  return { findings, unreadable, counts: { ...none, rejected: 1, unsafe: 0, advice: 1 }, lineOf: () => '' };
}

describe('annotations of GitHub', () => {
  test('each is one line, with everything escaped that would end a property or the command', () => {
    const lines = lintGithub(resultOf([finding, text])).split('\n');
    expect(lines[0]).toBe(
      '::error file=a b/50%25%2Cx%3Ay.yaml,line=3,endLine=3,col=5,endColumn=9,title=rolloutguard wrong-type' +
        '::100 %25 of:it, \\u{1b}[31m Bad::error::injected. Mend it.',
    );
    expect(lines[1]).toMatch(/^::notice file=\/abs\/ü\.yaml,/);
    expect(lines.slice(2)).toEqual(['1 object in 1 file: 1 rejected, 0 unsafe, 1 advice.', '']);
  });
});

describe('SARIF 2.1.0', () => {
  const unreadable = [{ file: 'gone.yaml', message: 'ENOENT' }];
  const log = JSON.parse(lintSarif(resultOf([finding, text, finding], unreadable)));
  const [run] = log.runs;

  test('has the head, one tool, and every rule once, referred to by its index', () => {
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringMatching(/^https:.*sarif.*2\.1\.0/) });
    expect(log.runs).toHaveLength(1);
    expect(run.tool.driver.name).toBe('rolloutguard');
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['wrong-type', 'yaml-syntax']);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('levels and regions are those that the format knows', () => {
    expect(run.columnKind).toBe('utf16CodeUnits');
    for (const { level, locations, message } of run.results) {
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      const { startLine, startColumn, endLine, endColumn } = locations[0].physicalLocation.region;
      for (const number of [startLine, startColumn, endLine, endColumn]) expect(number).toBeGreaterThanOrEqual(1);
    }
  });

  test('files are URIs, relative where they were', () => {
    const uris = run.results.map((one: never) => one['locations'][0]['physicalLocation']['artifactLocation']['uri']);
    expect(uris).toEqual(['a%20b/50%25%2Cx%3Ay.yaml', 'file:///abs/%C3%BC.yaml', 'a%20b/50%25%2Cx%3Ay.yaml']);
  });

  test('a fingerprint stays when the line moves, and differs between mistakes', () => {
    const prints = run.results.map((one: never) => one['partialFingerprints']['rolloutguard/v1']);
    expect(prints).toEqual(['wrong-type:Rollout/prod/api#spec.replicas', 'yaml-syntax://#', prints[0]]);
  });

  test('a file that could not be read is a failed invocation', () => {
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe('gone.yaml cannot be read: ENOENT');
  });
});

test('of many findings on one long line, only what is shown of it is read each time', () => {
  // Well under a second, and minutes when all of the line is: the runner's time limit tells.
  const line = `a${'\t'.repeat(1_000_000)}b`;
  const findings = Array<LintFinding>(5000).fill({ ...finding, column: 500_000, endColumn: 500_004 });
  const shown = lintText({ ...resultOf(findings), lineOf: () => line }).split(/^/m);
  expect(shown[1]).toBe(`  3 | ${' '.repeat(100)}\n`);
  expect(shown[2]).toBe(`    | ${' '.repeat(20)}^^^^\n`);
  expect(shown.filter((text) => text === shown[2])).toHaveLength(findings.length);
});
