import { expect, test } from 'vitest';
import { jsonText } from '../../src/report/json-text.ts';

test('a name from outside cannot steer the terminal, and is still the same name', () => {
  const names = ['\u001b[2J', '\u009b2J', 'a\u202etxt.exe', '\u2028', '\ufeff', 'é 漢'];
  const text = jsonText({ names });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028\ufeff]/);
  expect(text).toContain('é 漢');
  expect(JSON.parse(text)).toEqual({ names });
  expect(text.endsWith('}\n')).toBe(true);
});
