import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envReader } from '../../src/telemetry/env-reader.ts';
import { faultOfHeader, isGrpcTarget, isHttpUrl } from '../../src/telemetry/http-fields.ts';

function nodeTakes(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

describe('headers', () => {
  test('what is let through, Node sends: a header that it refuses would make every export fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: 'binary' }), (name, value) => {
        if (faultOfHeader(name, value) === null) expect(nodeTakes(name, value)).toBe(true);
      }),
    );
  });

  test('what Node sends is let through, those aside that the exporter sets itself', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^x-[!#-'*+.^`|~\w-]{0,9}$/),
        fc.string({ unit: 'binary-ascii' }),
        (name, value) => {
          expect(faultOfHeader(name, value) === null).toBe(nodeTakes(name, value));
        },
      ),
    );
  });

  test.each(['Content-Length', 'transfer-encoding', 'CONNECTION'])('%s would cut the request', (name) => {
    expect(faultOfHeader(name, '1')).not.toBeNull();
  });
});

describe('headers of a variable', () => {
  const read = (text: string): [Record<string, string>, string[]] => {
    const reader = envReader({ HEADERS: text });
    return [reader.headers('HEADERS'), reader.problems.map(({ message }) => message)];
  };

  test('are read as OpenTelemetry reads them', () => {
    const text = 'A=1, authorization=Bearer%20a.b== ,b = 2 ;metadata, c=x=y';
    expect(read(text)).toEqual([{ a: '1', authorization: 'Bearer a.b==', b: '2', c: 'x=y' }, []]);
  });

  test('those that HTTP forbids are left out; the first is named by its number, no value is shown', () => {
    const [headers, problems] = read('good=1,evil=secret%0d%0aHost:%20x,bad name=secret,=secret,empty=,%=secret');
    expect(headers).toEqual({ good: '1' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('HEADERS, pair 2');
    expect(problems[0]).not.toContain('secret');
  });

  test('names of objects are ordinary names', () => {
    const [headers] = read('__proto__=1,constructor=2');
    expect(Object.entries(headers)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});

describe('URLs', () => {
  test.each([
    ['http://localhost:4318', true],
    ['https://us%20er:p%40ss@h/base?token=1', true],
    ['http://us%er:p@h/', false],
    ['localhost:4318', false],
    ['ftp://h/', false],
    ['http://', false],
    ['', false],
  ])('%s: http(s) %s', (text, good) => expect(isHttpUrl(text)).toBe(good));

  test.each([
    ['http://h:4317', true],
    ['collector:4317', true],
    ['collector', true],
    ['unix:/run/otel.sock', true],
    ['h:99999', false],
    ['user@h:1', false],
    ['a b', false],
    ['', false],
  ])('%s: gRPC %s', (text, good) => expect(isGrpcTarget(text)).toBe(good));
});
