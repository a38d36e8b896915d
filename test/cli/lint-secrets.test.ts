/** What lint prints lands in logs that more people read than the manifests: no credential may stand there. */
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/command-line.ts';

const WEB = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: a}
spec:
  metrics:
    - name: m
      provider:
        web:
          url: https://example.com
`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n';

const CASES: readonly [string, string][] = [
  [
    'a token with an unknown arg',
    `${WEB}          headers:\n            - key: X\n              value: hunter2-{{args.q}}\n`,
  ],
  ['a header in braces', `${WEB}          headers: [{key: X, vlaue: hunter2}]\n`],
  ['a bearer anywhere', `${WEB}          body: Bearer hunter2 {{args.q}}\n`],
  [
    'an authentication',
    `${WEB}          authentication:\n            oauth2: {tokenUrl: u, clientId: i, clientSecret: "hunter2{{args.q}}"}\n`,
  ],
  ['user and password of an address', `${WEB.trimEnd()}/\n`.replace('https://', 'https://me:hunter2@{{args.q}}')],
  ['a key that names a password', `${WEB}          dbPassword: hunter2\n`],
  [
    'a key in quotes',
    '{"apiVersion": "v1", "kind": "Pod", "a": 1,\n "api_key": "hunter2", "a": 2,\n "apiKey": "hunter2" 5}',
  ],
  ['a boolean in a Secret', `${SECRET}  on: hunter2\n  a: &x hunter2\n  b: !odd hunter2\n`],
  ['broken text of a Secret', `${SECRET}  a: "hunter2" "hunter2\n  b: hunter2: c\n`],
  [
    'broken text of a header',
    `${WEB}          headers:\n            - key: X\n              value: "hunter2" hunter2\n`,
  ],
  ['a broken line of a token', 'a:\n  b: 1\n token: "hunter2\n c: {\n'],
  ...[
    '@hunter2',
    '`hunter2',
    '"\\hunter2"',
    '"\\x!hunter2"',
    '|hunter2',
    '>-hunter2',
    '"a" hunter2',
    '!<hunter2',
    '!hunter2! a',
    '!a!hunter2 b',
    '[a]hunter2',
    '{a: 1}}hunter2',
  ].map((value): [string, string] => [`a token that is no YAML: ${value}`, `a:\n  b: 1\n  token: ${value}\n`]),
  ['a directive that is none', '%hunter2 token=\n---\na: 1\n'],
  ['a tag that its directive does not give', '%TAG hunter2 token=\n---\na: 1\n'],
];

describe.each(['text', 'json', 'sarif', 'github'])('as %s', (format) => {
  test.each(CASES)('%s', async (_name, stdin) => {
    const { code, stdout } = await runCli(['lint', '--format', format, '--fail-on', 'advice', '-'], { stdin });
    expect(code).toBe(1);
    expect(stdout).not.toContain('hunter2');
  });
});

test('the key stays, with the caret below what it holds', async () => {
  const stdin = `${WEB}          headers:\n            - key: X\n              value: hunter2-{{args.q}}\n`;
  const { stdout } = await runCli(['lint', '-'], { stdin });
  expect(stdout).toContain('\n  12 |               value: [hidden]\n     |               ^^^^^^^^^^^^^^^\n');
});

test('what is no secret is shown', async () => {
  const { stdout } = await runCli(['lint', '-'], { stdin: `${WEB}          vlaue: here\n` });
  expect(stdout).toContain('\n  10 |           vlaue: here\n');
});
