import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedText, secretsOf } from '../../../src/telemetry/pipelines/redact.ts';

describe('a message that may be shown', () => {
  const secrets = secretsOf([
    { url: 'https://us%65r:p%40ss@collector/?token=tok%2Fen', headers: { authorization: 'Bearer abc.def', id: 'xy' } },
  ]);

  test.each([
    'a token without its scheme: abc.def',
    'the URL https://user:p@ss@collector/',
    'decoded p@ss, encoded p%40ss',
    `what HTTP makes of them: ${btoa('user:p@ss')}`,
    'tok/en or tok%2Fen',
  ])('%s', (text) => {
    const shown = redactedText(text, secrets);
    expect(shown).toContain('[redacted]');
    for (const secret of ['abc.def', 'p@ss', 'p%40ss', 'tok/en', 'tok%2Fen', btoa('user:p@ss')])
      expect(shown).not.toContain(secret);
  });

  test('short values are left alone: taking "xy" out of every word would hide the message', () => {
    expect(redactedText('proxy', secrets)).toBe('proxy');
  });

  test('no header value comes through, in whatever way it was printed', () => {
    const value = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{4,40}$/);
    fc.assert(
      fc.property(value, (header) => {
        fc.pre(header.trim().length >= 4 && !'[redacted]'.includes(header));
        const known = secretsOf([{ url: 'http://h/', headers: { key: header } }]);
        for (const text of [header, JSON.stringify({ header }), `${header}${header}`])
          expect(redactedText(`${inspect(1)} ${text}`, known)).not.toContain(header);
      }),
    );
  });

  test('control characters never reach a terminal', () => {
    expect(redactedText('a\u001b[2Jb\nc', [])).toBe('a\\u{1b}[2Jb c');
  });
});
