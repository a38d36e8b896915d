import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, CheckGroup } from '../check.ts';
import { attempt, CheckFailure, run } from '../command.ts';
import { manifest, type NodeVersion, specifiers, type Workshop, writeJson } from '../workshop.ts';
import { checkBrought, checkDuplicates, compile, judgeAudit, readLock } from './repository.ts';

const smoke = join(import.meta.dirname, '..', 'fixtures', 'smoke.mjs');

/** What must hold once the tarball is installed. */
export const consumerChecks: (Check | CheckGroup)[] = [
  {
    name: 'install without peers: brings the few packages that are meant to come, and no other',
    run: async (shop) => checkBrought(readLock(await shop.bareConsumer())),
  },
  {
    name: 'install with peers: none twice',
    run: async (shop) => checkDuplicates(readLock(await shop.peersConsumer())),
  },
  { name: 'npm audit of an install with peers', run: async (shop) => auditConsumer(await shop.peersConsumer()) },
  { name: 'imports on every Node', expand: importChecks },
  { name: 'types without peers', run: async (shop) => typeCheckEntries(await shop.bareConsumer()) },
  { name: 'types with peers', run: async (shop) => typeCheckEntries(await shop.peersConsumer()) },
];

/** A complete identity, and an address where no collector answers: that must not keep a process from ending. */
const TELEMETRY = {
  ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-1',
  ROLLOUTGUARD_COHORT: 'canary',
  OTEL_SERVICE_NAME: 'consumer',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  NODE_NO_WARNINGS: '1',
};

async function importChecks(workshop: Workshop): Promise<Check[]> {
  const nodes = await workshop.nodes();
  return nodes.flatMap((node) => [
    {
      name: `${node.label}: import and require() of every entry, without peers`,
      run: async () => load(node, await workshop.bareConsumer()),
    },
    {
      name: `${node.label}: import and require() of every entry, with peers`,
      run: async () => load(node, await workshop.peersConsumer()),
    },
    {
      name: `${node.label}: an absent peer is named, with the command that installs it`,
      run: async () => nameMissingPeers(node, await workshop.bareConsumer()),
    },
    {
      name: `${node.label}: telemetry starts and stops with the peers`,
      run: async () => smokeTest(node, await workshop.peersConsumer(), 'telemetry'),
    },
  ]);
}

async function load(node: NodeVersion, consumer: string): Promise<string> {
  for (const mode of ['import', 'require', 'both']) await smokeTest(node, consumer, mode, specifiers);
  return `${specifiers.length} entries`;
}

/** The bootstrap fails with a typed error; the preload lets the app start and says the same on stderr. */
async function nameMissingPeers(node: NodeVersion, consumer: string): Promise<undefined> {
  await smokeTest(node, consumer, 'missing-peers');
  const { code, output } = await attempt(node.binary, ['--import', `${manifest.name}/register`, '-e', ''], {
    cwd: consumer,
    timeoutSeconds: 30,
  });
  if (code !== 0 || !/npm install .*@opentelemetry\/api@/.test(output)) {
    throw new CheckFailure(`the preload without its peers ended with ${code} and said:\n${output}`);
  }
}

async function smokeTest(
  node: NodeVersion,
  consumer: string,
  mode: string,
  entries: readonly string[] = [],
): Promise<undefined> {
  const script = install(consumer);
  await run(node.binary, [script, mode, ...entries], { cwd: consumer, env: TELEMETRY, timeoutSeconds: 30 });
}

function install(consumer: string): string {
  const script = join(consumer, 'smoke.mjs');
  copyFileSync(smoke, script);
  return script;
}

async function auditConsumer(consumer: string): Promise<string> {
  const { output } = await attempt('npm', ['audit', '--json'], { cwd: consumer, timeoutSeconds: 60 });
  return judgeAudit(output);
}

/** Compiles an import of every entry, with the declarations of the package checked too, by both compilers, without the DOM. */
async function typeCheckEntries(consumer: string): Promise<string> {
  const lines = specifiers.map((specifier, i) => `import * as entry${i} from '${specifier}';\nexport { entry${i} };`);
  writeFileSync(join(consumer, 'entries.ts'), `${lines.join('\n')}\n`);
  const project = join(consumer, 'tsconfig.entries.json');
  const { compilerOptions, files } = consumerTypeScript(['entries.ts'], false);
  writeJson(project, { compilerOptions: { ...compilerOptions, lib: ['ES2023'] }, files });
  await compile('typescript7', project);
  await compile('typescript', project);
  return 'TypeScript 6 and 7';
}

/** Compiler settings of a strict user. */
export function consumerTypeScript(
  files: readonly string[],
  skipLibCheck: boolean,
): { compilerOptions: object; files: readonly string[] } {
  return {
    compilerOptions: {
      target: 'ES2023',
      module: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      moduleDetection: 'force',
      noEmit: true,
      skipLibCheck,
      types: ['node'],
      typeRoots: ['./types'],
    },
    files,
  };
}
