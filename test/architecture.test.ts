import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import tsup from '../tsup.config.ts';
import { type Files, findViolations, packagesOf } from './architecture/check.ts';
import { readSource } from './architecture/imports.ts';
import { BORROWED, BRINGERS, COMPANIONS } from './architecture/rules.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
  peerDependencies: Record<string, string>;
  dependencies?: Record<string, string>;
};
const { cli, ...entries } = tsup.entry as Record<string, string>;

/** Packages that a declared peer depends on: telemetry loads them from where that peer finds them. */
function broughtAlong(): Set<string> {
  const manifests = BRINGERS.map((name) => readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  return new Set(manifests.flatMap((text) => Object.keys(JSON.parse(text).dependencies)));
}

function sourceFiles(): Files {
  const paths = globSync('src/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('the house', () => {
  test('keeps its rules', () => {
    expect(findViolations(sourceFiles(), Object.values(entries))).toEqual([]);
  });

  test('every subpath export has a build entry, and every build entry a subpath export', () => {
    const expected: typeof manifest.exports = {
      './package.json': './package.json',
      // Written by the build, see onSuccess in tsup.config.ts.
      './policy.schema.json': './dist/policy.schema.json',
    };
    for (const name of Object.keys(entries)) {
      const subpath = name === 'index' ? '.' : `./${name}`;
      expected[subpath] = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
    }
    expect(manifest.exports).toEqual(expected);
  });

  test('the program has its build entry', () => {
    expect(manifest.bin).toEqual({ rolloutguard: 'dist/cli.js' });
    expect(cli).toBe('src/cli/bin.ts');
  });

  test('the packages that src imports are exactly those that package.json declares', () => {
    const imported = Object.entries(sourceFiles()).flatMap(([path, text]) => packagesOf(readSource(path, text)));
    const declared = [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), ...BORROWED];
    const needed = [...new Set([...imported, ...COMPANIONS, ...BRINGERS])].filter((name) => !broughtAlong().has(name));
    expect(needed.sort()).toEqual(declared.filter((name) => !broughtAlong().has(name)).sort());
  });
});

/** Checks a small house that has one good file and the given ones. */
function violationsOf(files: Files, entries: string[] = []): string[] {
  return findViolations({ 'src/errors.ts': 'export class E {}', ...files }, entries);
}

