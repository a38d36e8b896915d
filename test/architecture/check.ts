import { posix } from 'node:path';
import { type Import, readSource, type SourceFacts } from './imports.ts';
import { FOUNDATION, MAX_LINES, MAY_PRINT, RULES, type Rule } from './rules.ts';

/** Source files by their path from the root of the repository, such as `src/engine/decide.ts`. */
export type Files = Readonly<Record<string, string>>;

/**
 * Checks the house rules and says what breaks them, one line each; an empty list means that the house stands.
 *
 * @param files every file under `src`
 * @param entries the files that are subpath exports
 */
export function findViolations(files: Files, entries: readonly string[]): string[] {
  const facts = new Map(Object.entries(files).map(([path, text]) => [path, readSource(path, text)]));
  const violations: string[] = [];
  for (const [path, source] of facts) {
    violations.push(...checkFile(path, source, entries.includes(path)));
    for (const imported of source.imports) {
      const problem = checkImport(path, imported, facts);
      if (problem !== null) violations.push(`${path}:${imported.line} ${problem}`);
    }
  }
  for (const cycle of findCycles(facts)) violations.push(`import cycle: ${cycle.join(' -> ')}`);
  return violations;
}

/** The room that a file belongs to: `engine`, `adapters/otlp`, `rollouts/yaml`, or the file's own name at the top of `src`. */
function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  if (first === 'adapters' || Object.hasOwn(RULES, `${first}/${second}`)) return `${first}/${second}`;
  return path.split('/').length === 2 ? first.replace(/\.ts$/, '') : first;
}

/** Packages outside of ours that a file names, without their subpaths. */
export function packagesOf(facts: SourceFacts): string[] {
  return facts.imports
    .map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}

function checkFile(path: string, source: SourceFacts, isEntry: boolean): string[] {
  const problems: string[] = [];
  const room = roomOf(path);
  if (!FOUNDATION.includes(room) && ruleOf(room) === undefined) problems.push(`${path} is in a room without a rule`);
  // An entry is a list of names: nobody holds it in mind, and to split it would hide where a name is exported.
  if (source.lineCount > MAX_LINES && !isEntry)
    problems.push(`${path} has ${source.lineCount} lines, more than ${MAX_LINES}`);
  if (!MAY_PRINT.includes(room)) problems.push(...source.consoleUses.map((line) => `${path}:${line} uses the console`));
  if (isEntry) {
    problems.push(...source.starExports.map((line) => `${path}:${line} exports *, but an entry names what it exports`));
  }
  return problems;
}

function checkImport(path: string, imported: Import, facts: ReadonlyMap<string, unknown>): string | null {
  const room = roomOf(path);
  const rule = FOUNDATION.includes(room) ? { runtime: [] } : ruleOf(room);
  if (rule === undefined) return null;
  const { specifier } = imported;
  if (!specifier.startsWith('.')) {
    return rule.outside?.test(specifier) ? null : `${room} may not import ${specifier}`;
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (!facts.has(target)) return `imports ${target}, which does not exist`;
  const targetRoom = roomOf(target);
  if (targetRoom === room || FOUNDATION.includes(targetRoom) || allows(rule.runtime, targetRoom)) return null;
  if (allows(rule.types ?? [], targetRoom)) {
    return imported.typeOnly ? null : `${room} may import only types of ${targetRoom}`;
  }
  return `${room} may not import ${targetRoom}`;
}

function ruleOf(room: string): Rule | undefined {
  return RULES[wildcard(room)];
}

function allows(rooms: readonly string[], room: string): boolean {
  return rooms.includes(wildcard(room));
}

function wildcard(room: string): string {
  return room.startsWith('adapters/') ? 'adapters/*' : room;
}

/** Every file that is met again on a walk along its own imports, once per cycle. Types count: a cycle of types is still two subjects in one. */
function findCycles(facts: ReadonlyMap<string, SourceFacts>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) cycles.push([...trail.slice(seenAt), path]);
    if (seenAt >= 0 || done.has(path)) return;
    for (const { specifier } of facts.get(path)?.imports ?? []) {
      if (specifier.startsWith('.')) walk(posix.join(posix.dirname(path), specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of facts.keys()) walk(path, []);
  return cycles;
}
