import { visibleText } from '../../visible-text.ts';
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

/** They name none of the fields that would do. */
const NONE_OF: readonly RuleCode[] = ['not-one-provider', 'no-router'];

/** What a finding says, wherever it is. */
export type Said = Pick<RolloutFinding, 'severity' | 'code' | 'message' | 'effect' | 'mend'>;

/** Collects the findings about one object. */
export class Report {
  readonly #object: ObjectRef;
  readonly #findings: RolloutFinding[];
  /** Misspelt names by the path of their object: what was meant, and which finding says so. */
  readonly #misspelt = new Map<
    string,
    { readonly meant: string; readonly message: string; readonly index: number }[]
  >();
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

  /** Reports at another place what was found somewhere else. @param before - what the message begins with */
  pass({ severity, code, message, effect, mend }: Said, at: Field | Path, before = ''): void {
    this.#add(severity, code, at, before + message, effect, mend);
  }

  /** @param meant - the absent field for which the unknown one most likely stands. */
  misspelt(at: Path, meant: string, message: string, effect: string): void {
    const parent = pathText(at.slice(0, -1));
    const others = this.#misspelt.get(parent) ?? [];
    this.#misspelt.set(parent, [...others, { meant, message, index: this.#findings.length }]);
    this.unsafe('unknown-field', at, message, effect, `Did you mean "${meant}"?`);
  }

  /** One mistake is one finding: what follows from the absence of a field is told where its misspelt name stands. */
  #isOfMisspelt(finding: RolloutFinding): boolean {
    if (this.#misspelt.size === 0) return false;
    const { code, severity, segments, path, message, mend } = finding;
    const around = this.#misspelt.get(pathText(segments.slice(0, -1))) ?? [];
    const words = `${message} ${mend}`.split(/\W/);
    const cause =
      around.find(({ meant }) => meant === segments.at(-1)) ??
      [...around, ...(this.#misspelt.get(path) ?? [])].find(
        ({ meant }) => NONE_OF.includes(code) || words.includes(meant),
      );
    if (cause === undefined) return false;
    const said = this.#findings[cause.index]!;
    const isWorse =
      said.code === 'unknown-field' ? severity !== 'advice' : severity === 'rejected' && said.severity !== severity;
    if (isWorse) {
      const place = { path: said.path, segments: said.segments, mend: said.mend };
      this.#findings[cause.index] = { ...finding, ...place, message: `${cause.message} ${message}` };
    }
    return true;
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
    const segments = at instanceof Field ? at.path : at;
    const path = pathText(segments);
    const elsewhere = argoPath === undefined || argoPath === path ? {} : { argoPath };
    // Names and values from outside are in them, and they are read on terminals.
    const words = { message: visibleText(message), effect: visibleText(effect), mend: visibleText(mend) };
    const finding = { code, severity, object: this.#object, path, segments, ...elsewhere, ...words };
    this.#refused ||= severity === 'rejected';
    if (code === 'unknown-field' || !this.#isOfMisspelt(finding)) this.#findings.push(finding);
  }
}
