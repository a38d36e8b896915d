import type { Check, CheckGroup } from '../check.ts';
import { run } from '../command.ts';
import { root, type Workshop } from '../workshop.ts';

/** The tests on the other releases that can run their tools; `npm test` has run them on the pinned one. */
export const testChecks: (Check | CheckGroup)[] = [
  { name: 'tests on every Node', expand: runTests },
  { name: 'process tests on every Node', expand: runProcessTests },
];

/** Slow, and they need nothing of Node that the other tests do not need: simulations only calculate, as golden tests do. */
const SLOW: readonly string[] = [
  'test/demo/**',
  'test/**/*.browser.test.ts',
  'test/**/*simulation.test.ts',
  'test/bench/regression.test.ts',
];

async function runTests(workshop: Workshop): Promise<Check[]> {
  const nodes = await workshop.nodes();
  return nodes
    .filter(({ binary, typeScriptFlags }) => binary !== process.execPath && typeScriptFlags.length === 0)
    .map((node) => ({
      name: `${node.label}: tests, without demo, browser and simulations`,
      run: async () => {
        const args = ['test/runner/main.ts', ...SLOW.flatMap((pattern) => ['--exclude', pattern])];
        const output = await run(node.binary, args, { cwd: root, timeoutSeconds: 420 });
        return output.trim().split('\n').at(-1);
      },
    }));
}

/** They show what does not depend on the release of Node. */
const SAME_ON_ALL: readonly string[] = [
  'test/processes/harm/memory.processes.ts',
  'test/processes/cohort-flip.processes.ts',
];

/**
 * Only the apps run on the other Node, so the oldest one, which cannot run the tools, takes part too. What lies between
 * the oldest and the newest has the same hooks as the pinned one.
 */
async function runProcessTests(workshop: Workshop): Promise<Check[]> {
  const others = (await workshop.nodes()).filter(({ binary }) => binary !== process.execPath);
  return others
    .filter((_, index) => index === 0 || index === others.length - 1)
    .map((node) => ({
      name: `${node.label}: process tests`,
      run: async () => {
        const env = { ROLLOUTGUARD_TEST_NODE: node.binary };
        const args = ['test/processes/main.ts', ...SAME_ON_ALL.flatMap((pattern) => ['--exclude', pattern])];
        const output = await run(process.execPath, args, { cwd: root, env, timeoutSeconds: 600 });
        return output.trim().split('\n').at(-1);
      },
    }));
}
