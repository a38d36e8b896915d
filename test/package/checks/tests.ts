import type { Check, CheckGroup } from '../check.ts';
import { run } from '../command.ts';
import { root, type Workshop } from '../workshop.ts';

/** The tests on the other releases that can run their tools; `npm test` has run them on the pinned one. */
export const testChecks: (Check | CheckGroup)[] = [{ name: 'tests on every Node', expand: runTests }];

async function runTests(workshop: Workshop): Promise<Check[]> {
  const nodes = await workshop.nodes();
  return nodes
    .filter(({ binary, typeScriptFlags }) => binary !== process.execPath && typeScriptFlags.length === 0)
    .map((node) => ({
      name: `${node.label}: tests, without demo and browser`,
      run: async () => {
        // Demo and browser are slow, and need nothing of Node that the other tests do not need.
        const args = ['test/runner/main.ts', '--exclude', 'test/demo/**', '--exclude', 'test/**/*.browser.test.ts'];
        const output = await run(node.binary, args, { cwd: root, timeoutSeconds: 180 });
        return output.trim().split('\n').at(-1);
      },
    }));
}