describe('the checker', () => {
  test('accepts imports that point downwards, in every way of writing them', () => {
    const files = {
      'src/statistics/a.ts': "import { E } from '../errors.ts';\nexport const a = E;",
      'src/ports/p.ts': "import type { A } from '../statistics/a.ts';\nexport type { A };",
      'src/engine/e.ts':
        "import { a } from '../statistics/a.ts';\nexport { a };\nexport type P = import('../ports/p.ts').A;",
      'src/adapters/otlp/o.ts':
        "import { createServer } from 'node:http';\nexport * from '../../ports/p.ts';\ncreateServer();",
    };
    expect(violationsOf(files)).toEqual([]);
  });

  test.each([
    ['a plain import', "import { e } from '../engine/e.ts';"],
    ['a default import', "import e from '../engine/e.ts';"],
    ['a namespace import', "import * as e from '../engine/e.ts';"],
    ['an import for its side effects', "import '../engine/e.ts';"],
    ['a type import', "import type { e } from '../engine/e.ts';"],
    ['an inline type import', "import { type e } from '../engine/e.ts';"],
    ['a re-export', "export { e } from '../engine/e.ts';"],
    ['a star export', "export * from '../engine/e.ts';"],
    ['a dynamic import', "const load = () => import('../engine/e.ts');"],
    ['an import in a type', "type T = import('../engine/e.ts').T;"],
    ['require', "const e = require('../engine/e.ts');"],
    ['import equals', "import e = require('../engine/e.ts');"],
  ])('catches an arrow upwards by %s', (_name, line) => {
    expect(violationsOf({ 'src/engine/e.ts': 'export {};', 'src/statistics/s.ts': line })).toEqual([
      'src/statistics/s.ts:1 statistics may not import engine',
    ]);
  });

  test('is not fooled by an import that is only text or a comment', () => {
    const text = "// import '../engine/e.ts'\nexport const page = `import '../engine/e.ts'; console.log(1)`;";
    expect(violationsOf({ 'src/engine/e.ts': 'export {};', 'src/statistics/s.ts': text })).toEqual([]);
  });

  test.each([
    ['adapters/otlp', '../../engine/e.ts', 'engine'],
    ['adapters/otlp', '../prometheus/p.ts', 'adapters/prometheus'],
    ['telemetry', '../ports/p.ts', 'ports'],
    ['rollouts', '../engine/e.ts', 'engine'],
    ['report', '../adapters/prometheus/p.ts', 'adapters/prometheus'],
    ['planning', '../engine/e.ts', 'engine'],
    ['testing', '../telemetry/t.ts', 'telemetry'],
    ['engine', '../index.ts', 'index'],
  ])('%s may not import %s', (room, specifier, target) => {
    const files = {
      'src/index.ts': 'export {};',
      'src/engine/e.ts': 'export {};',
      'src/ports/p.ts': 'export {};',
      'src/telemetry/t.ts': 'export {};',
      'src/adapters/prometheus/p.ts': 'export {};',
      [`src/${room}/here.ts`]: `import '${specifier}';`,
    };
    expect(violationsOf(files)).toEqual([`src/${room}/here.ts:1 ${room} may not import ${target}`]);
  });

  test('types may go where code may not, if the rule says so', () => {
    const files = { 'src/statistics/s.ts': 'export {};', 'src/ports/p.ts': "import { s } from '../statistics/s.ts';" };
    expect(violationsOf(files)).toEqual(['src/ports/p.ts:1 ports may import only types of statistics']);
  });

  test('pure rooms load nothing from outside, and only the bootstrap names OpenTelemetry', () => {
    const files = {
      'src/engine/e.ts': "import 'node:fs';",
      'src/adapters/otlp/o.ts': "import type { X } from '@opentelemetry/api';",
      'src/telemetry/t.ts': "import '@opentelemetry/api';\nimport 'node:fs';",
    };
    expect(violationsOf(files)).toEqual([
      'src/engine/e.ts:1 engine may not import node:fs',
      'src/adapters/otlp/o.ts:1 adapters/otlp may not import @opentelemetry/api',
    ]);
  });

  test('finds cycles inside a room, also of types only', () => {
    const files = {
      'src/engine/a.ts': "import { b } from './b.ts';",
      'src/engine/b.ts': "import { c } from './c.ts';",
      'src/engine/c.ts': "import type { a } from './a.ts';",
    };
    expect(violationsOf(files)).toEqual([
      'import cycle: src/engine/a.ts -> src/engine/b.ts -> src/engine/c.ts -> src/engine/a.ts',
    ]);
  });

  test('two ways to the same file are no cycle', () => {
    const files = {
      'src/engine/a.ts': "import './b.ts';\nimport './c.ts';",
      'src/engine/b.ts': "import './c.ts';",
      'src/engine/c.ts': 'export {};',
    };
    expect(violationsOf(files)).toEqual([]);
  });

  test('catches a file that is too long, prints, or lives in no known room', () => {
    const files = {
      'src/engine/long.ts': `${'\n'.repeat(300)}export {};\n`,
      'src/engine/fits.ts': `${'\n'.repeat(299)}export {};\n`,
      'src/report/loud.ts': "\nconst { log } = console;\nconsole.warn('x');\noptions.console.log('fine');",
      'src/cli/main.ts': "console.log('the command line may');",
      'src/misc/x.ts': 'export {};',
    };
    expect(violationsOf(files)).toEqual([
      'src/engine/long.ts has 301 lines, more than 300',
      'src/report/loud.ts:2 uses the console',
      'src/report/loud.ts:3 uses the console',
      'src/misc/x.ts is in a room without a rule',
    ]);
  });

  test('an entry names what it exports', () => {
    const files = {
      'src/engine/e.ts': 'export {};',
      'src/index.ts': "export * from './engine/e.ts';\nexport * as e from './engine/e.ts';",
    };
    expect(violationsOf(files, ['src/index.ts'])).toEqual([
      'src/index.ts:1 exports *, but an entry names what it exports',
      'src/index.ts:2 exports *, but an entry names what it exports',
    ]);
    expect(violationsOf(files)).toEqual([]);
  });

  test('refuses an import that it cannot read', () => {
    expect(() => violationsOf({ 'src/engine/e.ts': 'const load = (name: string) => import(name);' })).toThrow(
      'src/engine/e.ts:1 imports something that is not a plain string',
    );
  });

  test('reports an import of a file that does not exist', () => {
    expect(violationsOf({ 'src/engine/e.ts': "import './gone.ts';" })).toEqual([
      'src/engine/e.ts:1 imports src/engine/gone.ts, which does not exist',
    ]);
  });

  test('reads the package out of a specifier', () => {
    const facts = readSource(
      'x.ts',
      "import '@scope/name/deep';\nimport 'plain/deep';\nimport 'node:fs';\nimport './own.ts';",
    );
    expect(packagesOf(facts)).toEqual(['@scope/name', 'plain']);
  });
});
