/** Runs rules over objects that are given together. */

import { newTogether } from './analysis/remember.ts';
import type { Context, Rule } from './context.ts';
import type { RolloutFinding } from './finding.ts';
import { GivenObjects } from './objects.ts';
import { EFFECT, Report } from './report.ts';
import { checkShape } from './shape/check.ts';
import { checkAny, checkIdentity, isArgoKind } from './shape/identity.ts';

/** The same for all objects of a run. */
export type Setting = Pick<Context, 'target' | 'complete' | 'promql'>;

/**
 * What the rules of their shape find in objects, and then those of their kind.
 *
 * @param rulesByKind - for Argo's own kinds; absent: the shape alone is looked at.
 */
export function findingsIn(
  objects: readonly unknown[],
  setting: Setting,
  rulesByKind: Readonly<Record<string, readonly Rule[]>> = {},
  files?: readonly string[],
): RolloutFinding[] {
  const findings: RolloutFinding[] = [];
  const given = new GivenObjects(objects, files);
  const shared = { ...setting, objects: given, expressions: new Map(), together: newTogether() };
  for (const self of given.all) {
    const report = new Report(self.ref, findings);
    const { kind } = self.ref;
    if (kind === null) {
      const mend = 'Write apiVersion and kind.';
      report.rejected('not-an-object', [], 'This is no Kubernetes object: it has no kind.', EFFECT.apply, mend);
      continue;
    }
    const ours = isArgoKind(kind, self.root.at('apiVersion').text);
    const rules = ours ? [checkIdentity, checkShape, ...(rulesByKind[kind] ?? [])] : [];
    const context: Context = { ...shared, report, self };
    for (const rule of [checkAny, ...rules]) rule(self.root, context);
  }
  return findings;
}
