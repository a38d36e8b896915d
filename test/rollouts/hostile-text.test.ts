/** What findings and errors say of texts that would do something to a terminal, or that nobody should read in a log. */
import { expect, test } from 'vitest';
import { InvalidObjectsError } from '../../src/rollouts/builders/build.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, service, template } from './cases/objects.ts';
import { FULL_OBJECTS } from './full-objects.ts';
import { pathsOf, replaced } from './spoil.ts';

const DECEPTIVE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const HOSTILE = '\u001b[2J\n::error::\u009b\u202e\ud800';

test('no finding has a control character, wherever one stands', () => {
  const findings = FULL_OBJECTS.flatMap((object, index) =>
    pathsOf(object).flatMap((path) => {
      const value = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], object);
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (typeof value !== 'string' && !isMap) return [];
      const hostile = isMap ? { ...value, [HOSTILE]: '1' } : value + HOSTILE;
      return validate(FULL_OBJECTS.with(index, replaced(object, path, hostile) as (typeof FULL_OBJECTS)[number]));
    }),
  );
  const texts = findings.flatMap(({ message, effect, mend }) => [message, effect, mend]);
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter((text) => DECEPTIVE.test(text))).toEqual([]);
});

test('nor has the error of a builder, but its own line breaks', () => {
  const findings = validate([{ ...canary({ [HOSTILE]: 1, steps: 5 }), metadata: { name: HOSTILE } }]);
  const { message } = new InvalidObjectsError(findings);
  expect(message.split('\n')).toHaveLength(1 + findings.length);
  expect(message.replaceAll('\n', '')).not.toMatch(DECEPTIVE);
});

test('a near name of a megabyte is cut', () => {
  const name = 'x'.repeat(1_000_000);
  const found = validate([canary({ canaryService: `${name}y` }), service(name)]);
  expect(Math.max(...found.map(({ message, mend }) => message.length + mend.length))).toBeLessThan(1000);
});

const SECRET = 'Xq7-secret-9';
const provider = (type: string, settings: object): object => ({
  metrics: [{ name: 'a', provider: { [type]: settings } }],
});
const prometheus = (settings: object): object => provider('prometheus', { query: 'up', ...settings });

test.each<[string, object]>([
  ['the password of an address', prometheus({ address: `u:${SECRET}@host` })],
  ['an authentication', prometheus({ address: 'http://a', authentication: `Bearer ${SECRET}` })],
  ['headers in one text', provider('web', { url: 'http://a', headers: `Authorization: ${SECRET}` })],
  ['a header in one text', provider('web', { url: 'http://a', headers: [`Authorization: ${SECRET}`] })],
  ['a Secret in the place of its name', { args: [{ name: 'token', valueFrom: { secretKeyRef: SECRET } }] }],
])('%s is not quoted', (_name, spec) => {
  const found = validate([template({}, spec as Record<string, unknown>)]);
  expect(found.filter(({ severity }) => severity === 'rejected')).not.toEqual([]);
  expect(JSON.stringify(found)).not.toContain(SECRET);
});

test('values on which templates do not agree are not quoted: an arg may be a token', () => {
  const templates = ['a', 'b'].map((name) => ({
    ...template({}, { args: [{ name: 'token', value: SECRET + name }] }),
    metadata: { name },
  }));
  const analysis = { templates: [{ templateName: 'a' }, { templateName: 'b' }] };
  const found = validate([canary({ steps: [{ analysis }] }), ...templates]);
  expect(found.map(({ code }) => code)).toContain('args-conflict');
  expect(JSON.stringify(found)).not.toContain(SECRET);
});
