import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import { DecisionSession, type SessionState } from '../../src/engine/session.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import { VERSION } from '../../src/version.ts';
import { FULL, PLAIN } from '../helpers/evidence-policies.ts';
import { contextAt, reloaded, sessionAfter, sessionOf } from '../helpers/sessions.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const telemetry = telemetryOf(
  repeat(9, [
    [100, 2],
    [1900, 19],
  ] as const),
  repeat(6, [1900, 19] as const),
);
const stateOf = (policy: EvidencePolicy): SessionState => {
  const session = sessionAfter(policy, telemetry);
  session.observe(interval(9, 'canary', [100, 1]));
  return JSON.parse(JSON.stringify(session));
};
const context = contextAt(telemetry.completeUntilMs);

/** Refused with a code and a path, by both ways to restore. */
function refused(state: unknown, path: string, policy: EvidencePolicy = PLAIN): void {
  const refusal = expect.objectContaining({
    code: 'INVALID_STATE',
    path,
    message: expect.stringMatching(/^Invalid session state at state/),
    mend: expect.stringMatching(/\.$/),
  });
  expect(() => DecisionSession.restore(policy, state)).toThrow(refusal);
  const options = { service: 's', deploymentId: 'd', deployedAtMs: 0 };
  if (state !== undefined) {
    expect(() => new DecisionSession(policy, options, state as SessionState)).toThrow(refusal);
  }
}

describe('a stored session', () => {
  it('is plain JSON that says what it is', () => {
    const state = stateOf(FULL);
    expect(state).toMatchObject({
      schemaVersion: 1,
      kind: 'session',
      engineVersion: VERSION,
      policyDigest: policyDigest(FULL),
    });
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(JSON.stringify(state)).not.toMatch(/NaN|Infinity/);
  });

  it('brings everything back, problems and late intervals included', () => {
    const session = sessionAfter(FULL, telemetry);
    session.report({ source: 'prometheus', code: 'SLOW', message: 'It took 9 s.', atMs: DEPLOYED_AT_MS });
    for (let i = 0; i < 13; i++) session.observe(interval(i % 9, 'canary', [1, 0]));
    const restored = reloaded(FULL, session);
    expect(restored.decision(context)).toEqual(session.decision(context));
    expect(restored.decision(context).problems).toHaveLength(12);
    // The next late one is counted on, and one that was told before is still known.
    restored.observe(interval(3, 'stable', [1, 0]));
    expect(restored.decision(context).problems.at(-1)?.message).toMatch(/^4 more intervals/);
    restored.observe(interval(9, 'canary', [100, 1]));
    expect(() => restored.observe(interval(9, 'canary', [100, 1]))).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY' }),
    );
  });

  it('keeps the deployment it is about, whatever options are given beside it', () => {
    const other = { service: 'other', deploymentId: 'other', deployedAtMs: 7 };
    expect(new DecisionSession(PLAIN, other, stateOf(PLAIN)).decision(context)).toMatchObject({
      service: 'checkout',
      deploymentId: 'deploy-42',
    });
  });

  it('does not go on living in the object it was stored in', () => {
    const state = stateOf(PLAIN);
    const before = JSON.stringify(state);
    const session = DecisionSession.restore(PLAIN, state);
    session.completeUntil(telemetry.completeUntilMs + 60_000);
    expect(JSON.stringify(state)).toBe(before);
  });

  it('fits a policy that went through JSON, and one whose keys stand in another order', () => {
    const turned = Object.fromEntries(Object.entries(FULL).reverse()) as unknown as EvidencePolicy;
    for (const policy of [JSON.parse(JSON.stringify(FULL)) as EvidencePolicy, turned])
      expect(DecisionSession.restore(policy, stateOf(FULL)).decision(context)).toEqual(
        sessionAfter(FULL, telemetry).decision(context),
      );
  });

  it('is restored as fresh when it was stored before anything happened', () => {
    const restored = reloaded(PLAIN, sessionOf(PLAIN));
    restored.observe(interval(-100, 'stable', [10, 0]));
    restored.completeUntil(DEPLOYED_AT_MS);
    expect(restored.decision(contextAt(DEPLOYED_AT_MS)).problems).toEqual([]);
  });
});

describe('a session is not restored', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{}'],
    ['a number', 7],
    ['a list', []],
  ])('from %s', (_, state) => refused(state, 'state'));

  it.each([
    ['schemaVersion', { schemaVersion: 2 }],
    ['schemaVersion', { schemaVersion: '1' }],
    ['kind', { kind: 'decision' }],
    ['engineVersion', { engineVersion: '0.0.1' }],
    ['engineVersion', { engineVersion: undefined }],
    ['policyDigest', { policyDigest: 'sha256:0' }],
    ['body', { body: undefined }],
    ['body', { body: null }],
    ['body', { body: 'text' }],
    ['digest', { digest: undefined }],
    ['digest', { digest: 'sha256:0' }],
    ['digest', { body: {} }],
    ['digest', { body: [] }],
  ])('when its %s is not what was stored: %j', (path, change) => {
    refused({ ...stateOf(PLAIN), ...change }, `state.${path}`);
  });

  it('with another policy, however small the difference', () => {
    refused(
      stateOf(PLAIN),
      'state.policyDigest',
      definePolicy({ criteria: [errorRate()], hardStops: [], soakSeconds: 181 }),
    );
    refused(stateOf(FULL), 'state.policyDigest');
  });

  it('with a policy that is none', () => {
    expect(() => DecisionSession.restore({} as never, stateOf(PLAIN))).toThrow(
      expect.objectContaining({ code: 'INVALID_POLICY' }),
    );
    expect(() => DecisionSession.restore(thresholdPolicy() as never, stateOf(PLAIN))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^INVALID_/) }),
    );
  });

  it('when a decision was taken for a session', () => {
    refused(sessionAfter(PLAIN, telemetry).decision(context), 'state.kind');
  });

  it('when any one value in it was changed, left out or is of another type', () => {
    const original = stateOf(FULL);
    const paths = [...pathsOf(original.body)];
    expect(paths.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(
        fc.nat(paths.length - 1),
        fc.oneof(fc.constantFrom<unknown>(undefined, null, true, 'text', {}, []), fc.double({ noNaN: true })),
        (i, value) => {
          const state = structuredClone(original);
          const path = paths[i]!;
          const parent = path
            .slice(0, -1)
            .reduce<Record<string, unknown>>(
              (part, key) => part[key] as Record<string, unknown>,
              state.body as unknown as Record<string, unknown>,
            );
          const key = path.at(-1)!;
          fc.pre(JSON.stringify(parent[key]) !== JSON.stringify(value));
          if (value === undefined) {
            if (Array.isArray(parent)) parent.splice(Number(key), 1);
            else delete parent[key];
          } else parent[key] = value;
          expect(() => DecisionSession.restore(FULL, state)).toThrow(
            expect.objectContaining({ code: 'INVALID_STATE', path: 'state.digest' }),
          );
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });
});

/** Paths of all values inside a value, down to the leaves. */
function* pathsOf(value: unknown, path: string[] = []): Generator<string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) yield* pathsOf(part, [...path, key]);
}
