/** Argo: utils/rollout/rolloututil.go. */
import { describe, expect, test } from 'vitest';
import { calculateRolloutPhase, type ObservedRollout, rolloutPhase } from '../../../src/rollouts/semantics/index.ts';
import type { RolloutSpec } from '../../../src/rollouts/types/rollout.ts';
import type { ArgoRolloutStatus, RolloutCondition } from '../../../src/rollouts/types/rollout-status.ts';

const AT = '2026-01-31T12:00:00Z';
const HEALTHY: ArgoRolloutStatus = {
  ...{ replicas: 4, updatedReplicas: 4, availableReplicas: 4, currentPodHash: 'new', stableRS: 'new' },
  blueGreen: { activeSelector: 'new' },
};
const BASIC: RolloutSpec = { replicas: 4, strategy: { canary: {} } };
const BLUE_GREEN: RolloutSpec = { replicas: 4, strategy: { blueGreen: { activeService: 'api' } } };

function condition(change: Partial<RolloutCondition>): RolloutCondition {
  return {
    type: 'Progressing',
    status: 'False',
    reason: 'r',
    message: 'why',
    lastUpdateTime: AT,
    lastTransitionTime: AT,
    ...change,
  };
}

function rollout(status: ArgoRolloutStatus, spec: Partial<RolloutSpec> = {}): ObservedRollout {
  return { spec: { ...BASIC, ...spec } as RolloutSpec, status: { ...HEALTHY, ...status } };
}

