/**
 * Follows the cohort in mounted files: labels and annotations of the pod, which change while the pod runs.
 *
 * On promotion Argo Rollouts relabels the canary's pods in place, and the kubelet swaps the `..data` link of the downward
 * API volume by a rename. So the directory is watched, not the file: that one never changes. Watches may be used up on
 * the node, and a watch dies with its directory; so everything is looked at again now and then.
 *
 * What cannot be read keeps the last cohort: a broken mount is no reason to take a canary for anything else.
 */
import { basename, dirname } from 'node:path';
import { visibleText } from '../../visible-text.ts';
import type { AttributeKeys } from '../identity/attribute-keys.ts';
import type { TelemetryProblem } from '../problems.ts';
import type { EmittedCohort } from './cohort.ts';
import { cohortInFiles, errorCode } from './cohort-in-files.ts';
import { type After, afterMs } from './timers.ts';
import { realFiles, type WatchedFiles } from './watched-files.ts';

/** Options of {@link followCohort}. */
export interface FollowOptions {
  /** Files that may name the cohort; the first that does decides. */
  readonly paths: readonly string[];
  /** Whether a file that never was there is worth a word. */
  readonly reportMissing: boolean;
  /** Names of the attributes in effect. @defaultValue ours */
  readonly keys?: AttributeKeys;
  /** Whether directories that are not there at first may still come. */
  readonly waitForDirectory: boolean;
  /** Time between two looks when nothing has happened, in milliseconds. */
  readonly pollMs: number;
  /** Called with what the files say at first, null when nothing. */
  readonly begin: (cohort: EmittedCohort | null) => void;
  /** Called when the files say something else than before. */
  readonly change: (cohort: EmittedCohort) => void;
  readonly report: (problem: TelemetryProblem) => void;
  /** @defaultValue Node's file system */
  readonly files?: WatchedFiles;
  /** @defaultValue Node's timers, unref'd */
  readonly after?: After;
}

/** A swap makes half a dozen events; one look after them is enough. In milliseconds. */
const SETTLE_MS = 20;

/** What the kubelet renames when it swaps the files of a volume. */
const SWAPPED_LINK = '..data';

/** Begins to follow the files; returns a function that ends it. Never throws. */
export function followCohort(options: FollowOptions): () => void {
  const { paths, pollMs, files = realFiles, after = afterMs } = options;
  const read = cohortInFiles({ ...options, files });
  let last: EmittedCohort | null | undefined;
  let cancelNext = (): void => {};
  let state: 'looking' | 'settling' | 'waiting' = 'waiting';
  let again = false;
  let stopped = false;

  const lookIn = (ms: number): void => {
    cancelNext();
    cancelNext = after(ms, begin);
  };

  const happened = (): void => {
    if (state === 'looking') again = true;
    if (state !== 'waiting') return;
    // Not put off by what happens next: a directory that is never quiet must not starve the look.
    state = 'settling';
    lookIn(SETTLE_MS);
  };

  const watches = watchDirectories(paths, { files, onEvent: happened, ...options });

  const conclude = (found: EmittedCohort | null): void => {
    const before = last;
    last = found ?? before ?? null;
    if (before === undefined) options.begin(found);
    else if (found !== null && found !== before) options.change(found);
  };

  const look = async (): Promise<void> => {
    state = 'looking';
    again = false;
    const there = await watches.ensure();
    const found = await read();
    state = 'waiting';
    if (stopped) return;
    const first = last === undefined;
    conclude(found);
    if (first && !there && !options.waitForDirectory) stop();
    else if (again) happened();
    else lookIn(pollMs);
  };

  const begin = (): void => {
    look().catch(() => {
      // Nothing in it is known to throw; if something does, it must not end the app, nor the following.
      state = 'waiting';
      if (!stopped) lookIn(pollMs);
    });
  };

  const stop = (): void => {
    stopped = true;
    cancelNext();
    watches.close();
  };

  begin();
  return stop;
}

interface Watches {
  /** Watches what is not watched yet, or was replaced. True when at least one directory is there. */
  ensure(): Promise<boolean>;
  close(): void;
}

interface WatchesOptions {
  readonly files: WatchedFiles;
  readonly pollMs: number;
  readonly onEvent: () => void;
  readonly report: (problem: TelemetryProblem) => void;
}

function watchDirectories(paths: readonly string[], { files, pollMs, onEvent, report }: WatchesOptions): Watches {
  const open = new Map<string, { id: string; close(): void }>();
  let told = false;
  let closed = false;

  const unwatch = (directory: string): void => {
    open.get(directory)?.close();
    open.delete(directory);
  };

  // Tried again at each look: what has used up the watches of the node may end.
  const failed = (directory: string, error: unknown): void => {
    unwatch(directory);
    if (told) return;
    told = true;
    const why = `cannot be watched (${errorCode(error)})`;
    const message = `${visibleText(directory)} ${why}; it is looked at every ${pollMs} ms instead.`;
    report({ code: 'COHORT_FILE', message });
  };

  const watch = (directory: string, names: ReadonlySet<string>, id: string): void => {
    // Other files of a busy directory are none of our business. The directory's own name comes when it is removed.
    const event = (name: string | null): void => {
      if (name === null || names.has(name)) onEvent();
    };
    try {
      open.set(directory, { id, close: files.watch(directory, event, (error) => failed(directory, error)) });
    } catch (error) {
      failed(directory, error);
    }
  };

  const ensureOne = async (directory: string, names: ReadonlySet<string>): Promise<boolean> => {
    const id = await files.directoryId(directory);
    if (closed || open.get(directory)?.id === id) return id !== null;
    unwatch(directory);
    if (id !== null) watch(directory, names, id);
    return id !== null;
  };

  const namesIn = new Map<string, Set<string>>();
  for (const path of paths) {
    const directory = dirname(path);
    const names = namesIn.get(directory) ?? new Set([SWAPPED_LINK, basename(directory)]);
    namesIn.set(directory, names.add(basename(path)));
  }
  return {
    async ensure(): Promise<boolean> {
      let there = false;
      for (const [directory, names] of namesIn) there = (await ensureOne(directory, names)) || there;
      return there;
    },
    close(): void {
      closed = true;
      for (const directory of [...open.keys()]) unwatch(directory);
    },
  };
}
