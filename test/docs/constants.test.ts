/** The table of constants in docs/how-it-decides.md is what the code says. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const PAGE = readFileSync(new URL('../../docs/how-it-decides.md', import.meta.url), 'utf8');
const ROWS = [...PAGE.matchAll(/^\|[^|]+\| (`[A-Z_]+ = [^|]+) \| `([\w/.-]+\.ts)` \|$/gm)].map((row) => ({
  file: row[2]!,
  constants: [...row[1]!.matchAll(/`([A-Z_]+) = ([^`]+)`/g)].map(([, name, value]) => ({ name: name!, value: value! })),
}));

test('the table was found', () => {
  expect(ROWS.length).toBeGreaterThan(20);
});

describe.each(ROWS)('$file', ({ file, constants }) => {
  const url = new URL(`../../src/${file}`, import.meta.url);

  test.each(constants)('has $name = $value', ({ name, value }) => {
    expect(existsSync(url)).toBe(true);
    const found = readFileSync(url, 'utf8').match(new RegExp(`const ${name}(?:: [^=]+)? = ([^;]+?)(?: as const)?;`));
    expect(found?.[1]?.replace(/\s+/g, ' ')).toBe(value);
  });
});
