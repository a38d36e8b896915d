import { configureGlobal } from 'fast-check';
import { afterAll, beforeAll } from 'vitest';

// In CI a property is tried with the same values every time; elsewhere each run searches anew.
if (process.env['CI'] !== undefined) configureGlobal({ seed: 20261123 });

// A library that prints is a nuisance, and a test that prints hides the next warning: console output fails the test.
const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const target = globalThis.console;
const originals = new Map<string, (...args: unknown[]) => void>();

beforeAll(() => {
  for (const method of METHODS) {
    originals.set(method, target[method]);
    target[method] = (...args: unknown[]): void => {
      throw new Error(`console.${method} in a test: ${args.map(String).join(' ')}`);
    };
  }
});

afterAll(() => {
  for (const method of METHODS) target[method] = originals.get(method)!;
});
