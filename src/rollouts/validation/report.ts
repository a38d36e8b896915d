import type { RuleCode } from './codes/index.ts';
import { Field, pathText } from './field.ts';
import type { ObjectRef, Path, RolloutFinding, Severity } from './finding.ts';

/** What happens to an object that is refused, and by whom. Most rules share one of these. */
export const EFFECT = {
  /** The structural schema of the CRD, at apply. */
  apply: 'The API server refuses the object.',
  /** The controller's checks of a Rollout or an Experiment, after apply. */
  invalidSpec: 'The controller marks it InvalidSpec and does nothing more with it, not even an abort.',
  /** The checks of an analysis run when it starts. */
  runError: 'The analysis run ends in Error, and the rollout aborts.',
  /** A provider that cannot measure: five times in a row by default. */
  measurementError: 'Each measurement is an Error; after five in a row the rollout aborts.',
} as const;

/** Collects the findings about one object. */
export class Report {
  readonly #object: ObjectRef;
  readonly #findings: RolloutFinding[];
  #refused = false;

  constructor(object: ObjectRef, findings: RolloutFinding[]) {
    this.#object = object;
    this.#findings = findings;
  }

  /** Whether anything was `rejected` so far. */
  get refused(): boolean {
    return this.#refused;
  }

  /** @param argoPath - where Argo reports it, when that differs. */
  rejected(code: RuleCode, at: Field | Path, message: string, effect: string, mend: string, argoPath?: string): void {
    this.#add('rejected', code, at, message, effect, mend, argoPath);
  }

  unsafe(code: RuleCode, at: Field | Path, message: string, effect: string, mend: string): void {
    this.#add('unsafe', code, at, message, effect, mend);
  }

  advice(code: RuleCode, at: Field | Path, message: string, effect: string, mend: string): void {
    this.#add('advice', code, at, message, effect, mend);
  }

  #add(
    severity: Severity,
    code: RuleCode,
    at: Field | Path,
    message: string,
    effect: string,
    mend: string,
    argoPath?: string,
  ): void {
    this.#refused ||= severity === 'rejected';
    const segments = at instanceof Field ? at.path : at;
    const path = pathText(segments);
    const elsewhere = argoPath === undefined || argoPath === path ? {} : { argoPath };
    this.#findings.push({ code, severity, object: this.#object, path, segments, ...elsewhere, message, effect, mend });
  }
}
