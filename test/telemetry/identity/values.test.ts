/** What counts as a value of a field, and in which form it is used. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IDENTITY_FIELDS, type IdentityField } from '../../../src/telemetry/identity/deployment-identity.ts';
import { readTimestamp } from '../../../src/telemetry/identity/timestamp.ts';
import { looksLikeRevision, readValue } from '../../../src/telemetry/identity/values.ts';

function valueOrKind(field: IdentityField, text: string): string {
  const reading = readValue(field, text);
  return reading.kind === 'value' ? reading.value : `(${reading.kind})`;
}

const field = fc.constantFrom(...IDENTITY_FIELDS);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('a', 'Z', '-', '_', ' ', '/', '.git', 'origin/', 'refs/heads/', '$', '{', '(', '9', ':', '@'),
  }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);

describe('every field', () => {
  test('what is used is read again as itself: no value changes from process to process', () => {
    fc.assert(
      fc.property(field, anyText, (name, text) => {
        const once = valueOrKind(name, text);
        if (!once.startsWith('(')) expect(valueOrKind(name, once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('the reason of a refusal never holds the value: it may be a secret in the wrong variable', () => {
    fc.assert(
      fc.property(field, fc.stringMatching(/^sk_[A-Z0-9]{12,300}[\n ]?x$/), (name, secret) => {
        const reading = readValue(name, secret);
        if (reading.kind === 'wrong') expect(reading.reason).not.toContain('sk_');
      }),
    );
  });

  test.each(['', '  ', 'unknown', 'Unknown', 'undefined', 'null', 'NONE', '$LATEST'])('%j says nothing', (text) => {
    for (const name of IDENTITY_FIELDS) expect(valueOrKind(name, text)).toBe('(nothing)');
  });

  test.each([
    '$(POD_NAME)',
    '$(git rev-parse HEAD)',
    'a-$(X)',
    '$\u007bGIT_COMMIT}',
    'v$\u007bTAG:-1}',
    '{{ .Values.id }}',
    '<no value>',
    '$ID',
    '%ID%',
  ])('%j is a template that nobody filled in', (text) => {
    expect(readValue('id', text)).toEqual({ kind: 'wrong', reason: 'it is a template that was not filled in' });
  });

  test('so is no megabyte of beginnings of them: it is too long, and found to be so at once', () => {
    expect(readValue('id', '$('.repeat(500_000))).toMatchObject({ reason: 'it is longer than 255 characters' });
    expect(readValue('pipelineRunUrl', '${'.repeat(500_000)).kind).toBe('wrong');
  });

  test.each(['US$5', '100%', 'a{b}', 'deploy-42', 'déploiement-42', '部署', '$5'])('%j is a value', (text) => {
    expect(valueOrKind('id', ` ${text}\n`)).toBe(text);
  });

  test.each(['a\nb', 'a\u0000b', 'a\u001b[31m', 'a\u202eb', 'a\ud800b', 'a\tb'])('%j is refused', (text) => {
    expect(readValue('id', text)).toMatchObject({ kind: 'wrong', reason: expect.stringContaining('cannot be seen') });
  });

  test('255 characters are a value, 256 are refused, not cut: two ids must not become one', () => {
    expect(valueOrKind('id', 'x'.repeat(255))).toHaveLength(255);
    expect(readValue('id', 'x'.repeat(256))).toMatchObject({ reason: 'it is longer than 255 characters' });
    expect(valueOrKind('pipelineRunUrl', `https://ci.example/${'x'.repeat(2000)}`)).toHaveLength(2019);
    expect(readValue('pipelineRunUrl', `https://ci.example/${'x'.repeat(2048)}`).kind).toBe('wrong');
    // As it will be written: each of these takes six characters.
    expect(readValue('pipelineRunUrl', `https://ci.example/${'é'.repeat(400)}`).kind).toBe('wrong');
  });
});

test.each([
  ['canary', 'canary'],
  ['BLUE_GREEN', 'blue-green'],
  ['BlueGreen', 'blue-green'],
  ['blue green', 'blue-green'],
  ['bluegreen', 'blue-green'],
  ['RollingUpdate', 'rolling'],
  ['rolling-update', 'rolling'],
  ['Recreate', 'recreate'],
  ['mirror', 'shadow'],
  ['A/B', 'a/b'],
  ['our own way', 'our-own-way'],
  ['--', '(wrong)'],
])('strategy %s is %s', (text, expected) => {
  expect(valueOrKind('strategy', text)).toBe(expected);
});

test.each([
  ['main', 'main'],
  ['refs/heads/feature/x', 'feature/x'],
  ['origin/main', 'main'],
  ['refs/remotes/origin/main', 'main'],
  ['refs/tags/v1', '(nothing)'],
  ['refs/pull/7/merge', '(nothing)'],
  ['origin/', '(wrong)'],
])('branch %s is %s', (text, expected) => {
  expect(valueOrKind('branch', text)).toBe(expected);
});

test.each([
  ['https://github.com/acme/shop.git', 'https://github.com/acme/shop'],
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
  ['ssh://git@git.example:2222/acme/shop.git', 'https://git.example/acme/shop'],
  ['https://user:t0ken@git.example/acme/shop/?access=t0ken#x', 'https://git.example/acme/shop'],
  ['https://x.git/', 'https://x.git/'],
  ['file:///srv/git', '(wrong)'],
  ['shop', '(wrong)'],
])('repository %s is %s', (text, expected) => {
  expect(valueOrKind('repositoryUrl', text)).toBe(expected);
});

test.each([
  ['https://ci.example/build?id=7#log', 'https://ci.example/build?id=7#log'],
  ['https://user:t0ken@ci.example/7', 'https://ci.example/7'],
  ['javascript:alert(1)', '(wrong)'],
])('run %s is %s', (text, expected) => {
  expect(valueOrKind('pipelineRunUrl', text)).toBe(expected);
});

test('other fields: commit, service, cohort', () => {
  expect(valueOrKind('commit', 'r1234')).toBe('r1234');
  expect(valueOrKind('commit', 'see below')).toBe('(wrong)');
  expect(valueOrKind('service', 'unknown_service:node')).toBe('(nothing)');
  expect(valueOrKind('service', 'unknown_services')).toBe('unknown_services');
  expect(valueOrKind('cohort', 'Preview')).toBe('canary');
  expect(valueOrKind('cohort', 'before')).toBe('(wrong)');
  expect(['9d59409', '9D59409A', 'f'.repeat(64)].every(looksLikeRevision)).toBe(true);
  expect(['HEAD', '9d5940', '12g4567', 'f'.repeat(65), '9d59409 '].some(looksLikeRevision)).toBe(false);
});

describe('timestamps', () => {
  const moment = fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2099-12-31T23:59:59Z'),
    noInvalidDate: true,
  });

  test('any moment of the century, however it is written', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const ms = date.getTime();
        const whole = new Date(Math.floor(ms / 1000) * 1000).toISOString();
        expect(readTimestamp(date.toISOString())).toBe(date.toISOString());
        expect(readTimestamp(String(ms))).toBe(date.toISOString());
        expect(readTimestamp(String(Math.floor(ms / 1000)))).toBe(whole);
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
        const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
        const hours = two(Math.abs(offset) / 60);
        const minutes = two(Math.abs(offset) % 60);
        const sign = offset < 0 ? '-' : '+';
        expect(readTimestamp(`${local}${sign}${hours}:${minutes}`)).toBe(date.toISOString());
        expect(readTimestamp(`${local.replace('T', ' ')} ${sign}${hours}${minutes}`)).toBe(date.toISOString());
      }),
    );
  });

  test('it agrees with the reader of JavaScript wherever it takes a day and a time', () => {
    const number = (low: number, high: number): fc.Arbitrary<string> =>
      fc.integer({ min: low, max: high }).map((value) => String(value).padStart(2, '0'));
    const parts = fc.tuple(
      number(1990, 2110),
      number(0, 14),
      number(0, 33),
      number(0, 26),
      number(0, 62),
      number(0, 62),
    );
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second]) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
        const read = readTimestamp(text);
        if (read !== null) expect(Date.parse(read)).toBe(Date.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23T10:00Z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23t10:00:00.123456789z', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23T10:00:00+01', '2026-11-23T09:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    // Without a zone it may be hours off.
    ['2026-11-23T10:00:00', null],
    ['2026-02-30T10:00:00Z', null],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-11-23T24:00:00Z', null],
    ['2026-11-23T10:60:00Z', null],
    ['2026-11-23T10:00:60Z', null],
    ['2026-11-23T10:00:00+15:00', null],
    ['2026-11-23T10:00:00+01:60', null],
    ['0', null],
    ['315532800', null],
    ['1999-12-31T23:59:59Z', null],
    ['2100-01-01T00:00:00Z', null],
    ['1795428000000000', null],
    ['1795428000.5', null],
    ['yesterday', null],
    ['Mon Nov 23 10:00:00 UTC 2026', null],
  ])('%s is %s', (text, expected) => {
    expect(readTimestamp(text)).toBe(expected);
  });
});
