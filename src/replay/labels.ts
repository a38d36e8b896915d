/** What is known of past deployments from elsewhere: whether each was good or bad, and from when on. */
import { OptionCheck } from '../options.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';

/** What a deployment turned out to be. */
export type DeploymentLabel =
  | { outcome: 'good' }
  | {
      outcome: 'bad';
      /** When it began to hurt, Unix time in milliseconds; before the deployment = from its start. @defaultValue `deployedAtMs` of the recording */
      badFromMs?: number;
    };

/** Labels by `deploymentId`, or by `service/deploymentId` where two services use the same ids. */
export type Labels = Readonly<Record<string, DeploymentLabel>>;

/**
 * Reads labels from plain data, such as a parsed JSON file. Strict, since a misspelt label would turn a miss into a success.
 *
 * @returns a copy that shares nothing with the document.
 * @throws RolloutGuardError `INVALID_OPTION` - no object, an outcome other than `good` and `bad`, unknown fields, a `badFromMs`
 * that is no finite number or stands at a good deployment.
 */
export function parseLabels(document: unknown): Labels {
  return checkedLabels(new OptionCheck('INVALID_OPTION', 'parseLabels'), '', document);
}

/** As {@link parseLabels}, for labels that are an option of another function. */
export function checkedLabels(check: OptionCheck, path: string, document: unknown): Labels {
  const root = path === '' ? 'labels' : path;
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    check.fail(root, document, 'Use an object with a label for each deployment id.');
  const entries = Object.entries(document as Record<string, unknown>).map(([key, label]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (key === '') check.fail(root, key, 'Name the deployment.');
    return [key, checkedLabel(check, at, label)] as const;
  });
  return Object.fromEntries(entries);
}

function checkedLabel(check: OptionCheck, path: string, label: unknown): DeploymentLabel {
  const mend = 'Use { "outcome": "good" }, or { "outcome": "bad" } with or without badFromMs.';
  if (typeof label !== 'object' || label === null) check.fail(path, label, mend);
  const { outcome } = label as { outcome?: unknown };
  if (outcome !== 'good' && outcome !== 'bad') check.fail(`${path}.outcome`, outcome, mend);
  check.knownKeys(path, label, outcome === 'good' ? ['outcome'] : ['outcome', 'badFromMs']);
  if (outcome === 'good') return { outcome };
  const { badFromMs } = label as { badFromMs?: unknown };
  return badFromMs === undefined
    ? { outcome }
    : { outcome, badFromMs: check.number(`${path}.badFromMs`, badFromMs, 0) };
}

/** Looks up labels, and knows which ones nobody asked for. */
export class LabelBook {
  readonly #labels: Labels;
  readonly #unused: Set<string>;

  constructor(labels: Labels) {
    this.#labels = labels;
    this.#unused = new Set(Object.keys(labels));
  }

  /** The label of a deployment: that of `service/deploymentId` before that of the bare id; `null` without one. */
  labelOf({ service, deploymentId }: DeploymentRef): DeploymentLabel | null {
    for (const key of [`${service}/${deploymentId}`, deploymentId]) {
      if (!Object.hasOwn(this.#labels, key)) continue;
      this.#unused.delete(key);
      return this.#labels[key]!;
    }
    return null;
  }

  /** Labels that named no deployment so far, sorted. */
  get unused(): string[] {
    return [...this.#unused].sort();
  }
}
