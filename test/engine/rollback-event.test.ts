import { describe, expect, it } from 'vitest';
import { rollbackEvent, rollbackFailedEvent } from '../../src/engine/rollback-event.ts';
import type { Decision } from '../../src/ports/decision.ts';

const REF = { service: 'checkout', deploymentId: 'deploy-42' };

describe('events of rollbacks', () => {
  it('say what happened to which deployment, and by which decision', () => {
    const decision = { verdict: 'rollback' } as Decision;
    expect(rollbackEvent(REF, 7, 'error rate 3x', decision)).toEqual({
      schemaVersion: 1,
      id: 'deployment.rollback/checkout/deploy-42',
      type: 'deployment.rollback',
      ...REF,
      timestampMs: 7,
      severity: 'high',
      reason: 'error rate 3x',
      decision,
    });
    expect(rollbackFailedEvent(REF, 7, 'forbidden', decision)).toMatchObject({
      type: 'deployment.rollback_failed',
      decision,
    });
  });
  it('have no decision, not an undefined one, when a human rolled back', () => {
    expect(rollbackEvent(REF, 7, 'by hand')).not.toHaveProperty('decision');
    expect(rollbackFailedEvent(REF, 7, 'by hand')).not.toHaveProperty('decision');
  });
  it('keep their id however often and whenever they are sent, and share it with no other event', () => {
    expect(rollbackEvent(REF, 7, 'error rate 3x').id).toBe(rollbackEvent(REF, 8, 'latency').id);
    const ids = [
      rollbackEvent(REF, 7, '').id,
      rollbackFailedEvent(REF, 7, '').id,
      rollbackEvent({ service: 'a/b', deploymentId: 'c' }, 7, '').id,
      rollbackEvent({ service: 'a', deploymentId: 'b/c' }, 7, '').id,
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
