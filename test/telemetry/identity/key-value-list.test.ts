import { envDetector } from '@opentelemetry/resources';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_PAIR_LENGTH, parseKeyValueList } from '../../../src/telemetry/identity/key-value-list.ts';

const SEED = { seed: 20_261_102, numRuns: 500 };

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
const goodPairs = fc.dictionary(word, word, { minKeys: 1, maxKeys: 6, noNullPrototype: true });
const badPair = fc.constantFrom(
  'nothing',
  '=value',
  'a=b=c',
  'a=%zz',
  '%=x',
  `long=${'x'.repeat(MAX_PAIR_LENGTH + 1)}`,
);

function encode(pairs: Record<string, string>): string[] {
  return Object.entries(pairs).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
}

/** What the upstream detector makes of the variable. */
function upstream(text: string): Record<string, unknown> {
  const before = process.env['OTEL_RESOURCE_ATTRIBUTES'];
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = text;
  try {
    return envDetector.detect().attributes ?? {};
  } finally {
    if (before === undefined) delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    else process.env['OTEL_RESOURCE_ATTRIBUTES'] = before;
  }
}

describe('parseKeyValueList', () => {
  test('whatever was encoded comes back', () => {
    fc.assert(
      fc.property(goodPairs, (pairs) => {
        const { pairs: parsed, bad } = parseKeyValueList(encode(pairs).join(' , '));
        expect([...parsed]).toEqual(Object.entries(pairs));
        expect(bad).toEqual([]);
      }),
      SEED,
    );
  });

  test('a bad pair is named by its position and costs no good one, wherever it stands', () => {
    fc.assert(
      fc.property(goodPairs, badPair, fc.nat(), (pairs, wrong, at) => {
        const entries = encode(pairs);
        const position = at % (entries.length + 1);
        entries.splice(position, 0, wrong);
        const { pairs: parsed, bad } = parseKeyValueList(entries.join(','));
        expect([...parsed]).toEqual(Object.entries(pairs));
        expect(bad.map((pair) => pair.position)).toEqual([position + 1]);
      }),
      SEED,
    );
  });

  test('any text: it never throws, and agrees with the upstream reader wherever that one keeps anything', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '=', ',', '%', '2', 'C', ' ', 'é') }),
      fc
        .array(
          fc.oneof(
            badPair,
            goodPairs.map((pairs) => encode(pairs)[0] as string),
          ),
        )
        .map((list) => list.join(',')),
    );
    fc.assert(
      fc.property(text, (list) => {
        const { pairs, bad } = parseKeyValueList(list);
        // Environment variables cannot hold NUL; encoded ones can.
        expect(upstream(list)).toEqual(bad.length === 0 ? Object.fromEntries(pairs) : {});
      }),
      SEED,
    );
  });

  test.each([
    ['flag', null, "no '='"],
    ['=x', null, 'key is empty'],
    ['link=http://x?page=1', 'link', '%3D'],
    ['a=100%', 'a', '%25'],
    [`a=${'x'.repeat(256)}`, 'a', 'value is longer than 255'],
    [`${'k'.repeat(256)}=a`, `${'k'.repeat(40)}...`, 'key is longer than 255'],
  ])('%s is refused with the mend and without its value', (entry, key, reason) => {
    const [bad] = parseKeyValueList(entry).bad;
    expect(bad).toMatchObject({ position: 1, key });
    expect(bad?.reason).toContain(reason);
    expect(JSON.stringify(bad)).not.toContain('http');
  });

  test('blank entries do not count, a repeated key keeps its last value', () => {
    const { pairs, bad } = parseKeyValueList(',a=1,, b = 2 ,a=3,x');
    expect(Object.fromEntries(pairs)).toEqual({ a: '3', b: '2' });
    expect(bad).toMatchObject([{ position: 4 }]);
  });
});
