import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedHeaders, redactedText, redactedUrl, secretsOf } from '../../../src/telemetry/pipelines/redact.ts';

describe('a URL that may be shown', () => {
  test.each([
    ['http://collector:4318/v1/traces', 'http://collector:4318/v1/traces'],
    ['https://user:pass@collector/v1/logs', 'https://[redacted]@collector/v1/logs'],
    ['https://token@collector/', 'https://[redacted]@collector/'],
    ['https://collector/v1/traces?api-key=abc#x', 'https://collector/v1/traces?[redacted]'],
    ['https://collector/in/0123456789abcdef0123/v1/traces', 'https://collector/in/[redacted]/v1/traces'],
    ['collector:4317', 'collector:4317'],
    ['unix:/run/otel.sock', 'unix:/run/otel.sock'],
    ['not a URL with a secret', '[unreadable]'],
  ])('%s', (url, shown) => expect(redactedUrl(url)).toBe(shown));

  test('never holds its user, password or query, whatever they are', () => {
    const secret = fc.stringMatching(/^[a-z]{9}[0-9]{3}$/);
    fc.assert(
      fc.property(secret, secret, secret, fc.webUrl(), (user, password, token, base) => {
        const url = new URL(base);
        url.username = user;
        url.password = password;
        url.searchParams.set('key', token);
        const shown = redactedUrl(url.href);
        for (const text of [user, password, token]) expect(shown).not.toContain(text);
        expect(shown).toContain(url.host);
      }),
    );
  });
});

test('headers that may be shown have their names alone', () => {
  expect(redactedHeaders({ 'x-api-key': 'secret', empty: '' })).toEqual({
    'x-api-key': '[redacted]',
    empty: '[redacted]',
  });
});

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
