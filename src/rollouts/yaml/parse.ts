/** Objects of a text or of elsewhere, typed, or one error with everything that is wrong with them. */
import { messageOf, RolloutGuardError } from '../../errors.ts';
import { OptionCheck } from '../../options.ts';
import type { KubernetesObject } from '../types/meta.ts';
import type { ArgoObject } from '../types/objects.ts';
import { SHAPE_RULES, type ShapeCode } from '../validation/codes/shape.ts';
import { pathText } from '../validation/field.ts';
import type { Path, Severity } from '../validation/finding.ts';
import { podTemplates } from '../validation/pod/template.ts';
import { isArgoKind } from '../validation/shape/identity.ts';
import { findingsIn } from '../validation/walk.ts';
import type { YamlCode } from './problem.ts';
import { itemsOf, readYaml } from './read-yaml.ts';

/** Options of {@link parse}. */
export interface ParseOptions {
  /** What the text is called in errors, such as its file. @defaultValue 'input' */
  readonly source?: string;
  /** Whether a field that its kind does not have is an error. @defaultValue 'refuse' */
  readonly unknownFields?: 'refuse' | 'keep';
}

/** Why something is no object of Kubernetes. Plain JSON. */
export interface ParseProblem {
  readonly code: YamlCode | ShapeCode;
  readonly severity: Severity;
  /** Place in the text, counted from 1; `null` when what was given is no text, and `index` says which object it is. */
  readonly line: number | null;
  /** In UTF-16 units. */
  readonly column: number | null;
  /** Index of the object, or `null` when there is none yet. */
  readonly index: number | null;
  /** Where in the object it is; empty for the object itself. */
  readonly segments: Path;
  /** What is wrong. */
  readonly message: string;
  /** What would happen. */
  readonly effect: string;
  /** What to do about it. */
  readonly mend: string;
}

const MOST_TOLD = 20;

/** A text that holds no objects of Kubernetes, or broken ones. */
export class InvalidYamlError extends RolloutGuardError {
  override readonly name = 'InvalidYamlError';
  /** All that is wrong, in the order of the text. */
  readonly problems: readonly ParseProblem[];

  constructor(source: string, problems: readonly ParseProblem[]) {
    const lines = problems.slice(0, MOST_TOLD).map(({ line, column, index, segments, message, mend }) => {
      const place = line === null ? `object ${index} ${pathText(segments)}`.trim() : `${source}:${line}:${column}`;
      return `\n  ${place}: ${message} ${mend}`;
    });
    const rest = problems.length - lines.length;
    const more = rest > 0 ? `\n  and ${rest} more` : '';
    const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    // The base class ends the sentence.
    super('INVALID_YAML', `parse: ${count}${lines.join('')}${more}`.replace(/\.$/, ''));
    this.problems = problems;
  }
}

/**
 * Objects of YAML or JSON text, or of values that come from elsewhere, such as objects of other type packages. Kinds of
 * Argo Rollouts have the shape of their type, {@link isKind} tells which; what the values mean is checked by `validate`.
 *
 * @param input text, the bytes of a file, an object, or a list of objects; items of a `List` come out one by one.
 * @returns plain objects, in their order; nothing of the input is shared with them.
 * @throws InvalidYamlError with every problem: syntax, duplicate keys, wrong types, missing and unknown fields.
 */
export function parse(input: unknown, options: ParseOptions = {}): KubernetesObject[] {
  const check = new OptionCheck('INVALID_OPTION', 'parse');
  check.knownKeys('options', options, ['source', 'unknownFields']);
  const unknownFields = check.oneOf('options.unknownFields', options.unknownFields, 'refuse', ['refuse', 'keep']);
  const source = options.source === undefined ? 'input' : check.text('options.source', options.source);
  const isText = typeof input === 'string' || input instanceof Uint8Array;
  const read = isText ? readYaml(input) : { documents: plainObjects(input, check), problems: [] };
  const problems: ParseProblem[] = read.problems
    .filter(({ severity }) => severity === 'rejected')
    .map((problem) => ({ ...problem, index: null }));
  const objects = read.documents.map(({ object }) => object);
  for (const { code, severity, object, segments, message, effect, mend } of findingsIn(objects, NO_SETTING, PODS)) {
    if (!isShape(code) || !(severity === 'rejected' || ALWAYS.includes(code))) continue;
    if (code === 'unknown-field' && unknownFields === 'keep') continue;
    const { index } = object;
    const { line, column } = read.documents[index]!.locate(segments);
    problems.push({ code, severity, line, column, index, segments, message, effect, mend });
  }
  if (problems.length === 0) return objects as KubernetesObject[];
  throw new InvalidYamlError(source, problems.sort(inText));
}

/** Whether an object is of that kind of Argo Rollouts; of what {@link parse} gave, it then has that type. */
export function isKind<K extends ArgoObject['kind']>(
  object: { readonly apiVersion: string; readonly kind: string },
  kind: K,
): object is Extract<ArgoObject, { kind: K }> {
  return object.kind === kind && isArgoKind(kind, object.apiVersion);
}

/** The shape is the same for every release. */
const NO_SETTING = { target: '1.9', complete: false, promql: null } as const;

/** Closed lists and required fields of pods are told by the rules of pods. */
const PODS = { Rollout: [podTemplates], Experiment: [podTemplates] } as const;

/** Told whatever their severity: the object could not have its type. */
const ALWAYS: readonly string[] = ['unknown-field', 'unknown-kind'];

function isShape(code: string): code is ShapeCode {
  return Object.hasOwn(SHAPE_RULES, code);
}

function inText(a: ParseProblem, b: ParseProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (a.index ?? 0) - (b.index ?? 0);
}

/** Values of classes, with getters or shared parts, as the JSON that they stand for. */
function plainObjects(input: unknown, check: OptionCheck): { object: unknown; locate: () => typeof NOWHERE }[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  try {
    const plain = JSON.parse(JSON.stringify(list)) as unknown[];
    return plain.flatMap(itemsOf).map(({ item }) => ({ object: item, locate: () => NOWHERE }));
  } catch (error) {
    return check.fail('input', input, `Give text, or objects that JSON can hold: ${messageOf(error).split('\n')[0]}.`);
  }
}

const NOWHERE = { line: null, column: null } as const;
