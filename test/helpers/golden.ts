import { readFileSync } from 'node:fs';

/** A file of test/fixtures/golden, without its ending. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as T;
}
