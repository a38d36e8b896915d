/** The options of Node that decide what runs before the app: from NODE_OPTIONS and from the command line. */
import { HIDDEN, shownName } from '../shown-text.ts';

/** A module that Node loads before the app. */
export interface PreloadedModule {
  readonly option: '--import' | '--require' | '--loader';
  readonly specifier: string;
}

const OPTION_OF: Readonly<Record<string, PreloadedModule['option']>> = {
  '--import': '--import',
  '--require': '--require',
  '-r': '--require',
  '--loader': '--loader',
  '--experimental-loader': '--loader',
};

/** Longest text of options that is looked at, in characters. */
const MAX_TEXT = 16_384;

/** The words of NODE_OPTIONS as Node splits them: at spaces; double quotes keep words together, a backslash within them escapes. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  const given = text.slice(0, MAX_TEXT);
  for (let i = 0; i < given.length; i++) {
    const character = given[i] as string;
    if (quoted && character === '\\' && i + 1 < given.length) {
      word = (word ?? '') + given[++i];
    } else if (character === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (character === ' ' && !quoted) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

/** The modules that these options load. */
export function preloadedModules(words: readonly string[]): PreloadedModule[] {
  const modules: PreloadedModule[] = [];
  for (let i = 0; i < words.length; i++) {
    const [name, inline] = splitOption(words[i] as string);
    if (!Object.hasOwn(OPTION_OF, name)) continue;
    const specifier = inline ?? words[++i];
    if (specifier !== undefined) modules.push({ option: OPTION_OF[name] as PreloadedModule['option'], specifier });
  }
  return modules;
}

/** The options as they may be shown: which there are, and of their values only the modules that are loaded. */
export function shownOptions(words: readonly string[]): string {
  const shown: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const [name, inline] = splitOption(word);
    if (Object.hasOwn(OPTION_OF, name)) {
      const specifier = inline ?? words[++i];
      shown.push(name, ...(specifier === undefined ? [] : [shownSpecifier(specifier)]));
    } else {
      // A word that is no option is the value of the one before it.
      shown.push(/^--?[a-z][a-z\d-]*$/.test(name) ? `${name}${inline === undefined ? '' : `=${HIDDEN}`}` : HIDDEN);
    }
  }
  return shownName(shown.join(' '));
}

/** A module's name or path. What is no such thing, such as the code of a `data:` URL, stays hidden. */
export function shownSpecifier(specifier: string): string {
  return /^(?:file:\/\/\/)?[\w@./\\~+-]{1,300}$/.test(specifier) ? specifier : HIDDEN;
}

function splitOption(word: string): [name: string, value: string | undefined] {
  const at = word.startsWith('-') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
