import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRolloutGuardError, messageOf, RolloutGuardError, redact } from '../src/errors.ts';
import { OptionCheck } from '../src/options.ts';
import { VERSION } from '../src/version.ts';

describe('RolloutGuardError', () => {
  it('says what, where, with which value, and how to mend it', () => {
    const error = new RolloutGuardError('INVALID_OPTION', 'engine: invalid value', {
      path: 'a.b',
      value: 'x',
      mend: 'Use y.',
    });
    expect(error.message).toBe('engine: invalid value at a.b (got "x"). Use y.');
    expect(error).toMatchObject({
      code: 'INVALID_OPTION',
      path: 'a.b',
      value: 'x',
      mend: 'Use y.',
      name: 'RolloutGuardError',
    });
  });

  it('is recognised by its brand, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('from another copy'), {
      code: 'ABORTED',
      [Symbol.for('rolloutguard.error')]: true,
    });
    expect(isRolloutGuardError(foreign)).toBe(true);
    expect(isRolloutGuardError(foreign, 'ABORTED')).toBe(true);
    expect(isRolloutGuardError(foreign, 'INVALID_OPTION')).toBe(false);
    for (const other of [new Error('x'), null, undefined, 'ABORTED', { code: 'ABORTED' }])
      expect(isRolloutGuardError(other)).toBe(false);
  });

  it('does not print huge values', () => {
    expect(new RolloutGuardError('INVALID_OPTION', 'x', { value: 'a'.repeat(10_000) }).message.length).toBeLessThan(
      200,
    );
  });
});

describe('redact', () => {
  it.each([
    ['https://user:pw@host/x', 'https://[redacted]@host/x'],
    ['Authorization: Bearer abcdefghij', 'Authorization: Bearer [redacted]'],
    ['?api_key=12345&x=1', '?api_key=[redacted]&x=1'],
    ['{"access_token":"abc"}', '{"access_token":"[redacted]"}'],
    ['DD-API-KEY: abc123', 'DD-API-KEY: [redacted]'],
    ['connect ECONNREFUSED 127.0.0.1:9090', 'connect ECONNREFUSED 127.0.0.1:9090'],
    ['basic auth failed', 'basic auth failed'],
  ])('%s', (text, expected) => expect(redact(text)).toBe(expected));

  // Well under a second, and minutes where time grows by the square: the runner's time limit tells.
  it.each(['a-', 'token-', 'basic ', '//', 'key '])('reads 200 kB of %j', (piece) => {
    const text = piece.repeat(200_000 / piece.length);
    expect(redact(`${text}? api-token: abc`).slice(text.length)).toBe('? api-token: [redacted]');
  });
});

describe('messageOf', () => {
  it('has a text for whatever is thrown: it is asked where an error of its own would end an app', () => {
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    const odd = Object.assign(new Error('x'), { message: { reason: 'an object' } });
    for (const thrown of [Object.create(null), hostile, odd, Symbol('s'), undefined, null, 7, () => {}]) {
      expect(messageOf(thrown)).toEqual(expect.any(String));
    }
    expect(messageOf(new Error('token=abc failed'))).toBe('token=[redacted] failed');
  });
});

describe('OptionCheck', () => {
  const check = new OptionCheck('INVALID_OPTION', 'thing');
  it('takes a default only for what is absent', () => {
    expect(check.number('n', undefined, 5, { min: 0 })).toBe(5);
    expect(check.number('n', 0, 5, { min: 0 })).toBe(0);
    expect(() => check.number('n', null, 5, { min: 0 })).toThrow(
      'thing: invalid value at n (got null). Use a finite number at least 0.',
    );
    expect(() => check.number('n', 1.5, 5, { integer: true })).toThrow(/whole number/);
  });
  it('knows no misspelt keys', () => {
    expect(() => check.knownKeys('options', { prot: 1 }, ['port'])).toThrow(/options\.prot.*Known options: port/);
    expect(() => check.knownKeys('options', null, ['port'])).toThrow(/Use an object/);
  });
});

it('VERSION is the version of package.json', () => {
  expect(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version).toBe(VERSION);
});
