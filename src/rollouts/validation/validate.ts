import { OptionCheck } from '../../options.ts';
import { checkExperiment, checkExperimentSteps } from './analysis/experiment.ts';
import { checkRolloutAnalyses } from './analysis/rollout.ts';
import { checkAnalysisRun, checkAnalysisTemplate } from './analysis/template.ts';
import type { QueryCheck, Rule } from './context.ts';
import { ARGO_TARGETS, type ArgoTarget, type RolloutFinding } from './finding.ts';
import { podTemplates } from './pod/template.ts';
import { checkAbortAfterInvalidSpec } from './rollout/base.ts';
import { ROLLOUT } from './rollout/rules.ts';
import { findingsIn } from './walk.ts';

/** Options of {@link validate}. */
export interface ValidateOptions {
  /** Release of the controller. @defaultValue '1.9' */
  readonly target?: ArgoTarget;
  /**
   * True when the given objects are all that there are: then a reference to anything else is `rejected`.
   * @defaultValue false
   */
  readonly complete?: boolean;
  /** Reads the PromQL of queries: `checkPromql` of `rolloutguard/rollouts/promql`. @defaultValue queries are not read */
  readonly promql?: QueryCheck;
  /**
   * The file of each object, in the same order. A tree often has one object several times, once for each environment:
   * a reference goes to the nearest, and only two of one folder are one too many.
   * @defaultValue all are from one file
   */
  readonly files?: readonly string[];
}

/** Rules by the kind of object that they read, after those of its shape; other kinds are only what these refer to. */
const RULES_BY_KIND: Readonly<Record<string, readonly Rule[]>> = {
  Rollout: [podTemplates, checkRolloutAnalyses, checkExperimentSteps, ...ROLLOUT, checkAbortAfterInvalidSpec],
  AnalysisTemplate: [checkAnalysisTemplate],
  ClusterAnalysisTemplate: [checkAnalysisTemplate],
  AnalysisRun: [checkAnalysisRun],
  Experiment: [podTemplates, checkExperiment],
};

/**
 * Finds everything that Argo Rollouts would refuse in these objects, or would do otherwise than they say. Pure and
 * offline: the objects are all it knows. Objects that refer to one another should be given together.
 *
 * @param objects plain objects as YAML or JSON has them; other kinds (Service, Ingress, VirtualService) help to check references.
 * @returns all findings, in the order of the objects.
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong, or the objects are no list; never because of plain
 * data. What a getter or a Proxy among the objects throws is passed on.
 */
export function validate(objects: readonly unknown[], options: ValidateOptions = {}): RolloutFinding[] {
  const check = new OptionCheck('INVALID_OPTION', 'validate');
  if (!Array.isArray(objects)) check.fail('objects', objects, 'Give a list: [rollout].');
  check.knownKeys('options', options, ['target', 'complete', 'promql', 'files']);
  const target = check.oneOf('options.target', options.target, '1.9', ARGO_TARGETS);
  const { complete = false, promql = null, files } = options;
  return findingsIn(objects, { target, complete, promql }, RULES_BY_KIND, files);
}
