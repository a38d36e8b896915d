/**
 * Spinnaker's Kayenta on error rates of 30 s: the Mann-Whitney interval of the shift at 98 %, "High" where its lower end is
 * above 0 and above a quarter of the estimated shift (`MannWhitneyClassifier` with the limits that `NetflixACAJudge` sets).
 * Meant to be asked once, at the end; many ask it all the time.
 */
import { type BenchJudge, rollbackAt } from '../judge.ts';
import { SampleDifferences, Z_99 } from '../math/mann-whitney.ts';
import { blocksOf, rateOf } from './blocks.ts';

const MEASURE_EVERY_SECONDS = 30;
const TOLERANCE = 0.25;
/** Measurements in each arm from which it is asked. */
const FEWEST = 6;

/** Asked once, at the end. */
export const kayentaEnd: BenchJudge = kayenta('kayenta-end', false);
/** Asked after every measurement. */
export const kayentaPeek: BenchJudge = kayenta('kayenta-peek', true);

function kayenta(name: string, peek: boolean): BenchJudge {
  return {
    name,
    run(scenario) {
      const differences = new SampleDifferences();
      const blocks = blocksOf(scenario, MEASURE_EVERY_SECONDS).filter(({ complete }) => complete);
      for (const [i, block] of blocks.entries()) {
        differences.add(
          [rateOf(block.canaryErrors, block.canaryRequests)],
          [rateOf(block.stableErrors, block.stableRequests)],
        );
        if (i + 1 < FEWEST || (!peek && i + 1 < blocks.length)) continue;
        const { estimate, low } = differences.shift(Z_99);
        if (low > 0 && low > TOLERANCE * Math.abs(estimate)) {
          return rollbackAt(peek ? block.lastInterval : scenario.intervals - 1);
        }
      }
      return rollbackAt(null);
    },
  };
}
