/**
 * `npm run test:processes`: the tests that start processes of their own, each an app under the preload or beside it. They
 * are many, and slower than all others, so `npm test` has only a few of them. Closes with `N passed, N failed`.
 *
 * Arguments go to vitest: `npm run test:processes -- shutdown`. The apps run on the Node that runs this, or on the one
 * that ROLLOUTGUARD_TEST_NODE names.
 */
import { close, runVitest } from '../runner/vitest.ts';

close(runVitest(['--config=vitest.processes.config.ts', ...process.argv.slice(2)]));
