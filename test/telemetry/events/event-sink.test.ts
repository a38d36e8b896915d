import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import type { DeploymentEvent, EventSink } from '../../../src/ports/event-sink.ts';
import { type TelemetryEventSink, telemetryEventSink } from '../../../src/telemetry/events/event-sink.ts';
import type { EventRecord } from '../../../src/telemetry/events/record.ts';
import { occupy, type TelemetryHandle } from '../../../src/telemetry/handle.ts';
import { eventSinkContract } from '../../../src/testing/contracts.ts';

/** Telemetry that keeps what is emitted through it. */
function startFake(): { emitted: EventRecord[] } & Disposable {
  const emitted: EventRecord[] = [];
  const emit = (event: EventRecord): void => void emitted.push(event);
  const stop = occupy({ handle: {} as TelemetryHandle, report: () => {}, emit });
  return { emitted, [Symbol.dispose]: stop };
}

const live = { signal: new AbortController().signal };

const rollback: DeploymentEvent = {
  schemaVersion: 1,
  id: 'shop/deploy-7/rollback',
  type: 'deployment.rollback',
  service: 'shop',
  deploymentId: 'deploy-7',
  timestampMs: 1_000,
  severity: 'high',
  reason: 'error rate 2.1x stable',
  decision: {
    verdict: 'rollback',
    cause: 'deployment',
    policyDigest: 'sha256:1',
    evidence: [],
  } as unknown as NonNullable<DeploymentEvent['decision']>,
};

test('it fits the port, which this room does not know', () => {
  expectTypeOf<TelemetryEventSink>().toExtend<EventSink>();
});

eventSinkContract({
  test: (name, run) => test(name, run),
  create: () => {
    const fake = startFake();
    onTestFinished(() => fake[Symbol.dispose]());
    const received = (): string[] => fake.emitted.map(({ attributes }) => String(attributes['rolloutguard.event.id']));
    return { sink: telemetryEventSink(), received };
  },
});

describe('what the engine tells', () => {
  test('an event names the deployment that was judged, and the decision in short', async () => {
    using fake = startFake();
    await telemetryEventSink().emit(rollback, live);
    expect(fake.emitted).toEqual([
      {
        name: 'rolloutguard.deployment.rolled_back',
        severity: 'ERROR',
        timestampMs: 1_000,
        attributes: {
          'rolloutguard.event.id': 'shop/deploy-7/rollback',
          'rolloutguard.deployment.service': 'shop',
          'deployment.id': 'deploy-7',
          'rolloutguard.event.reason': 'error rate 2.1x stable',
          'rolloutguard.decision.verdict': 'rollback',
          'rolloutguard.decision.cause': 'deployment',
          'rolloutguard.decision.policy_digest': 'sha256:1',
        },
      },
    ]);
  });

  test.each<[DeploymentEvent['type'], DeploymentEvent['severity'], string, string]>([
    ['deployment.started', 'info', 'rolloutguard.deployment.started', 'INFO'],
    ['deployment.promoted', 'info', 'rolloutguard.deployment.promoted', 'INFO'],
    ['deployment.rollback_failed', 'high', 'rolloutguard.deployment.rollback_failed', 'ERROR'],
    ['deployment.escalation', 'warning', 'rolloutguard.deployment.escalation', 'WARN'],
  ])('%s, %s', async (type, severity, name, level) => {
    using fake = startFake();
    const { decision: _, reason: __, ...bare } = rollback;
    await telemetryEventSink().emit({ ...bare, type, severity }, live);
    expect(fake.emitted).toMatchObject([{ name, severity: level }]);
    expect(Object.keys(fake.emitted[0]?.attributes ?? {})).toHaveLength(3);
  });

  test('an unknown event is refused', async () => {
    using fake = startFake();
    const emit = telemetryEventSink().emit({ ...rollback, type: 'constructor' });
    await expect(emit).rejects.toSatisfy((error) => isRolloutGuardError(error, 'INVALID_OPTION'));
    expect(fake.emitted).toEqual([]);
  });

  test('without telemetry an event is refused, and can be told again', async () => {
    const sink = telemetryEventSink();
    await expect(sink.emit(rollback)).rejects.toSatisfy((error) => isRolloutGuardError(error, 'INVALID_STATE'));
    using fake = startFake();
    await sink.emit(rollback);
    expect(fake.emitted).toHaveLength(1);
  });

  test('ids are forgotten at some time: a guard that runs for months keeps its memory', async () => {
    using fake = startFake();
    const sink = telemetryEventSink();
    for (let index = 0; index <= 1000; index++) await sink.emit({ ...rollback, id: `event-${index}` });
    await sink.emit({ ...rollback, id: 'event-1000' });
    expect(fake.emitted).toHaveLength(1001);
    await sink.emit({ ...rollback, id: 'event-0' });
    expect(fake.emitted).toHaveLength(1002);
  });
});
