/** The page of attributes is that of the tables in the sources, and its word on stability is OpenTelemetry's. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ATTRIBUTE } from '../../../src/telemetry/attributes.ts';
import { POD_VARIABLES } from '../../../src/telemetry/identity/candidates.ts';
import { LABEL_ATTRIBUTES } from '../../../src/telemetry/identity/files.ts';
import { ATTRIBUTES, attributesPage, NO_ATTRIBUTES, type Stability } from './attributes-page.ts';

const PAGE = new URL('../../../docs/telemetry-attributes.md', import.meta.url);
const ROOM = new URL('../../../src/telemetry/', import.meta.url);

test('each attribute that the sources name has its row', () => {
  const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const named = files.flatMap((path) =>
    readFileSync(new URL(path, ROOM), 'utf8').match(/(?<=')rolloutguard\.(?!telemetry\.)[\w.]+(?=')/g),
  );
  const all = new Set([
    ...named,
    ...Object.values(ATTRIBUTE),
    ...Object.keys(POD_VARIABLES),
    ...Object.values(LABEL_ATTRIBUTES),
  ]);
  const missing = [...all].filter(
    (name) => name !== null && !NO_ATTRIBUTES.includes(name) && !Object.hasOwn(ATTRIBUTES, name),
  );
  expect(missing, `add a row to ${fileURLToPath(new URL('attributes-page.ts', import.meta.url))}`).toEqual([]);
  const gone = [...Object.keys(ATTRIBUTES), ...NO_ATTRIBUTES].filter((name) => !all.has(name));
  expect(gone).toEqual([]);
});

describe('stability is what the registry of OpenTelemetry says', () => {
  const load = createRequire(new URL('../../../node_modules/@opentelemetry/sdk-node/package.json', import.meta.url));
  const namesOf = (entry: string): Set<unknown> => new Set(Object.values(load(entry) as object));
  const stable = namesOf('@opentelemetry/semantic-conventions');
  const incubating = namesOf('@opentelemetry/semantic-conventions/incubating');

  function found(name: string): readonly Stability[] {
    // Labels are a function there.
    if (name.startsWith('k8s.pod.label.')) return ['stable'];
    if (stable.has(name)) return ['stable'];
    return incubating.has(name) ? ['release candidate', 'development', 'deprecated'] : ['own'];
  }

  test.each(Object.keys(ATTRIBUTES))('%s', (name) => {
    expect(found(name)).toContain(ATTRIBUTES[name]?.stability);
  });
});

test('docs/telemetry-attributes.md is what the tables say (UPDATE=1 npx vitest run test/telemetry/identity writes it)', () => {
  const page = attributesPage();
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8') === page, 'UPDATE=1 npx vitest run test/telemetry/identity').toBe(true);
});
