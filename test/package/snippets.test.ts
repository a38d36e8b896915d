import { expect, test } from 'vitest';
import { readSnippets } from './checks/snippets.ts';

const markdown = (...lines: string[]): string => lines.join('\n');

test('finds the TypeScript blocks with their heading, line and code', () => {
  const text = markdown(
    '# Title',
    '',
    '## Ask',
    '```ts',
    "import 'a';",
    '',
    'run();',
    '```',
    '```sh',
    'npm test',
    '```',
    '## Tell',
    '```typescript',
    'x;',
    '```',
  );
  expect(readSnippets(text)).toEqual([
    { language: 'ts', heading: 'Ask', line: 4, file: 'line-4.ts', code: "import 'a';\n\nrun();\n", runs: true },
    { language: 'ts', heading: 'Tell', line: 13, file: 'line-13.ts', code: 'x;\n', runs: true },
  ]);
});

test('a block of another language hides what looks like TypeScript or a heading inside', () => {
  expect(readSnippets(markdown('```md', '# no heading', '~~~', '```', '```ts', 'x;', '```'))).toMatchObject([
    { heading: 'README', line: 5 },
  ]);
});

test('no-run needs a reason right above', () => {
  const block = ['```ts no-run', 'x;', '```'];
  expect(readSnippets(markdown('<!-- no-run: needs a cluster -->', '', ...block))).toMatchObject([{ runs: false }]);
  expect(() => readSnippets(markdown('Some text', ...block))).toThrow('line 2: no-run needs a reason');
  expect(() => readSnippets(markdown('<!-- no-run: needs a cluster -->', 'Some text', ...block))).toThrow(
    'needs a reason',
  );
});

test('takes commands too if asked for, and the name of a file from its first line', () => {
  const text = markdown(
    '```ts',
    '// steps.ts',
    'x;',
    '```',
    '```sh',
    'npx rolloutguard --help',
    '```',
    '```yaml',
    'a: 1',
    '```',
  );
  expect(readSnippets(text, ['ts', 'sh'])).toMatchObject([
    { language: 'ts', file: 'steps.ts' },
    { language: 'sh', file: 'line-5.sh', code: 'npx rolloutguard --help\n' },
  ]);
});

test('refuses an unknown mark and an open block', () => {
  expect(() => readSnippets(markdown('```ts norun', 'x;', '```'))).toThrow('unknown mark "norun"');
  expect(() => readSnippets(markdown('```ts', 'x;'))).toThrow('line 1 never closes');
});
