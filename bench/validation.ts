/** How fast rollouts are validated as objects; as files: lint.ts. Run: `npm run bench -- validation [rollouts]`. */
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
  const rounds = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    const cpu = process.cpuUsage();
    found = validate(objects).length;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - from) / 1000, cpuSeconds: (user + system) / 1e6 };
  });
  const words = (read: (round: (typeof rounds)[number]) => number): string =>
    `${read(rounds[0]!).toFixed(2)} s the first time, then ${median(rounds.slice(1).map(read)).toFixed(2)} s`;
  print(
    `${rollouts} rollouts with ${DOCUMENTS - 1} objects each: ${words(({ seconds }) => seconds)} (limit 1 s); ` +
      `CPU of all threads: ${words(({ cpuSeconds }) => cpuSeconds)}; ${found} findings`,
  );
}
