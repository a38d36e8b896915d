/** Runs the benches by name: `npm run bench [-- name [runs]]`. Without a name, all of them. */
import { benchImportCost } from './import-cost.ts';
import { benchIntervalLength } from './interval-length.ts';
import { benchLint } from './lint.ts';
import { benchPlanner } from './planner/main.ts';
import { benchReplay } from './replay.ts';
import { benchSpeed } from './speed.ts';
import { benchValidation } from './validation.ts';
import { benchWindowEnd } from './window-end.ts';

const [name, ...rest] = process.argv.slice(2);
const [runs] = rest;

const BENCHES: Record<string, (runs: number | undefined) => void | Promise<void>> = {
  'interval-length': (runs) => benchIntervalLength(runs ?? 400, console.log),
  speed: (runs) => benchSpeed(runs ?? 15, console.log),
  replay: (runs) => benchReplay(runs ?? 1000, console.log),
  'window-end': (runs) => benchWindowEnd(runs ?? 100, console.log),
  'import-cost': (runs) => benchImportCost(runs ?? 21, console.log),
  validation: (runs) => benchValidation(runs ?? 1000, console.log),
  lint: (runs) => benchLint(runs ?? 1000, console.log),
  planner: () => benchPlanner(rest, console.log),
};

const chosen = name === undefined ? Object.keys(BENCHES) : [name];
for (const bench of chosen) {
  if (!(bench in BENCHES)) {
    console.error(`No bench is called "${bench}". Known: ${Object.keys(BENCHES).join(', ')}.`);
    process.exit(2);
  }
  console.log(`\n## ${bench}\n`);
  await BENCHES[bench]!(runs === undefined ? undefined : Number(runs));
}
