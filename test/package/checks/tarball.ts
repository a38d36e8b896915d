import type { Check } from '../check.ts';
import { CheckFailure, run } from '../command.ts';
import { root, tool, type Workshop } from '../workshop.ts';

/** What must hold of the tarball, before anybody installs it. */
export const tarballChecks: Check[] = [
  { name: 'build and pack', run: async (workshop) => describeTarball(await workshop.tarball()) },
  { name: 'tarball holds the right files', run: checkContents },
  {
    name: 'publint --strict',
    run: async (workshop) => inspect(tool('publint', 'src', 'cli.js'), ['run', await workshop.tarball(), '--strict']),
  },
  {
    name: 'are the types wrong, as ESM only',
    run: async (workshop) =>
      inspect(tool('@arethetypeswrong', 'cli', 'dist', 'index.js'), [
        await workshop.tarball(),
        ...['--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'ascii', '--no-definitely-typed'],
      ]),
  },
  { name: 'size limit of every entry', run: checkSizes },
];

async function describeTarball(tarball: string): Promise<string> {
  return tarball.split(/[\\/]/).at(-1) ?? tarball;
}

async function inspect(program: string, args: readonly string[]): Promise<undefined> {
  await run(process.execPath, [program, ...args], { cwd: root });
}

/** Only what users need: no source, no tests, and nothing that the build did not make. */
async function checkContents(workshop: Workshop): Promise<string> {
  const listed = await run('tar', ['-tzf', await workshop.tarball()], { cwd: root });
  const files = listed
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  const strangers = files.filter(
    (path) =>
      !/^(dist\/(?:rollouts\/)?[\w-]+\.(js|js\.map|d\.ts)|dist\/policy\.schema\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
        path,
      ),
  );
  const wanted = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/policy.schema.json'];
  const missing = wanted.filter((path) => !files.includes(path));
  if (strangers.length + missing.length > 0) {
    throw new CheckFailure(`unexpected: ${strangers.join(', ') || 'none'}; missing: ${missing.join(', ') || 'none'}`);
  }
  return `${files.length} files`;
}

/** The limits stand in .size-limit.mjs, each with its reason. */
async function checkSizes(workshop: Workshop): Promise<string> {
  await workshop.tarball(); // packing builds dist, which is measured
  const output = await run(process.execPath, [tool('size-limit', 'bin.js'), '--json'], { cwd: root });
  const sizes = JSON.parse(output) as { name: string; size: number; sizeLimit: number }[];
  return sizes
    .map(({ name, size }) => `${name} ${(size / 1000).toFixed(1)}`)
    .join(', ')
    .concat(' kB');
}
