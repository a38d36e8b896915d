/**
 * How fast rollouts are validated, as objects and as a tree of files. Run: `npm run bench -- validation [rollouts]`.
 */
import { performance } from 'node:perf_hooks';
import { validate } from '../src/rollouts/index.ts';
import { median } from './figures.ts';
import { DOCUMENTS, serviceObjects } from './validation-objects.ts';

const ROUNDS = 5;

/** Prints seconds for as many rollouts. */
export function benchValidation(rollouts: number, print: (line: string) => void): void {
  const objects = Array.from({ length: rollouts }, (_, i) => serviceObjects(i)).flat();
  let found = 0;
  // The first round is what a run of the linter has: nothing compiled yet.
  const seconds = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    found = validate(objects).length;
    return (performance.now() - from) / 1000;
  });
  print(
    `${rollouts} rollouts with ${DOCUMENTS - 1} objects each: ${seconds[0]!.toFixed(2)} s the first time, then ` +
      `${median(seconds.slice(1)).toFixed(2)} s (limit 1 s); ${found} findings`,
  );
}
