import type { ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import shared from './vitest.config.ts';

/** Files whose single tests take longest. A mutant is done with at the first test that fails, so they come last. */
const SLOW: readonly string[] = [
  'statistics/limit-evidence.test.ts',
  'statistics/evidence-curve.test.ts',
  'engine/parse-policy.test.ts',
  'engine/latency.test.ts',
  'engine/incident-watch.test.ts',
  'engine/decide.test.ts',
  'statistics/limit-evidence-state.test.ts',
];

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => SLOW.findIndex((name) => moduleId.endsWith(name));
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests that mutants of `src/engine` and `src/statistics` meet. */
const config: ViteUserConfig = {
  test: {
    ...shared.test,
    include: ['test/{engine,statistics}/**/*.test.ts'],
    // Every mutant that survives costs one run of all tests that reach it, instrumented and several times slower. Simulations
    // and the properties of whole engines (test/properties) reach everything, and would take hours; without them the others
    // have to notice by themselves.
    exclude: ['**/*simulation.test.ts'],
    env: { MUTATION: '1' },
    sequence: { sequencer: QuickFirst },
  },
};

export default config;
