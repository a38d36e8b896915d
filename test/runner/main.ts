/**
 * `npm test`: builds what the tests need, runs vitest, and closes with `N passed, N failed`.
 * Arguments go to vitest: `npm test -- test/engine`, `npm test -- -t "late data"`.
 */
import { summarise } from './summary.ts';
import { close, node, runVitest } from './vitest.ts';

const buildCode = node(['node_modules/tsup/dist/cli-default.js', '--no-dts', '--silent']);
close(
  buildCode === 0
    ? runVitest(process.argv.slice(2))
    : summarise([{ name: 'build', state: 'failed', reason: `tsup ended with exit code ${buildCode}` }], false),
);
