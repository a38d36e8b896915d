/** What the command `lint` finds, and by which rules. */
import { RULES, type RuleCode } from '../../rollouts/validation/codes/index.ts';
import type { Severity } from '../../rollouts/validation/finding.ts';
import { YAML_RULES, type YamlCode } from '../../rollouts/yaml/index.ts';

/** Rules about the comments that silence others. */
const OWN_RULES = { 'lint-directive': 'A comment that silences a rule names one that would speak there' } as const;

/** Every rule that lint knows. */
export type LintCode = RuleCode | YamlCode | keyof typeof OWN_RULES;

/** Every rule in a line. */
export const LINT_RULES: Readonly<Record<LintCode, string>> = { ...YAML_RULES, ...RULES, ...OWN_RULES };

/** One finding, where it stands. Plain JSON. */
export interface LintFinding {
  readonly code: LintCode;
  readonly severity: Severity;
  /** As it was named, or found in a folder; `stdin`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as is `endColumn`, which is the first one behind. */
  readonly column: number;
  readonly endColumn: number;
  /** The object that it is about; `null` for the text itself. */
  readonly object: {
    readonly kind: string | null;
    readonly namespace: string | null;
    readonly name: string | null;
  } | null;
  /** Where in the object, such as `spec.replicas`. */
  readonly path: string;
  /** Where Argo Rollouts reports it, when that is another path. */
  readonly argoPath?: string;
  readonly message: string;
  readonly effect: string;
  readonly mend: string;
}

/** What a run looked at. */
export interface LintCounts {
  /** Files that were read. */
  readonly files: number;
  /** Files of folders that hold no manifests. */
  readonly otherFiles: number;
  /** Objects that were looked at, of any kind. */
  readonly objects: number;
  /** Documents of files in folders that are no objects of Kubernetes. */
  readonly otherDocuments: number;
  /** Templates of Helm and such, which are not read. */
  readonly templates: number;
  /** Findings that comments silenced. */
  readonly silenced: number;
  readonly rejected: number;
  readonly unsafe: number;
  readonly advice: number;
}

/** All of a run. */
export interface LintResult {
  readonly findings: readonly LintFinding[];
  readonly counts: LintCounts;
  /** The line of a finding, for excerpts; what may be a secret is hidden. */
  readonly lineOf: (finding: LintFinding) => string;
  /** Files that could not be read, and why. */
  readonly unreadable: readonly { readonly file: string; readonly message: string }[];
}
