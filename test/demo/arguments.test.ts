import { describe, expect, test } from 'vitest';
import { HELP, parseArguments } from '../../examples/demo/arguments.ts';
import { SCENARIO_NAMES } from '../../examples/demo/scenarios.ts';

const SEED = 4711;

describe('parseArguments', () => {
  test('runs errors by default, judged as itself, with the new seed', () => {
    expect(parseArguments([], SEED)).toEqual({
      help: false,
      scenario: 'errors',
      expect: 'errors',
      outcomeFile: null,
      seed: SEED,
      port: 0,
      reportFolder: 'demo-report',
    });
  });

  test('judges as the scenario that runs, unless told otherwise', () => {
    expect(parseArguments(['--scenario', 'latency'], SEED).expect).toBe('latency');
    expect(parseArguments(['--scenario', 'healthy', '--expect', 'errors'], SEED)).toMatchObject({
      scenario: 'healthy',
      expect: 'errors',
    });
  });

  test('takes a seed, a port and a folder', () => {
    const words = ['--seed', '0', '--port', '8080', '--reports', 'out'];
    expect(parseArguments(words, SEED)).toMatchObject({ seed: 0, port: 8080, reportFolder: 'out' });
  });

  test.each([
    [['--scenario', 'nonsense'], /"nonsense".*errors, latency, down, healthy, external/],
    [['--scenario', 'toString'], /"toString"/],
    [['--scenario', ''], /""/],
    [['--expect', 'Errors'], /--expect.*"Errors"/],
    [['--seed', '-1'], /--seed/],
    [['--seed', '1e3'], /whole number/],
    [['--seed', '4294967296'], /4294967295/],
    [['--port', '65536'], /--port.*65535/],
    [['--port', 'http'], /--port/],
    [['--scenari', 'errors'], /--scenari/],
    [['errors'], /errors/],
    [['--scenario'], /--scenario/],
  ])('refuses %j as a usage error', (words, message) => {
    expect(() => parseArguments(words, SEED)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    );
  });

  test('the help names every scenario', () => {
    for (const name of SCENARIO_NAMES) expect(HELP).toContain(`      ${name}`);
  });
});
