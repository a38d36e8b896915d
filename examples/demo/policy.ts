import { definePolicy, type EvidencePolicy, errorRate, latency } from 'rolloutguard';

/**
 * The rules of this rollout, written down before it. They are the defaults of rolloutguard: 1 % false rollbacks per
 * deployment over all criteria, the default margins, the default cap on what a short burst may prove. Only the times are
 * shortened, so that nobody has to watch for half an hour.
 */
export const policy: EvidencePolicy = definePolicy({
  intervalSeconds: 2, // default 10
  warmUpSeconds: 10, // default 60
  soakSeconds: 30, // default 180
  criteria: [errorRate(), latency()],
});

/** The steps of the canary; after the last one it gets all traffic. */
export const steps: readonly { weight: number; pauseSeconds: number }[] = [
  { weight: 5, pauseSeconds: 10 },
  { weight: 20, pauseSeconds: 10 },
  { weight: 50, pauseSeconds: 40 },
  { weight: 100, pauseSeconds: 0 },
];

/** How long v1 serves alone before the canary starts: what is normal has to be known. */
export const beforeSeconds = 14;
