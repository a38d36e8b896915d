import { it } from 'vitest';

/** A test that is a simulation: left out of mutation testing, where every surviving mutant would run it. */
export const itSimulates: typeof it | typeof it.skip = process.env['MUTATION'] === undefined ? it : it.skip;
