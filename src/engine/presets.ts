/**
 * Policies for three common kinds of service. What each can see, by when, and what it cannot, is told in `docs/presets.md`
 * with measured figures.
 */
import { OptionCheck } from '../options.ts';
import { errorRate } from './criteria/error-rate.ts';
import { latency } from './criteria/latency.ts';
import { saturation } from './criteria/saturation.ts';
import { crashLoop, panicErrorRate, unansweredShare } from './hard-stops.ts';
import { completeOptions } from './json-schema.ts';
import { definePolicy, type EvidencePolicy, type OnMissing, type PolicyOptions } from './policy.ts';
import { evidenceSchema } from './policy-schema.ts';

/**
 * What a preset is changed in. Fields replace those of the preset. Criteria and hard stops are merged by name: one that has
 * the name of one of the preset takes its place, others are added. To judge less, make a criterion `informational`.
 */
export type PresetOverrides = Partial<PolicyOptions>;

const HOUR_SECONDS = 3600;

/**
 * For services that answer people: at least about 5 requests a second at the canary. Errors count twice as much as the p99;
 * half an hour to decide.
 *
 * @throws RolloutGuardError `INVALID_POLICY` as {@link definePolicy}.
 */
export function webService(overrides: PresetOverrides = {}): EvidencePolicy {
  return preset(
    'webService',
    {
      deadlineSeconds: HOUR_SECONDS / 2,
      criteria: [errorRate({ importance: 'critical' }), latency()],
      hardStops: [unansweredShare(), crashLoop()],
    },
    overrides,
  );
}

/**
 * For services whose canary gets less than about 5 requests a second. Nearly all of the budget goes to errors, the p90
 * stands for latency since nobody can know a p99, and there are two hours to decide.
 *
 * @throws RolloutGuardError `INVALID_POLICY` as {@link definePolicy}.
 */
export function lowTraffic(overrides: PresetOverrides = {}): EvidencePolicy {
  return preset(
    'lowTraffic',
    {
      soakSeconds: 600,
      deadlineSeconds: 2 * HOUR_SECONDS,
      criteria: [errorRate({ importance: 'critical' }), latency({ quantile: 0.9, weight: 0.4 })],
      hardStops: [panicErrorRate({ max: 0.5 }), unansweredShare(), crashLoop()],
    },
    overrides,
  );
}

/**
 * For workers that take jobs from a queue: a request is a job, an error a failed one, its latency how long it ran. No job for
 * a while is no fault. Pods may report their memory as measure `memory`; where they do not, nothing waits for it.
 *
 * @throws RolloutGuardError `INVALID_POLICY` as {@link definePolicy}.
 */
export function batchWorker(overrides: PresetOverrides = {}): EvidencePolicy {
  return preset(
    'batchWorker',
    {
      soakSeconds: HOUR_SECONDS / 2,
      deadlineSeconds: 4 * HOUR_SECONDS,
      onMissing: { noTraffic: 'continue' },
      criteria: [
        errorRate({ name: 'failed jobs', importance: 'critical' }),
        latency({ name: 'job duration p90', quantile: 0.9, maxRelativeIncrease: 0.25, promoteWithin: 1.5 }),
        saturation('memory', { compare: 'growth', weight: 0.5 }),
      ],
      hardStops: [panicErrorRate({ max: 0.5 }), crashLoop()],
    },
    overrides,
  );
}

function preset(caller: string, base: PolicyOptions, overrides: PresetOverrides): EvidencePolicy {
  // Checked before they are merged: what is refused is then named by its place in them, not in the whole policy.
  completeOptions(new OptionCheck('INVALID_POLICY', caller), evidenceSchema, overrides);
  const { criteria = [], hardStops = [], onMissing, ...fields } = overrides;
  const missing: Partial<OnMissing> = { ...base.onMissing, ...onMissing };
  return definePolicy({
    ...base,
    ...fields,
    ...(Object.keys(missing).length > 0 ? { onMissing: missing } : {}),
    criteria: merged(base.criteria, criteria),
    hardStops: merged(base.hardStops ?? [], hardStops),
  });
}

function merged<T extends { name: string }>(base: readonly T[], overrides: readonly T[]): T[] {
  // Two of one name both stay, so that definePolicy() refuses them.
  const replaced = base.flatMap((own) => {
    const others = overrides.filter(({ name }) => name === own.name);
    return others.length > 0 ? others : [own];
  });
  return [...replaced, ...overrides.filter(({ name }) => !base.some((own) => own.name === name))];
}
