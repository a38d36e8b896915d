import type { Rule } from '../context.ts';
import { checkBase } from './base.ts';
import { checkBlueGreen } from './blue-green.ts';
import { checkCanary, checkStrategy } from './canary.ts';
import { checkCourse } from './course.ts';
import { checkMesh } from './mesh.ts';
import { checkReferences } from './references.ts';
import { checkSimple } from './simple.ts';
import { checkSteps } from './steps.ts';
import { checkTrafficRouting } from './traffic-routing.ts';

/** Argo rules 1 to 6, 8 to 48 and 59 to 67, and our own of Rollouts, in the order in which they report. */
export const ROLLOUT: readonly Rule[] = [
  checkBase,
  checkSimple,
  checkStrategy,
  checkCanary,
  checkBlueGreen,
  checkTrafficRouting,
  checkSteps,
  checkCourse,
  checkReferences,
  checkMesh,
];
