/** Memory is bounded by one line, and a line that breaks the bound is told. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from '../../src/replay/lines.ts';

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  let from = 0;
  for (let i = 0; from < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length]!;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

async function linesIn(text: string, sizes: readonly number[], most?: number): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const { number, bytes } of linesOf(cut(text, sizes), most)) {
    expect(number).toBe(lines.length + 1);
    lines.push(bytes?.toString() ?? null);
  }
  return lines;
}

it('lines are the same wherever the bytes are cut', async () => {
  const line = fc
    .string({ unit: 'binary', maxLength: 8 })
    .map((text) => text.replaceAll('\n', ' ').replace(/^\ufeff+/, ''));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 })), async (lines, sizes) => {
      const text = lines.map((each) => `${each}\n`).join('');
      const expected = lines.map((each) => Buffer.from(each).toString());
      expect(await linesIn(text, sizes)).toEqual(expected);
      expect(await linesIn(`\ufeff${text}last`, sizes)).toEqual([...expected, 'last']);
    }),
    { seed: 1 },
  );
});

it('a line that is too long comes as null, and the next one is whole', async () => {
  for (const sizes of [[], [1], [3]])
    expect(await linesIn('12345\n123456\n\n1234567890', sizes, 5)).toEqual(['12345', null, '', null]);
});
