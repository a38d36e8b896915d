/** What a Rollout does when an analysis of it ends (Argo: rollout/analysis.go, rollout/pause.go). */
import { OptionCheck } from '../../options.ts';
import type { AnalysisPhase } from '../types/analysis-run.ts';

/** Where an analysis stands in a Rollout. */
export type AnalysisPlace = 'step' | 'background' | 'prePromotion' | 'postPromotion';

/**
 * `abort`: traffic goes back to the stable version. `pause`: everything stands still until somebody promotes or aborts.
 * `advance`: the step is done, the switch may be made, the new version is stable. `none`: it goes on as it was.
 */
export interface RolloutEffect {
  readonly action: 'abort' | 'pause' | 'advance' | 'none';
  /** What happens then, in a sentence. */
  readonly explanation: string;
}

const ADVANCE: Readonly<Record<AnalysisPlace, string>> = {
  step: 'The step is done and the next one begins.',
  background: 'The run is over and is not repeated: what is left of the rollout is not watched by it.',
  prePromotion: 'The active Service may be switched to the new version.',
  postPromotion: 'The new version is stable, and the old one may be scaled down.',
};

/**
 * What the Rollout does when its analysis run is in that phase. Argo makes no difference between metrics that are bad and
 * metrics that could not be measured: both abort.
 *
 * @param place where the analysis stands in the Rollout. Default `step`.
 * @throws RolloutGuardError `INVALID_OPTION` when there is no such place.
 */
export function rolloutEffect(phase: AnalysisPhase, place: AnalysisPlace = 'step'): RolloutEffect {
  new OptionCheck('INVALID_OPTION', 'rolloutEffect').oneOf('place', place, 'step', Object.keys(ADVANCE));
  switch (phase) {
    case 'Failed':
    case 'Error':
      return { action: 'abort', explanation: 'The rollout is aborted: traffic goes back to the stable version.' };
    case 'Inconclusive':
      return {
        action: 'pause',
        explanation: 'The rollout is paused (InconclusiveAnalysisRun): steps, scaling and switching wait for a person.',
      };
    case 'Successful':
      return { action: place === 'background' ? 'none' : 'advance', explanation: ADVANCE[place] };
    default:
      return {
        action: 'none',
        explanation: place === 'background' ? 'The steps go on beside it.' : 'The rollout waits for it.',
      };
  }
}
