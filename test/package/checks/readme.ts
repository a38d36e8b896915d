import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, CheckGroup } from '../check.ts';
import { CheckFailure, run } from '../command.ts';
import { manifest, root, specifiers, type Workshop, writeJson } from '../workshop.ts';
import { consumerTypeScript } from './consumer.ts';
import { compile } from './repository.ts';
import { readSnippets, type Snippet } from './snippets.ts';

/** What must hold of the README: its snippets are code that works, in a folder of a user. */
export const readmeChecks: (Check | CheckGroup)[] = [
  { name: 'README shows every entry', run: checkEveryEntryShown },
  { name: 'README and guides install the peers that are tested', run: checkInstallCommands },
  { name: 'README snippets type-check', run: typeCheckSnippets },
  {
    name: 'README snippets run',
    expand: async (workshop) =>
      readme()
        .filter((s) => s.runs)
        .map((s) => runCheck(s, workshop)),
  },
];

function readme(): Snippet[] {
  return readSnippets(readFileSync(join(root, 'README.md'), 'utf8'));
}

function checkEveryEntryShown(): string {
  const code = readFileSync(join(root, 'README.md'), 'utf8').match(/^```[\s\S]*?^```/gm) ?? [];
  const missing = specifiers.filter(
    (specifier) => !code.some((block) => new RegExp(`${specifier}(?![\\w/-])`).test(block)),
  );
  if (missing.length > 0) throw new CheckFailure(`no code block shows ${missing.join(', ')}`);
  return `${specifiers.length} entries`;
}

/** A peer named without its version gets the newest release, which does not fit the others and installs some of them twice. */
function checkInstallCommands(): string {
  const texts = ['README.md', ...globSync('docs/guides/*.md', { cwd: root })].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const commands = texts.flatMap((text) => text.match(/^npm (?:install|i|add) .*/gm) ?? []);
  const named = commands.flatMap((command) => [...command.matchAll(/(@opentelemetry\/[\w-]+)(?:@(\S+))?/g)]);
  const wrong = named.filter(([, name = '', version]) => version !== manifest.devDependencies[name]);
  if (wrong.length > 0) {
    const mended = wrong.map(([, name = '']) => `${name}@${manifest.devDependencies[name]}`);
    throw new CheckFailure(`name the version that is tested: ${mended.join(' ')}`);
  }
  return `${named.length} named`;
}

async function typeCheckSnippets(workshop: Workshop): Promise<string> {
  const snippets = readme();
  if (snippets.length === 0) throw new CheckFailure('README.md has no ```ts block');
  const folder = await snippetFolder(workshop);
  const project = join(folder, '..', 'tsconfig.snippets.json');
  const files = snippets.map((snippet) => `snippets/${snippet.file}`);
  writeJson(project, consumerTypeScript(files, true));
  await compile('typescript7', project);
  return `${snippets.length} snippets`;
}

function runCheck(snippet: Snippet, workshop: Workshop): Check {
  return {
    name: `README line ${snippet.line} runs: ${snippet.heading}`,
    run: async () => {
      const folder = await snippetFolder(workshop);
      await run(process.execPath, [snippet.file], { cwd: folder, timeoutSeconds: 20 });
      return undefined;
    },
  };
}

/** The snippets as files inside the consumer that has the peers, so that they resolve what a user would resolve. */
async function snippetFolder(workshop: Workshop): Promise<string> {
  const folder = join(await workshop.peersConsumer(), 'snippets');
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of readme()) writeFileSync(join(folder, file), code);
  return folder;
}
