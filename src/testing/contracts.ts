/**
 * Contract suites: what every implementation of a port must do, ours and yours. They need no test framework: pass the
 * `test` function of the one you use.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * eventSinkContract({ test, create: () => mySink() });
 * ```
 */
import assert from 'node:assert/strict';
import { checkPast } from '../engine/authority.ts';
import { decide } from '../engine/decide.ts';
import { thresholdPolicy } from '../engine/thresholds.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentRecord } from '../ports/deployment-record.ts';
import type { DeploymentEvent, EventSink } from '../ports/event-sink.ts';
import type { MetricsClient, TelemetryQuery } from '../ports/metrics-client.ts';
import type { RolloutClient } from '../ports/rollout-client.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';

/** Registers one test; `test` of vitest, node:test, jest and mocha (`it`) fit. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** What a suite needs. */
export interface ContractOptions<T> {
  test: RegisterTest;
  /** Makes a fresh subject for one test. */
  create: () => T | Promise<T>;
  /** Tests that this implementation cannot pass, each with the reason; they are left out. Unknown names are refused. */
  skip?: Readonly<Record<string, string>>;
}

const live = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });
const aborted = (): { signal: AbortSignal } => ({
  signal: AbortSignal.abort(new Error('aborted by the contract suite')),
});

/** A metrics client, and a query for which it has telemetry of canary and stable. */
export interface MetricsClientSubject {
  client: MetricsClient;
  query: TelemetryQuery;
}

/** What every {@link MetricsClient} must do. */
export function metricsClientContract(options: ContractOptions<MetricsClientSubject>): void {
  suite('MetricsClient', options, {
    'has a name': async ({ client }) => assert.ok(client.name.length > 0),
    'answers about the deployment that was asked for': async ({ client, query }) => {
      const telemetry = await client.getTelemetry(query, live());
      assert.equal(telemetry.service, query.service);
      assert.equal(telemetry.deploymentId, query.deploymentId);
    },
    'gives telemetry that a decision can be made of': async ({ client, query }) => {
      const telemetry = await client.getTelemetry(query, live());
      // decide() refuses counts that are impossible, out of order or overlapping.
      decide(thresholdPolicy(), telemetry, { nowMs: query.toMs });
    },
    'gives plain JSON': async ({ client, query }) => {
      const telemetry = await client.getTelemetry(query, live());
      assert.deepEqual(JSON.parse(JSON.stringify(telemetry)), telemetry);
    },
    'gives nothing after its own watermark, nor a watermark in the future': async ({ client, query }) => {
      const telemetry = await client.getTelemetry(query, live());
      if (telemetry.kind !== 'intervals') return;
      assert.ok(telemetry.completeUntilMs <= query.toMs, 'completeUntilMs is after toMs');
      for (const { endMs } of telemetry.intervals)
        assert.ok(endMs <= telemetry.completeUntilMs, 'an interval ends after completeUntilMs');
    },
    'answers the same question the same way': async ({ client, query }) => {
      assert.deepEqual(await client.getTelemetry(query, live()), await client.getTelemetry(query, live()));
    },
    'has no counts of a service that does not exist': async ({ client, query }) => {
      const unknown = { ...query, service: `${query.service}-that-does-not-exist` };
      const telemetry = await client.getTelemetry(unknown, live());
      if (telemetry.kind === 'intervals') assert.equal(telemetry.intervals.length, 0);
      else assert.equal(telemetry.canary, null);
    },
    'rejects when its signal is aborted': async ({ client, query }) => {
      await assert.rejects(client.getTelemetry(query, aborted()));
    },
  });
}

/** A rollout client whose `active` deployment is in progress with some traffic on the canary. */
export interface RolloutClientSubject {
  client: RolloutClient;
  active: DeploymentRef;
}

/** What every {@link RolloutClient} must do. */
export function rolloutClientContract(options: ContractOptions<RolloutClientSubject>): void {
  const reason = 'contract suite';
  suite('RolloutClient', options, {
    'has a name': async ({ client }) => assert.ok(client.name.length > 0),
    'reports the active deployment with its share': async ({ client, active }) => {
      const status = await client.getStatus(active, live());
      assert.equal(status.activeDeploymentId, active.deploymentId);
      assert.ok(status.canaryShare > 0 && status.canaryShare <= 1, `canaryShare is ${status.canaryShare}`);
      assert.ok(status.phase === 'progressing' || status.phase === 'paused', `phase is ${status.phase}`);
      assert.ok(Number.isFinite(status.startedAtMs) && status.stepStartedAtMs >= status.startedAtMs);
    },
    'aborts the active deployment and takes its traffic away': async ({ client, active }) => {
      assert.equal((await client.abort({ ...active, reason }, live())).status, 'aborted');
      const status = await client.getStatus(active, live());
      assert.equal(status.phase, 'aborted');
      assert.equal(status.canaryShare, 0);
    },
    'says already-aborted the second time': async ({ client, active }) => {
      await client.abort({ ...active, reason }, live());
      assert.equal((await client.abort({ ...active, reason }, live())).status, 'already-aborted');
    },
    'leaves the active deployment alone when another one is to be aborted': async ({ client, active }) => {
      const before = await client.getStatus(active, live());
      const result = await client.abort({ ...active, deploymentId: `${active.deploymentId}-older`, reason }, live());
      assert.deepEqual(result, { status: 'superseded', activeDeploymentId: active.deploymentId });
      assert.deepEqual(await client.getStatus(active, live()), before);
    },
    'rejects when its signal is aborted, and aborts nothing': async ({ client, active }) => {
      await assert.rejects(client.abort({ ...active, reason }, aborted()));
      assert.notEqual((await client.getStatus(active, live())).phase, 'aborted');
    },
  });
}

