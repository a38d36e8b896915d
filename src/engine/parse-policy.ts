/** The gate for policies: their schema, and what their fields must not say together. */
import { OptionCheck } from '../options.ts';
import { checkAuthority } from './authority.ts';
import { limitOfCriterion } from './criteria/limit-counts.ts';
import { checkMargins } from './criteria/margins.ts';
import { checkHardStop } from './hard-stops.ts';
import { checkJson, copyJson } from './json-schema.ts';
import { policySchema } from './policy-schema.ts';
import type { EvidencePolicy, Policy } from './policy-shape.ts';

/** How far the weights of a document may be from a sum of 1: it may have been written by hand. */
const WEIGHT_TOLERANCE = 1e-6;

const accepted = new WeakSet<object>();

/**
 * Reads a policy from plain data, such as a parsed JSON file. Strict: every field must be there, and no other.
 *
 * @returns a copy that shares nothing with the document. A policy that went through JSON keeps its digest.
 * @throws RolloutGuardError `INVALID_POLICY` - unknown or missing fields, wrong types, numbers out of their bounds, weights
 * that do not sum to 1 within 1e-6, names used twice, margins or times that contradict each other.
 */
export function parsePolicy(document: unknown): Policy {
  return checkedPolicy(new OptionCheck('INVALID_POLICY', 'parsePolicy'), document);
}

/**
 * Refuses what is no policy. Cheap when asked again about the same object: a policy is not changed once it is in use.
 *
 * @throws RolloutGuardError `INVALID_POLICY` as {@link parsePolicy}.
 */
export function assertPolicy(policy: unknown): asserts policy is Policy {
  if (accepted.has(policy as object)) return;
  check(new OptionCheck('INVALID_POLICY', 'policy'), policy);
  accepted.add(policy);
}

/**
 * A checked copy of a policy.
 *
 * @throws RolloutGuardError with the code of `optionCheck`, as {@link parsePolicy}.
 */
export function checkedPolicy(optionCheck: OptionCheck, document: unknown): Policy {
  check(optionCheck, document);
  return copyJson(document);
}

function check(optionCheck: OptionCheck, document: unknown): asserts document is Policy {
  checkJson(policySchema, document, '', optionCheck);
  const policy = document as Policy;
  if (policy.authority !== null) checkAuthority(optionCheck, policy.authority);
  if (policy.kind === 'evidence') checkContradictions(optionCheck, policy);
}

function checkContradictions(check: OptionCheck, policy: EvidencePolicy): void {
  const { criteria, hardStops, intervalSeconds, warmUpSeconds, soakSeconds } = policy;
  const deadlineSeconds = policy.deadlineSeconds ?? Infinity;
  if (deadlineSeconds < intervalSeconds) {
    check.fail('deadlineSeconds', deadlineSeconds, `It must not be below intervalSeconds (${intervalSeconds}).`);
  }
  if (warmUpSeconds >= deadlineSeconds) {
    check.fail('warmUpSeconds', warmUpSeconds, `It must be below deadlineSeconds (${deadlineSeconds}).`);
  }
  if (soakSeconds > deadlineSeconds) {
    check.fail('soakSeconds', soakSeconds, `It must not be above deadlineSeconds (${deadlineSeconds}).`);
  }
  const names = new Set<string>();
  const limitNames = new Set(criteria.map((criterion) => limitOfCriterion(criterion)?.limit.name));
  const unique = (path: string, name: string): void => {
    if (names.has(name)) check.fail(`${path}name`, name, 'Give every criterion and hard stop a name of its own.');
    if (limitNames.has(name))
      check.fail(`${path}name`, name, 'The fixed limit of another criterion is called so: use another name.');
    names.add(name);
  };
  criteria.forEach((criterion, i) => {
    checkMargins(check, `criteria[${i}].`, criterion);
    unique(`criteria[${i}].`, criterion.name);
  });
  hardStops.forEach((stop, i) => {
    checkHardStop(check, `hardStops[${i}].`, stop);
    unique(`hardStops[${i}].`, stop.name);
  });
  if (criteria.every(({ importance }) => importance === 'informational')) {
    check.fail('criteria', criteria, 'At least one criterion must not be informational.');
  }
  const sum = [...criteria, ...hardStops].reduce((total, { weight }) => total + weight, 0);
  if (!(Math.abs(sum - 1) <= WEIGHT_TOLERANCE)) {
    check.fail('criteria', criteria, `The weights of all criteria and hard stops must sum to 1; they sum to ${sum}.`);
  }
}
