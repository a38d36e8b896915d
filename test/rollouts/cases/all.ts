import type { RuleCase } from './case.ts';
import { POD_CASES } from './pod.ts';
import { SHAPE_CASES } from './shape.ts';

/** Every rule's cases, in the order of the documents. */
export const CASES: readonly RuleCase[] = [...SHAPE_CASES, ...POD_CASES];
