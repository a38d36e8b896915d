/** Starts what keeps the cohort up to date, and tells the program of each switch. */
import { messageOf } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';
import type { BootContext } from '../boot-context.ts';
import { identityPaths } from '../identity/sources.ts';
import type { EmittedCohort } from './cohort.ts';
import { type FollowOptions, followCohort } from './follow.ts';
import { namedCohortFile } from './named-file.ts';
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
      // Whoever said something at the start stands above the file, until the file has news. It has, where nobody else said
      // anything: it may have changed since the identity was read.
      begin: (found) => {
        const said = plan.identity.known.cohort;
        const fromFile = said === undefined || said.source.startsWith('file:');
        if (found !== null && fromFile && cohort.current === plan.identity.cohort) change(found);
      },
    }),
  );
}

type Places = Pick<FollowOptions, 'paths' | 'reportMissing' | 'waitForDirectory'>;

/** Which files are followed; null when none is to be. */
function placesToFollow({ plan }: BootContext): Places | null {
  const file = namedCohortFile(plan.options.cohortFile, plan.env);
  if (file === false) return null;
  if (file !== undefined) return { paths: [file], reportMissing: true, waitForDirectory: true };
  const { paths, named } = identityPaths(plan.env);
  // Whether one of these is missing was said when the identity was read. The usual ones are mounted before the process
  // starts, or never.
  return { paths, reportMissing: false, waitForDirectory: named };
}

function listenerFailed({ report }: BootContext, who: string, error: unknown): void {
  const message = `the cohort has switched, but ${who} threw: ${visibleText(messageOf(error).slice(0, 200))}.`;
  report({ code: 'COHORT_LISTENER', message });
}