describe('calculateRolloutPhase, in its order', () => {
  test.each<[string, ObservedRollout, string, string]>([
    [
      'an invalid spec',
      rollout({ conditions: [condition({ type: 'InvalidSpec', status: 'True' })] }),
      'Degraded',
      'InvalidSpec: why',
    ],
    [
      'an abort, whatever the condition says',
      rollout({ conditions: [condition({ reason: 'RolloutAborted' })] }, { paused: true }),
      'Degraded',
      'RolloutAborted: why',
    ],
    [
      'the deadline',
      rollout({ conditions: [condition({ type: 'Available', reason: 'ProgressDeadlineExceeded' })] }),
      'Degraded',
      'ProgressDeadlineExceeded: why',
    ],
    [
      'the first condition that says so',
      rollout({ conditions: [condition({ reason: 'RolloutAborted' }), condition({ type: 'InvalidSpec' })] }),
      'Degraded',
      'RolloutAborted: why',
    ],
    [
      'paused by hand',
      rollout({ pauseConditions: [{ reason: 'CanaryPauseStep', startTime: AT }] }, { paused: true }),
      'Paused',
      'manually paused',
    ],
    [
      'paused by a step',
      rollout({ pauseConditions: [{ reason: 'CanaryPauseStep', startTime: AT }], updatedReplicas: 1 }),
      'Paused',
      'CanaryPauseStep',
    ],
    ['restarting', rollout({}, { restartAt: AT }), 'Progressing', 'rollout is restarting'],
    ['restarted', rollout({ restartedAt: '2026-01-31T13:00:00+01:00' }, { restartAt: AT }), 'Healthy', ''],
    [
      'too few new pods',
      rollout({ updatedReplicas: 3, availableReplicas: 0 }),
      'Progressing',
      'more replicas need to be updated',
    ],
    [
      'new pods not available',
      rollout({ availableReplicas: 3 }),
      'Progressing',
      'updated replicas are still becoming available',
    ],
    ['old pods of a basic canary', rollout({ replicas: 5 }), 'Progressing', 'old replicas are pending termination'],
    [
      'old pods behind a router',
      rollout({ replicas: 5 }, { strategy: { canary: { trafficRouting: {} } } }),
      'Healthy',
      '',
    ],
    ['a canary that is not stable', rollout({ stableRS: 'old' }), 'Progressing', 'waiting for all steps to complete'],
    [
      'no stable version yet',
      rollout({ stableRS: '', currentPodHash: '' }),
      'Progressing',
      'waiting for all steps to complete',
    ],
    ['healthy', rollout({}), 'Healthy', ''],
    [
      'scaled to nothing is healthy',
      rollout({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, { replicas: 0 }),
      'Healthy',
      '',
    ],
  ])('%s', (_name, given, phase, message) => {
    expect(calculateRolloutPhase(given)).toEqual({ phase, message });
  });

  test('one replica is wanted when none is written', () => {
    const { replicas: _, ...spec } = BASIC;
    expect(calculateRolloutPhase({ spec, status: { ...HEALTHY, updatedReplicas: 0 } }).phase).toBe('Progressing');
  });

  test.each<[string, ArgoRolloutStatus, Partial<RolloutSpec>, string]>([
    ['the active Service', { blueGreen: { activeSelector: 'old' } }, BLUE_GREEN, 'active service cutover pending'],
    ['no active Service yet', { blueGreen: {} }, BLUE_GREEN, 'active service cutover pending'],
    ['verification', { stableRS: 'old' }, BLUE_GREEN, 'waiting for post-promotion verification to complete'],
    [
      'analysis',
      {
        stableRS: 'old',
        blueGreen: { activeSelector: 'new', postPromotionAnalysisRunStatus: { name: 'run', status: 'Running' } },
      },
      { strategy: { blueGreen: { activeService: 'api', postPromotionAnalysis: { templates: [] } } } },
      'waiting for analysis to complete',
    ],
    [
      'verification after analysis',
      {
        stableRS: 'old',
        blueGreen: { activeSelector: 'new', postPromotionAnalysisRunStatus: { name: 'run', status: 'Successful' } },
      },
      { strategy: { blueGreen: { activeService: 'api', postPromotionAnalysis: { templates: [] } } } },
      'waiting for post-promotion verification to complete',
    ],
  ])('blue-green waits for %s', (_name, status, spec, message) => {
    expect(calculateRolloutPhase(rollout(status, spec))).toEqual({ phase: 'Progressing', message });
  });

  test('blue-green, done', () => {
    expect(calculateRolloutPhase(rollout({ replicas: 8 }, BLUE_GREEN)).phase).toBe('Healthy');
  });
});

describe('rolloutPhase, before it trusts the status', () => {
  const said: ArgoRolloutStatus = { phase: 'Healthy', message: 'as the controller says' };

  test('counts an empty phase as none, as a controller before 1.0 leaves it', () => {
    const silent = { phase: '', message: 'm' } as unknown as ArgoRolloutStatus;
    expect(rolloutPhase(rollout(silent))).toEqual({ phase: 'Healthy', message: '' });
  });

  test.each<[string, Omit<ObservedRollout, 'spec'> & { spec?: Partial<RolloutSpec> }, string, string]>([
    [
      'the status is trusted',
      { metadata: { generation: 5 }, status: { observedGeneration: '5' } },
      'Healthy',
      'as the controller says',
    ],
    [
      'a status that is older',
      { metadata: { generation: 5 }, status: { observedGeneration: '4' } },
      'Progressing',
      'waiting for rollout spec update to be observed',
    ],
    [
      'a hash, as old releases wrote it',
      { metadata: { generation: 5 }, status: { observedGeneration: '6c9f' } },
      'Healthy',
      'as the controller says',
    ],
    [
      'a hash that looks like a number',
      { metadata: { generation: 5 }, status: { observedGeneration: '65432' } },
      'Healthy',
      'as the controller says',
    ],
    ['somebody promotes', { status: { controllerPause: true } }, 'Progressing', 'waiting for rollout to unpause'],
    [
      'the controller pauses',
      { status: { controllerPause: true, pauseConditions: [{ reason: 'CanaryPauseStep', startTime: AT }] } },
      'Healthy',
      'as the controller says',
    ],
    [
      'a workload that is newer',
      {
        metadata: { annotations: { 'rollout.argoproj.io/workload-generation': '3' } },
        spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } },
        status: { workloadObservedGeneration: '2' },
      },
      'Progressing',
      'waiting for rollout spec update to be observed for the reference workload',
    ],
    [
      'a workload that was seen',
      {
        metadata: { annotations: { 'rollout.argoproj.io/workload-generation': '3' } },
        spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } },
        status: { workloadObservedGeneration: '3' },
      },
      'Healthy',
      'as the controller says',
    ],
  ])('%s', (_name, { metadata, spec, status }, phase, message) => {
    const given: ObservedRollout = {
      spec: { ...BASIC, ...spec },
      status: { ...said, ...status },
      ...(metadata ? { metadata } : {}),
    };
    expect(rolloutPhase(given)).toEqual({ phase, message });
  });

  test('a status without a phase is calculated', () => {
    expect(rolloutPhase({ spec: BASIC }).message).toBe('more replicas need to be updated');
  });
});
