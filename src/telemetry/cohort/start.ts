/** Starts what keeps the cohort up to date, and tells the program of each switch. */
import { messageOf } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';
import type { BootContext } from '../boot-context.ts';
import { DEFAULT_IDENTITY_FILES } from '../identity/files.ts';
import type { EmittedCohort } from './cohort.ts';
import { type FollowOptions, followCohort } from './follow.ts';
import type { CohortChange } from './options.ts';
import { realFiles, type WatchedFiles } from './watched-files.ts';

const DEFAULT_POLL_MS = 5_000;

/** Follows the files that name the cohort, until the end. */
export function startCohort(context: BootContext, files: WatchedFiles = realFiles): void {
  const { plan, env, cohort, onStop, report } = context;
  const listener = plan.options.onCohortChange;
  if (listener !== undefined) {
    // An async listener too: its rejection, unhandled, would end the app.
    const tell = async (change: CohortChange): Promise<void> => listener(change);
    const stop = cohort.onChange((current, previous, source) => {
      tell({ current, previous, source }).catch((error) => listenerFailed(context, 'onCohortChange', error));
    });
    onStop(stop);
  }
  const where = placesToFollow(context);
  if (where === null) return;
  const change = (to: EmittedCohort): void => {
    cohort.set(to, 'file').catch((error) => listenerFailed(context, 'a listener of the cohort', error));
  };
  onStop(
    followCohort({
      ...where,
      keys: plan.keys,
      pollMs: plan.options.cohortPollMs ?? env.integer('ROLLOUTGUARD_COHORT_POLL_MS') ?? DEFAULT_POLL_MS,
      files,
      change,
      report,
      // Whoever said something at the start stands above the file, until the file has news. Where nobody did, it has.
      begin: (found) => {
        if (found !== null && cohort.current === null) change(found);
      },
    }),
  );
}

type Places = Pick<FollowOptions, 'paths' | 'reportMissing' | 'waitForDirectory'>;

/** Which files are followed; null when none is to be. */
function placesToFollow({ plan, env }: BootContext): Places | null {
  const named = plan.options.cohortFile ?? env.text('ROLLOUTGUARD_COHORT_FILE');
  if (named === false || named === 'false') return null;
  if (named !== undefined) return { paths: [named], reportMissing: true, waitForDirectory: true };
  const files = env.list('ROLLOUTGUARD_IDENTITY_FILES');
  // Whether one of these is missing was said when the identity was read.
  if (files.length > 0) return { paths: files, reportMissing: false, waitForDirectory: true };
  // The usual places are mounted before the process starts, or never.
  return { paths: DEFAULT_IDENTITY_FILES, reportMissing: false, waitForDirectory: false };
}

function listenerFailed({ report }: BootContext, who: string, error: unknown): void {
  const message = `the cohort has switched, but ${who} threw: ${visibleText(messageOf(error).slice(0, 200))}.`;
  report({ code: 'COHORT_LISTENER', message });
}
