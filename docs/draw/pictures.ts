/** All pictures that the project draws, by the name of their file. */
import { drawBurst } from './burst.ts';
import { drawEvidence } from './evidence.ts';
import { drawIncident } from './incident.ts';
import { drawLatency } from './latency.ts';
import { drawNoise } from './noise.ts';
import { drawPlanner } from './planner.ts';
import { drawPromotion } from './promotion.ts';
import { drawRatio } from './ratio.ts';
import { drawReplay } from './replay.ts';

/** Each gives the same text whenever it is called. */
export const PICTURES: Readonly<Record<string, () => string>> = {
  noise: drawNoise,
  evidence: drawEvidence,
  burst: drawBurst,
  incident: drawIncident,
  latency: drawLatency,
  promotion: drawPromotion,
  ratio: drawRatio,
  planner: drawPlanner,
  replay: drawReplay,
};

/** Where a picture is kept. */
export function pictureFile(name: string): URL {
  return new URL(`../pictures/${name}.svg`, import.meta.url);
}
