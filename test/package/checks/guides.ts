import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Check, CheckGroup } from '../check.ts';
import { CheckFailure, run } from '../command.ts';
import { root, type Workshop, writeJson } from '../workshop.ts';
import { consumerTypeScript } from './consumer.ts';
import { compile } from './repository.ts';
import { readSnippets, type Snippet } from './snippets.ts';

/** A guide is one story: its blocks run in order, in one folder, so that later ones find what earlier ones made. */
export const guideChecks: (Check | CheckGroup)[] = [
  { name: 'guides', expand: async () => guides().flatMap((guide) => [typeCheck(guide), runAll(guide)]) },
];

function guides(): string[] {
  const files = globSync('docs/guides/*.md', { cwd: root });
  if (files.length === 0) throw new CheckFailure('there is no docs/guides/*.md');
  return files.sort();
}

function typeCheck(guide: string): Check {
  return {
    name: `${guide}: snippets type-check`,
    run: async (workshop) => {
      const { folder, snippets } = await written(guide, workshop);
      const files = snippets.filter(({ language }) => language === 'ts').map(({ file }) => `${name(guide)}/${file}`);
      const project = join(folder, '..', `tsconfig.${name(guide)}.json`);
      const { compilerOptions, ...rest } = consumerTypeScript(files, true);
      writeJson(project, { ...rest, compilerOptions: { ...compilerOptions, allowImportingTsExtensions: true } });
      await compile('typescript7', project);
      return `${files.length} snippets`;
    },
  };
}

function runAll(guide: string): Check {
  return {
    name: `${guide}: every block runs, in order`,
    run: async (workshop) => {
      const { folder, snippets } = await written(guide, workshop);
      const bin = join(folder, '..', 'node_modules', '.bin');
      const env = { PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter), ...(await ports()) };
      const shown = snippets.filter(({ runs }) => runs);
      for (const { language, line, file } of shown) {
        const [command, args] = language === 'ts' ? [process.execPath, [file]] : ['sh', ['-e', file]];
        await run(command, args, { cwd: folder, env, timeoutSeconds: 30 }).catch((error: Error) => {
          throw new CheckFailure(`line ${line}: ${error.message}`);
        });
      }
      return `${shown.length} of ${snippets.length} blocks`;
    },
  };
}

/** A reader has the usual ports to itself; here anything may listen there. */
const PORTS = ['PORT', 'GATEWAY_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'];

async function ports(): Promise<Record<string, string>> {
  // All are held until all are known, so that no two are the same.
  const servers = PORTS.map(() => createServer().listen(0));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const free = servers.map((server) => String((server.address() as AddressInfo).port));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return Object.fromEntries(PORTS.map((name, index) => [name, free[index] ?? '']));
}

async function written(guide: string, workshop: Workshop): Promise<{ folder: string; snippets: Snippet[] }> {
  const snippets = readSnippets(readFileSync(join(root, guide), 'utf8'), ['ts', 'sh']);
  const folder = join(await workshop.peersConsumer(), name(guide));
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of snippets) writeFileSync(join(folder, file), code);
  return { folder, snippets };
}

/** Folder of a guide inside the consumer. */
function name(guide: string): string {
  return `guide-${basename(guide, '.md')}`;
}
