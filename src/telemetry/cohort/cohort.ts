import { RolloutGuardError } from '../../errors.ts';

/** The cohorts that a running instance may report. (`before` is derived from time and never emitted.) */
export const EMITTED_COHORTS = ['canary', 'stable', 'baseline'] as const;

/** Which group of instances this one is in: the new version, the old one, or fresh pods of the old one. */
export type EmittedCohort = (typeof EMITTED_COHORTS)[number];

/** What may be given as a cohort: `preview` (blue-green) counts as canary, `active` as stable. */
export type CohortInput = EmittedCohort | 'preview' | 'active';

const ALIASES: ReadonlyMap<string, EmittedCohort> = new Map([
  ['preview', 'canary'],
  ['active', 'stable'],
]);

/** The cohort that `text` means, or null when it means none. Case and outer blanks do not matter. */
export function parseCohort(text: string): EmittedCohort | null {
  const word = text.trim().toLowerCase();
  return EMITTED_COHORTS.find((cohort) => cohort === word) ?? ALIASES.get(word) ?? null;
}

/** Something that knows the cohort of this moment; null while it is unknown. */
export interface CohortSource {
  readonly current: EmittedCohort | null;
}

/** The cohort of this process. It changes while the process runs: on promotion the canary becomes stable in place. */
export interface LiveCohort extends CohortSource {
  /**
   * Switches the cohort. Metrics gathered so far are set aside under the old one first, so that no interval mixes two
   * cohorts; a collector that does not answer delays neither the switch nor the caller.
   *
   * @param source - who says so. Defaults to `program`.
   * @returns a promise that is kept after the switch. It rejects with `INVALID_OPTION`, without a switch, when `value` is no
   * cohort; and after the switch with what a listener of {@link LiveCohort.onChange} threw, at once or later.
   */
  set(value: CohortInput, source?: CohortChangeSource): Promise<void>;
  /** Calls `listener` after each switch; returns a function that ends this. */
  onChange(listener: CohortListener): () => void;
}

/** Who switched the cohort: the mounted file of pod labels or annotations, or the program by {@link LiveCohort.set}. */
export type CohortChangeSource = 'file' | 'program';

/** Told after the cohort has switched; it may be async. What it throws reaches who called `set`; where a file switched, and of `onCohortChange`, it is reported. */
export type CohortListener = (
  current: EmittedCohort,
  previous: EmittedCohort | null,
  source: CohortChangeSource,
) => void;

/** Options of {@link createCohort}. */
export interface CohortOptions {
  /** The cohort at the start. @defaultValue null, which stamps nothing */
  readonly initial?: EmittedCohort | null;
  /** Awaited before each switch; the place to close what belongs to the old cohort. Its failure does not stop the switch. */
  readonly beforeChange?: () => Promise<void>;
}

/** Makes a holder of the live cohort. Switches happen one after the other, in the order they were asked for. */
export function createCohort(options: CohortOptions = {}): LiveCohort {
  const listeners = new Set<CohortListener>();
  let current: EmittedCohort | null = options.initial ?? null;
  let queue: Promise<void> = Promise.resolve();

  /** The promise inside is that of the listeners: one that never ends must not keep the next switch waiting. */
  async function change(next: EmittedCohort, source: CohortChangeSource): Promise<{ told: Promise<void> } | null> {
    if (next === current) return null;
    // A collector that is down must not keep a promoted canary labelled as canary.
    await options.beforeChange?.().catch(() => {});
    const previous = current;
    current = next;
    const told = notify(listeners, async (listener) => listener(next, previous, source));
    // Whoever asked for the switch hears of it by `set`; unhandled, it would end the app.
    told.catch(() => {});
    return { told };
  }

  return {
    get current(): EmittedCohort | null {
      return current;
    },
    async set(value: CohortInput, source: CohortChangeSource = 'program'): Promise<void> {
      const next = typeof value === 'string' ? parseCohort(value) : null;
      if (next === null) {
        throw new RolloutGuardError('INVALID_OPTION', 'cohort.set: not a cohort', {
          path: 'value',
          value,
          mend: `Use one of ${EMITTED_COHORTS.join(', ')}, preview, active.`,
        });
      }
      const turn = queue.then(() => change(next, source));
      queue = turn.then(
        () => {},
        () => {},
      );
      await (await turn)?.told;
    },
    onChange(listener: CohortListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** One listener that throws must not hide the switch from the others; the first error still reaches the caller of `set`. */
async function notify(
  listeners: ReadonlySet<CohortListener>,
  tell: (listener: CohortListener) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled([...listeners].map(tell));
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}
