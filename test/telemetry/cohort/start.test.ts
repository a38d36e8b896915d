import { expect, onTestFinished, test } from 'vitest';
import type { BootContext } from '../../../src/telemetry/boot-context.ts';
import { createCohort, type EmittedCohort, type LiveCohort } from '../../../src/telemetry/cohort/cohort.ts';
import type { CohortChange, LiveCohortOptions } from '../../../src/telemetry/cohort/options.ts';
import { startCohort } from '../../../src/telemetry/cohort/start.ts';
import { realFiles, type WatchedFiles } from '../../../src/telemetry/cohort/watched-files.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import { DEFAULT_KEYS } from '../../../src/telemetry/identity/attribute-keys.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { type PodVolume, podVolume } from './pod-volume.ts';

interface Started {
  readonly cohort: LiveCohort;
  readonly problems: TelemetryProblem[];
  readonly undo: (() => void)[];
}

function start(
  options: LiveCohortOptions,
  env: Record<string, string> = {},
  initial: EmittedCohort | null = null,
  files: WatchedFiles = realFiles,
): Started {
  const cohort = createCohort({ initial });
  const problems: TelemetryProblem[] = [];
  const undo: (() => void)[] = [];
  const context = {
    plan: {
      options,
      env,
      keys: DEFAULT_KEYS,
      identity: {
        cohort: initial,
        known: initial === null ? {} : { cohort: { value: initial, source: 'options' } },
      },
    },
    env: envReader(env),
    cohort,
    onStop: (step: () => void) => void undo.push(step),
    report: (problem: TelemetryProblem) => void problems.push(problem),
  };
  startCohort(context as unknown as BootContext, files);
  onTestFinished(() => {
    for (const step of undo) step();
  });
  return { cohort, problems, undo };
}

/** Waits until the cohort is what it should be. */
async function becomes({ cohort }: Started, expected: EmittedCohort): Promise<void> {
  await expect.poll(() => cohort.current, { interval: 5 }).toBe(expected);
}

function canaryVolume(): PodVolume {
  const volume = podVolume({ role: 'canary' });
  onTestFinished(() => volume[Symbol.dispose]());
  return volume;
}

test.each<[string, (labels: string) => [LiveCohortOptions, Record<string, string>]]>([
  ['the option', (labels) => [{ cohortFile: labels }, { ROLLOUTGUARD_COHORT_FILE: '/absent' }]],
  ['the variable', (labels) => [{}, { ROLLOUTGUARD_COHORT_FILE: labels, ROLLOUTGUARD_IDENTITY_FILES: '/absent' }]],
  ['the files of the identity', (labels) => [{}, { ROLLOUTGUARD_IDENTITY_FILES: `/absent,${labels}` }]],
])('the file that %s names is followed', async (_what, given) => {
  const volume = canaryVolume();
  const started = start(...given(volume.labels));
  await becomes(started, 'canary');
  volume.relabel({ role: 'stable' });
  await becomes(started, 'stable');
  expect(started.problems).toEqual([]);
});

test('what was said at the start stands above the file until the file has news; then the newer word counts', async () => {
  const volume = canaryVolume();
  let looks = 0;
  const files: WatchedFiles = {
    ...realFiles,
    read: async (path) => {
      const text = await realFiles.read(path);
      looks++;
      return text;
    },
  };
  const started = start({ cohortFile: volume.labels, cohortPollMs: 20 }, {}, 'baseline', files);
  const changes: unknown[] = [];
  started.cohort.onChange((...change) => changes.push(change));
  await expect.poll(() => looks, { interval: 5 }).toBeGreaterThan(1);
  expect(started.cohort.current).toBe('baseline');
  await started.cohort.set('stable');
  const before = looks;
  await expect.poll(() => looks, { interval: 5 }).toBeGreaterThan(before + 1);
  volume.relabel({ role: 'baseline' });
  await becomes(started, 'baseline');
  expect(changes).toEqual([
    ['stable', 'baseline', 'program'],
    ['baseline', 'stable', 'file'],
  ]);
});

test.each<[LiveCohortOptions, Record<string, string>]>([
  [{ cohortFile: false }, {}],
  [{}, { ROLLOUTGUARD_COHORT_FILE: 'false' }],
  [{ cohortFile: false }, { ROLLOUTGUARD_COHORT_FILE: '/etc/podinfo/labels' }],
])('%j %j follows nothing', (options, env) => {
  const { undo, problems } = start(options, env);
  expect(undo).toEqual([]);
  expect(problems).toEqual([]);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('onCohortChange is told who switched; one that %s is reported and stops nothing', async (_what, fail) => {
  const told: CohortChange[] = [];
  const onCohortChange = (change: CohortChange): unknown => {
    told.push(change);
    return fail();
  };
  const started = start({ cohortFile: false, onCohortChange: onCohortChange as () => void }, {}, 'canary');
  await started.cohort.set('active');
  expect(started.cohort.current).toBe('stable');
  expect(told).toEqual([{ current: 'stable', previous: 'canary', source: 'program' }]);
  await expect.poll(() => started.problems.map(({ code }) => code)).toEqual(['COHORT_LISTENER']);
  expect(started.problems[0]?.message).toContain('onCohortChange threw: broken');
  for (const step of started.undo) step();
  await started.cohort.set('canary');
  expect(told).toHaveLength(1);
});
