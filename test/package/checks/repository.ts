import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { attempt, CheckFailure, run } from '../command.ts';
import { manifest, npm, root, tool } from '../workshop.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What must hold of the repository before anything is packed. */
export const repositoryChecks: Check[] = [
  { name: 'lint: biome', run: () => quiet(npm(['run', '--silent', 'lint'], root)) },
  { name: 'types: TypeScript 7', run: () => quiet(npm(['run', '--silent', 'typecheck'], root)) },
  { name: 'knip: no unused file, export or dependency', run: () => quiet(npm(['run', '--silent', 'knip'], root)) },
  { name: 'dependencies are pinned exactly', run: checkPins },
  { name: 'lockfile names no registry host', run: checkNoResolvedUrl },
  { name: 'lockfile holds every platform package', run: checkPlatformPackages },
  { name: 'lockfile holds no @opentelemetry package twice', run: () => checkDuplicates(readLock()) },
  { name: 'no file names a registry host', run: checkNoRegistryHost },
  { name: 'npm audit: nothing high or critical in what users install', run: checkAudit },
];

/** Fails when a package of OpenTelemetry is installed more than once: two copies of the API do not see each other. */
export function checkDuplicates(packages: Readonly<Record<string, LockedPackage>>): string {
  const places = new Map<string, string[]>();
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (name.startsWith('@opentelemetry/')) places.set(name, [...(places.get(name) ?? []), `${path} ${version}`]);
  }
  const doubled = [...places.values()].filter((copies) => copies.length > 1).flat();
  if (doubled.length > 0) throw new CheckFailure(`installed twice:\n${doubled.join('\n')}`);
  return `${places.size} packages`;
}

/**
 * What every user installs along: parsers of YAML and PromQL, and types of pods. A package that one of them begins to
 * need is for a person to weigh, so the list is written out.
 */
const BROUGHT = '@lezer/common @lezer/highlight @lezer/lr @prometheus-io/lezer-promql kubernetes-types yaml'.split(' ');

/** Fails when an install without peers brings any other package, or one of them twice. */
export function checkBrought(packages: Readonly<Record<string, LockedPackage>>): string {
  const expected = [manifest.name, ...BROUGHT].map((name) => `node_modules/${name}`);
  const others = Object.keys(packages).filter((path) => path !== '' && !expected.includes(path));
  if (others.length > 0) throw new CheckFailure(`also installed: ${others.join(', ')}`);
  return `${Object.keys(packages).length - 2} packages`;
}

/** The lockfile's packages by their place in node_modules. */
export function readLock(folder: string = root): Record<string, LockedPackage> {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return lock.packages;
}

function checkPins(): undefined {
  const { devDependencies, overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
    overrides: Record<string, string>;
  };
  const loose = Object.entries({ ...devDependencies, ...overrides }).filter(
    ([, range]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+$/.test(range),
  );
  if (loose.length > 0) throw new CheckFailure(`give one exact version: ${loose.map(String).join('; ')}`);
}

function checkNoResolvedUrl(): undefined {
  const named = Object.entries(readLock()).filter(([, { resolved }]) => resolved !== undefined);
  if (named.length > 0) {
    throw new CheckFailure(
      `package-lock.json has "resolved" for ${named.length} packages: write it with the repository's .npmrc`,
    );
  }
}

/**
 * npm leaves a platform package that it cannot resolve out of the lockfile, without a word, and `npm ci` then fails
 * elsewhere. CONTRIBUTING.md tells how to mend it.
 */
function checkPlatformPackages(): string {
  const lock = readLock();
  const present = new Set(Object.keys(lock).map((path) => path.split('node_modules/').at(-1)));
  const wanted = Object.entries(lock).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).map((name) => ({ path, name })),
  );
  const missing = wanted.filter(({ name }) => !present.has(name));
  if (missing.length > 0) {
    throw new CheckFailure(
      `not in the lockfile:\n${missing.map(({ path, name }) => `${name}, wanted by ${path}`).join('\n')}`,
    );
  }
  return `${wanted.length} packages`;
}

async function checkNoRegistryHost(): Promise<undefined> {
  const pattern = String.raw`(registry|npm)\.[a-z0-9.-]*(npmjs|yarnpkg|npmmirror|jsr|pkg\.github)`;
  const { code, output } = await attempt('git', ['grep', '-nIiE', '--untracked', pattern], { cwd: root });
  if (code === 0) throw new CheckFailure(output);
  if (code !== 1) throw new CheckFailure(`git grep failed: ${output}`);
}

async function checkAudit(): Promise<string> {
  const { output } = await attempt('npm', ['audit', '--omit=dev', '--json'], { cwd: root, timeoutSeconds: 60 });
  return judgeAudit(output);
}

/** Reads the answer of `npm audit --json`. A registry that does not answer is told, not failed. */
export function judgeAudit(output: string): string {
  const start = output.indexOf('{');
  const answer = (start < 0 ? {} : JSON.parse(output.slice(start, output.lastIndexOf('}') + 1))) as {
    metadata?: { vulnerabilities?: Record<string, number> };
  };
  const counts = answer.metadata?.vulnerabilities;
  if (counts === undefined) return 'the registry does not answer audits';
  const { high = 0, critical = 0, total = 0 } = counts;
  if (high + critical > 0) throw new CheckFailure(output);
  return `${total} advisories`;
}

/** Compiler of the repository for TypeScript files anywhere. */
export async function compile(compiler: 'typescript' | 'typescript7', project: string): Promise<void> {
  await run(process.execPath, [tool(compiler, 'bin', 'tsc'), '-p', project], { cwd: root });
}

async function quiet(done: Promise<string>): Promise<undefined> {
  await done;
}