/** An event sink and a way to read what it holds. */
export interface EventSinkSubject {
  sink: EventSink;
  /** Ids of the events that arrived, in order. */
  received: () => Promise<readonly string[]> | readonly string[];
}

/** What every {@link EventSink} must do. */
export function eventSinkContract(options: ContractOptions<EventSinkSubject>): void {
  suite('EventSink', options, {
    'has a name': async ({ sink }) => assert.ok(sink.name.length > 0),
    'takes an event': async ({ sink, received }) => {
      await sink.emit(contractEvent('one'), live());
      assert.deepEqual(await received(), ['one']);
    },
    'keeps one event per id': async ({ sink, received }) => {
      await sink.emit(contractEvent('one'), live());
      await sink.emit(contractEvent('two'), live());
      await sink.emit({ ...contractEvent('one'), timestampMs: 99 }, live());
      assert.deepEqual(await received(), ['one', 'two']);
    },
    'does not change the event': async ({ sink }) => {
      const event = Object.freeze(contractEvent('one'));
      await sink.emit(event, live());
      assert.deepEqual(event, contractEvent('one'));
    },
    'rejects when its signal is aborted, and takes nothing': async ({ sink, received }) => {
      await assert.rejects(sink.emit(contractEvent('one'), aborted()));
      assert.deepEqual(await received(), []);
    },
  });
}

/** A record, and a service of which it knows past deployments. */
export interface DeploymentRecordSubject {
  record: DeploymentRecord;
  service: string;
}

/** What every {@link DeploymentRecord} must do. */
export function deploymentRecordContract(options: ContractOptions<DeploymentRecordSubject>): void {
  suite('DeploymentRecord', options, {
    'has a name': async ({ record }) => assert.ok(record.name.length > 0),
    'gives past deployments that authority can be earned by': async ({ record, service }) => {
      const past = await record.getPastDeployments(service, live());
      assert.ok(past.length > 0, 'it knows none');
      checkPast(past);
    },
    'gives plain JSON': async ({ record, service }) => {
      const past = await record.getPastDeployments(service, live());
      assert.deepEqual(JSON.parse(JSON.stringify(past)), past);
    },
    'answers the same question the same way': async ({ record, service }) => {
      assert.deepEqual(
        await record.getPastDeployments(service, live()),
        await record.getPastDeployments(service, live()),
      );
    },
    'knows nothing of a service that does not exist': async ({ record, service }) => {
      assert.deepEqual(await record.getPastDeployments(`${service}-that-does-not-exist`, live()), []);
    },
    'rejects when its signal is aborted': async ({ record, service }) => {
      await assert.rejects(record.getPastDeployments(service, aborted()));
    },
  });
}

/** What every {@link Clock} must do. Real clocks sleep for a few milliseconds here. */
export function clockContract(options: ContractOptions<{ clock: Clock; pass: (ms: number) => Promise<void> }>): void {
  suite('Clock', options, {
    'moves on while it sleeps, and not back': async ({ clock, pass }) => {
      const before = clock.now();
      const sleep = clock.sleep(5, live().signal);
      await pass(5);
      await sleep;
      assert.ok(clock.now() >= before + 4, `${clock.now()} after ${before}`);
    },
    'wakes a sleeper when its signal aborts': async ({ clock }) => {
      const controller = new AbortController();
      const sleep = clock.sleep(3_600_000, controller.signal);
      controller.abort(new Error('woken'));
      await assert.rejects(sleep, /woken/);
    },
    'does not sleep under an aborted signal': async ({ clock }) => {
      await assert.rejects(clock.sleep(3_600_000, aborted().signal));
    },
  });
}

function suite<T>(
  port: string,
  { test, create, skip = {} }: ContractOptions<T>,
  tests: Record<string, (subject: T) => Promise<void>>,
): void {
  for (const name of Object.keys(skip)) {
    if (!(name in tests))
      throw new RangeError(`${port} contract: no test is called "${name}". Known: ${Object.keys(tests).join('; ')}.`);
  }
  for (const [name, run] of Object.entries(tests)) {
    if (!(name in skip)) test(`${port} contract: ${name}`, async () => run(await create()));
  }
}

function contractEvent(id: string): DeploymentEvent {
  return {
    schemaVersion: 1,
    id,
    type: 'deployment.rollback',
    service: 'checkout',
    deploymentId: 'deploy-1',
    timestampMs: 1,
    severity: 'high',
    reason: 'contract suite',
  };
}
