/** The last step of every builder: its object is validated, and what Argo Rollouts would refuse is not given out. */
import { RolloutGuardError } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';
import type { QueryCheck } from '../validation/context.ts';
import type { ArgoTarget, RolloutFinding } from '../validation/finding.ts';
import { validate } from '../validation/validate.ts';
import { checkOf, list, object } from './options.ts';

/** Options of `build` and {@link buildAll}. */
export interface BuildOptions {
  /** Release of the controller. @defaultValue '1.9' */
  readonly target?: ArgoTarget;
  /** Reads the PromQL of queries: `checkPromql` of `rolloutguard/rollouts/promql`. @defaultValue queries are not read */
  readonly promql?: QueryCheck;
  /** Objects or builders that these ones refer to, such as Services and templates. They are not validated themselves. */
  readonly with?: readonly (Buildable<object> | object)[];
  /** True when `with` has all that is referred to: then anything else is refused. @defaultValue false */
  readonly complete?: boolean;
}

/** An object that Argo Rollouts takes. */
export interface Built<T> {
  /** Plain data. */
  readonly object: T;
  /** What it takes and would do otherwise than written (`unsafe`), and what is worth a look (`advice`). */
  readonly warnings: readonly RolloutFinding[];
}

/** A builder of an object. Builders never change: each method gives a new one. */
export interface Buildable<T> {
  /** The object as it stands, not validated: plain data, a new copy each time. */
  readonly object: T;
  /**
   * The object, validated.
   *
   * @throws InvalidObjectsError when it has anything that Argo Rollouts would refuse.
   */
  build(options?: BuildOptions): Built<T>;
}

/** Objects of several builders, in the same order. */
export interface BuiltAll<T extends readonly (Buildable<object> | object)[]> {
  readonly objects: { [K in keyof T]: T[K] extends Buildable<infer O> ? O : T[K] };
  readonly warnings: readonly RolloutFinding[];
}

/** Code `INVALID_OBJECT`: Argo Rollouts would refuse something. All of it is in the message and in `findings`. */
export class InvalidObjectsError extends RolloutGuardError {
  override readonly name: string = 'InvalidObjectsError';
  /** What would be refused: all of severity `rejected`. */
  readonly findings: readonly RolloutFinding[];

  constructor(findings: readonly RolloutFinding[]) {
    const lines = findings.map(({ object, path, message, mend }) => {
      const where = `${object.kind} ${object.name ?? '(no name)'}${path === '' ? '' : `, ${path}`}`;
      return `- ${visibleText(where)}: ${message} ${mend}`;
    });
    const what = findings.length === 1 ? 'one thing' : `${findings.length} things`;
    super('INVALID_OBJECT', `Argo Rollouts would refuse ${what}:\n${lines.join('\n')}`.replace(/\.$/, ''));
    this.findings = findings;
  }
}

/**
 * Builds several objects that belong together: a Rollout, its templates, its Services. They are validated as one set, so
 * that what refers to one another is checked too. Plain objects may be among the builders.
 *
 * @throws InvalidObjectsError with everything that Argo Rollouts would refuse in any of them.
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong.
 */
export function buildAll<const T extends readonly (Buildable<object> | object)[]>(
  builders: T,
  options: BuildOptions = {},
): BuiltAll<T> {
  const check = checkOf('buildAll');
  const { with: others = [], ...settings } = object(check, 'options', options);
  check.knownKeys('options', options, ['target', 'promql', 'with', 'complete']);
  const objects = list(check, 'builders', builders).map(objectOf);
  const all = [...objects, ...list(check, 'options.with', others).map(objectOf)];
  const findings = validate(all, settings).filter(({ object }) => object.index < objects.length);
  const refused = findings.filter(({ severity }) => severity === 'rejected');
  if (refused.length > 0) throw new InvalidObjectsError(refused);
  return { objects: objects as BuiltAll<T>['objects'], warnings: findings };
}

/** `build` of a builder. */
export function built<T extends object>(object: T, options?: BuildOptions): Built<T> {
  const { objects, warnings } = buildAll([object], options);
  return { object: objects[0] as T, warnings };
}

function objectOf(given: Buildable<object> | object): object {
  return typeof (given as Buildable<object> | null)?.build === 'function' ? (given as Buildable<object>).object : given;
}
