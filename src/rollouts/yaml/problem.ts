/** What can be wrong with a text before its objects are looked at: one problem a place. */
import type { Path, Severity } from '../validation/finding.ts';

/** Stable name of a mistake in YAML or JSON text. */
export type YamlCode =
  | 'yaml-syntax'
  | 'yaml-not-text'
  | 'yaml-encoding'
  | 'yaml-control-character'
  | 'yaml-duplicate-key'
  | 'yaml-key'
  | 'yaml-boolean'
  | 'yaml-octal'
  | 'yaml-number'
  | 'yaml-tag'
  | 'yaml-alias'
  | 'yaml-alias-bomb'
  | 'yaml-merge'
  | 'yaml-too-deep'
  | 'yaml-too-large'
  | 'yaml-separator'
  | 'yaml-not-an-object'
  | 'yaml-template';

/** What each code stands for, in a line without a full stop. */
export const YAML_RULES: Readonly<Record<YamlCode, string>> = {
  'yaml-syntax': 'The text is YAML or JSON',
  'yaml-not-text': 'The file is text',
  'yaml-encoding': 'The text is UTF-8',
  'yaml-control-character': 'The text holds no control characters',
  'yaml-duplicate-key': 'A key stands once in its map',
  'yaml-key': 'A key is a string, a number or a boolean',
  'yaml-boolean':
    'A word that Kubernetes reads as a boolean (yes, no, on, off, y, n) is quoted or written true or false',
  'yaml-octal': 'A number has no leading zero, unless it is a file mode',
  'yaml-number': 'A number is one that JSON can hold',
  'yaml-tag': 'A tag is one of the core ones, and fits its value',
  'yaml-alias': 'An alias names an anchor that stands before it',
  'yaml-alias-bomb': 'Aliases do not blow the document up',
  'yaml-merge': 'A merge key stands first in its map, and takes maps',
  'yaml-too-deep': 'A document is nested at most 500 levels deep',
  'yaml-too-large': 'A document has at most 4 Mi characters',
  'yaml-separator': 'Documents are separated by a line of three dashes and nothing else but a comment',
  'yaml-not-an-object': 'A document is an object',
  'yaml-template': 'The file is rendered: it is no template',
};

/** A place in a text; both count from 1, columns in UTF-16 units as editors and SARIF do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where something stands, and how far it goes on its line. */
export interface Place extends Position {
  /** The column behind its last character on that line. */
  readonly endColumn: number;
}

/** One thing that is wrong with a text. Plain JSON. */
export interface YamlProblem extends Place {
  readonly code: YamlCode;
  /** `rejected`: kubectl refuses the document. `unsafe`: it is read otherwise than it looks. */
  readonly severity: Severity;
  /** Where in the object it is, when it has one. */
  readonly segments: Path;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** What would happen. */
  readonly effect: string;
  /** What to do about it. */
  readonly mend: string;
}

/** A problem whose place is still an offset; without an end it is one character. */
export type RawProblem = Omit<YamlProblem, keyof Place> & { readonly offset: number; readonly end?: number };

/** What becomes of a text that is refused. */
export const YAML_EFFECT = {
  refused: 'kubectl refuses the document, and nothing of it is applied.',
  misread: 'Kubernetes gets another value than the one that it looks like.',
  unread: 'The document was not checked.',
} as const;
