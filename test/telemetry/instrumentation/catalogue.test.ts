import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/telemetry/instrumentation/catalogue.ts';

const require = createRequire(import.meta.url);
const META = '@opentelemetry/auto-instrumentations-node';
const home = join(dirname(require.resolve(META)), '..');
// What the meta package itself would load, which is what we load.
const bring = createRequire(join(home, 'dist/index.cjs'));

interface Instrumentation {
  readonly instrumentationName: string;
  getModuleDefinitions?(): { name: string }[];
}
type Constructor = new (config: { enabled: boolean }) => Instrumentation;

describe('the catalogue', () => {
  test('lists what the meta package brings: an instrumentation that a new release adds is not forgotten', () => {
    const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const brought = Object.keys(dependencies).filter((name) => name.startsWith('@opentelemetry/instrumentation-'));
    expect(CATALOGUE.map((entry) => entry.package).toSorted()).toEqual(brought.toSorted());
    expect(CATALOGUE.every((entry) => entry.package === `@opentelemetry/instrumentation-${entry.name}`)).toBe(true);
  });

  // A module that is missing here would never make its instrumentation load.
  test.for(CATALOGUE.map((entry) => [entry.name, entry] as const))('%s patches what it says', ([, entry]) => {
    const instrumentation = new (bring(entry.package)[entry.className] as Constructor)({ enabled: false });
    expect(instrumentation.instrumentationName).toBe(entry.package);
    const patched = new Set((instrumentation.getModuleDefinitions?.() ?? []).map(({ name }) => name));
    expect([...patched].toSorted()).toEqual(entry.modules.toSorted());
  });

  test('no npm package shares its name with a module of Node’s own, so the two are told apart by name', () => {
    const builtin = CATALOGUE.flatMap(({ modules }) => modules).filter((name) => isBuiltin(name));
    expect(builtin.toSorted()).toEqual(['dns', 'dns/promises', 'fs', 'fs/promises', 'http', 'https', 'net']);
  });
});
