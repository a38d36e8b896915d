import { copyFileSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Check, CheckGroup } from '../check.ts';
import { CheckFailure, run } from '../command.ts';
import { root, type Workshop } from '../workshop.ts';

/** Every example runs as a contributor runs it, and as a user on any supported Node would. */
export const exampleChecks: (Check | CheckGroup)[] = [
  { name: 'examples in the repository', expand: async () => examples().map(runInRepository) },
  { name: 'examples on every Node', expand: runEverywhere },
];

/** Files in `examples` itself; the demo has its own runs. */
function examples(): string[] {
  const files = globSync('examples/*.ts', { cwd: root });
  if (files.length === 0) throw new CheckFailure('there is no examples/*.ts');
  return files.sort();
}

function runInRepository(example: string): Check {
  return {
    name: `${example} runs in the repository`,
    run: async (workshop) => {
      await workshop.tarball(); // packing builds dist, which the package's own name leads to
      await run(process.execPath, [example], { cwd: root, timeoutSeconds: 30 });
      return undefined;
    },
  };
}

async function runEverywhere(workshop: Workshop): Promise<Check[]> {
  const nodes = await workshop.nodes();
  return nodes.map((node) => ({
    name: `${node.label}: every example, from the tarball`,
    run: async () => {
      const consumer = await workshop.peersConsumer();
      for (const example of examples()) {
        const file = join(consumer, basename(example));
        copyFileSync(join(root, example), file);
        await run(node.binary, [...node.typeScriptFlags, file], { cwd: consumer, timeoutSeconds: 30 });
      }
      return `${examples().length} examples`;
    },
  }));
}
