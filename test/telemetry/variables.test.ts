import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { KNOWN_VARIABLES, unknownVariables } from '../../src/telemetry/variables.ts';

test('every variable that the sources name is a known one, and every known one is named', () => {
  const room = fileURLToPath(new URL('../../src/telemetry/', import.meta.url));
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && path !== 'variables.ts',
  );
  const named = files.flatMap((path) =>
    readFileSync(join(room, path), 'utf8').match(/(?<=['"])ROLLOUTGUARD_\w+|ROLLOUTGUARD_\w+(?=: ')/g),
  );
  expect([...new Set(named.filter((name) => name !== null))].sort()).toEqual(Object.keys(KNOWN_VARIABLES).sort());
});

describe('variables that begin like ours', () => {
  test('a slip of the pen is named, with what was meant', () => {
    expect(unknownVariables({ ROLLOUTGUARD_DEPLOYMENTID: 'secret' })).toEqual([
      {
        code: 'UNKNOWN_VARIABLE',
        message: 'ROLLOUTGUARD_DEPLOYMENTID is not known and not used. Did you mean ROLLOUTGUARD_DEPLOYMENT_ID?',
      },
    ]);
  });

  test('what Kubernetes sets for a Service called rolloutguard is none of ours', () => {
    const links = [
      'ROLLOUTGUARD_SERVICE_HOST',
      'ROLLOUTGUARD_SERVICE_PORT',
      'ROLLOUTGUARD_SERVICE_PORT_HTTP',
      'ROLLOUTGUARD_PORT',
      'ROLLOUTGUARD_PORT_8080_TCP',
      'ROLLOUTGUARD_DECISIONS_PORT_8080_TCP_ADDR',
    ];
    expect(unknownVariables(Object.fromEntries(links.map((name) => [name, 'x'])))).toEqual([]);
  });

  test('other variables, and a thousand of them, do not fill the log', () => {
    const env = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`ROLLOUTGUARD_X${index}`, '']));
    expect(unknownVariables({ ...env, ROLLOUT: 'x', rolloutguard_cohort: 'x' })).toHaveLength(10);
    expect(unknownVariables({ 'ROLLOUTGUARD_\u001b[31m': '' })[0]?.message).not.toContain('\u001b');
  });
});
