import { describe, expect, it } from 'vitest';
import { permitted, sentenceOf } from '../../src/engine/permission.ts';
import { webService } from '../../src/engine/presets.ts';
import type { Decision, PastDeployment, Verdict } from '../../src/ports/decision.ts';
import { htmlReport, jsonReport, markdownReport, textReport } from '../../src/report/index.ts';
import { canaryReport } from './canary-fixture.ts';

const REPORT = canaryReport();

/** A decision as the engine makes it after so many good deployments, one of them rolled back, and two bad ones, one missed. */
function decided(verdict: Verdict, good: number): Decision {
  const past: PastDeployment[] = Array.from({ length: good + 3 }, (_, i) => ({
    deploymentId: `d${i}`,
    endedAtMs: i,
    verdict: i === 0 || i === 1 ? 'rollback' : 'continue',
    outcome: i === 1 || i === 2 ? 'bad' : 'good',
  }));
  const permission = permitted(webService({ authority: {} }), { nowMs: 1000, past }, verdict);
  const { authority, ...limited } = permission;
  const reason = sentenceOf(verdict, 'it is so', permission);
  return {
    ...REPORT.decision,
    ...limited,
    shouldRollback: limited.verdict === 'rollback',
    reason,
    authority: authority!,
  };
}

describe('authority in a report', () => {
  it('is told with what the evidence says and what the record is', () => {
    const text = textReport(decided('rollback', 20));
    expect(text).toContain(
      [
        '  may advance  no',
        '  authority    hold (the evidence says rollback)',
        '               Automation may hold the rollout, and not roll back: 20 good deployments left alone, 1 falsely rolled back; to roll back it needs 10 more good deployments left alone.',
        '               Of 2 bad deployments it caught 1.',
      ].join('\n'),
    );
    const page = htmlReport({ ...REPORT, decision: decided('rollback', 20) });
    expect(page).toContain(
      '<dt>Authority</dt><dd><bdi>hold (the evidence says rollback)</bdi><small>Automation may hold',
    );
    expect(markdownReport(decided('rollback', 20))).toContain(
      '| authority | hold (the evidence says rollback)<br>Automation may hold the rollout, and not roll back: 20 good deployments left alone,',
    );
    const json = jsonReport(decided('rollback', 20));
    expect(json.indexOf('"authority"')).toBeLessThan(json.indexOf('"cause"'));
  });

  it.each([
    ['rollback', 0, 'The evidence says rollback, and the record of this service allows less. The rollout goes on.'],
    [
      'rollback',
      9,
      'The evidence says rollback, and the record of this service allows less. A human should look. The rollout goes on.',
    ],
    [
      'rollback',
      20,
      'The evidence says rollback, and the record of this service allows less. A human must act. The rollout does not advance.',
    ],
    ['rollback', 30, 'The canary is worse than tolerated. All traffic goes back to stable.'],
    ['hold', 0, 'The evidence says hold, and the record of this service allows less. The rollout goes on.'],
    ['escalate', 9, 'A rollback is due, but a human must act. The rollout goes on.'],
    ['escalate', 20, 'A rollback is due, but a human must act.'],
  ] as const)('gives %s after %i good deployments its own meaning', (verdict, good, meaning) => {
    const decision = decided(verdict, good);
    expect(textReport(decision)).toContain(`  meaning      ${meaning}\n`);
    expect(htmlReport({ ...REPORT, decision })).toContain(`<p class="meaning">${meaning}</p>`);
    expect(markdownReport(decision)).toContain(`\n${meaning}\n`);
  });

  it('is not spoken of without rules', () => {
    expect(textReport(REPORT.decision)).not.toMatch(/authority/i);
    expect(htmlReport(REPORT)).not.toContain('Authority');
    expect(markdownReport(REPORT.decision)).not.toContain('authority');
  });
});
