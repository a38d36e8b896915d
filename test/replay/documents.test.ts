/** A document over several lines is bounded too, and does not take the documents after it along. */
import { expect, it } from 'vitest';
import { documentsOf } from '../../src/replay/documents.ts';
import { linesOf } from '../../src/replay/lines.ts';

async function documentsIn(text: string, isOneDocument: boolean, most: number): Promise<string[]> {
  const found: string[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  for await (const each of documentsOf(linesOf(bytes(), most), isOneDocument, most))
    found.push('document' in each ? `${each.line} ${JSON.stringify(each.document)}` : `${each.line} ${each.code}`);
  return found;
}

it('a pretty-printed document that is too large is told, and the next one is read', async () => {
  const large = JSON.stringify({ list: [1, 2, 3, 4, 5, 6, 7, 8] }, null, 2);
  const small = JSON.stringify({ a: 1 }, null, 2);
  const expected = ['1 UNREADABLE', '13 {"a":1}', '16 {"b":2}'];
  expect(await documentsIn(`${large}\n${small}\n{"b":2}`, false, 40)).toEqual(expected);
  // Nor when its end is missing.
  const cut = large.replace('\n}', '\n ');
  expect(await documentsIn(`${cut}\n${small}\n{"b":2}`, false, 40)).toEqual(expected);
});

it('lines in a file of one document are read as lines where they are too large together', async () => {
  const lines = ['{"cut": ', '{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}'];
  const expected = ['1 INVALID_JSON', '2 {"a":1}', '3 {"b":2}', '4 {"c":3}', '5 {"d":4}'];
  for (const most of [1000, 20]) expect(await documentsIn(lines.join('\n'), true, most)).toEqual(expected);
});

it('one document that is too large is told once', async () => {
  const large = JSON.stringify({ list: [1, 2, 3, 4, 5, 6] }, null, 1).replace('{\n', '{');
  expect(await documentsIn(large, true, 20)).toEqual(['1 UNREADABLE']);
});
