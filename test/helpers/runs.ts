/** How often each property is tried: `RUNS=1000` searches for longer; more need a larger `--testTimeout`. */
export const RUNS: number = Number(process.env['RUNS'] ?? 20);
