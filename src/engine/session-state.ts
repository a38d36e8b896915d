/**
 * The envelope of a stored session. A session is only worth going on with if it was made by the same rules and the same
 * engine, and if nobody has changed it: evidence that cannot be trusted must not roll anything back.
 */
import { RolloutGuardError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { policyDigest } from './digest.ts';

/** A stored session: plain JSON. */
export interface SealedState<Body> {
  schemaVersion: 1;
  kind: 'session';
  engineVersion: string;
  policyDigest: string;
  /** Digest of `body`. */
  digest: string;
  body: Body;
}

/** Wraps the state of a session. The body is copied. */
export function sealed<Body extends object>(policy: object, body: Body): SealedState<Body> {
  const copy = JSON.parse(JSON.stringify(body)) as Body;
  return {
    schemaVersion: 1,
    kind: 'session',
    engineVersion: VERSION,
    policyDigest: policyDigest(policy),
    digest: policyDigest(copy),
    body: copy,
  };
}

/**
 * The body of a stored session, if it can be trusted.
 *
 * @throws RolloutGuardError `INVALID_STATE` - not a session, of another policy or engine version, or changed since.
 */
export function checkState<Body extends object>(policy: object, state: unknown): Body {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    fail('state', state, 'Give what toJSON() of a session returned.');
  }
  const { schemaVersion, kind, engineVersion, policyDigest: madeBy, digest, body } = state as SealedState<Body>;
  if (schemaVersion !== 1) fail('state.schemaVersion', schemaVersion, 'This version reads schema version 1.');
  if (kind !== 'session') fail('state.kind', kind, 'Give what toJSON() of a session returned.');
  if (engineVersion !== VERSION) {
    fail(
      'state.engineVersion',
      engineVersion,
      `This is version ${VERSION}; judge the whole history again with decide().`,
    );
  }
  if (madeBy !== policyDigest(policy)) {
    fail('state.policyDigest', madeBy, 'The session was made with another policy; judge the whole history again.');
  }
  if (typeof body !== 'object' || body === null) fail('state.body', body, 'The state is incomplete.');
  const copy = JSON.parse(JSON.stringify(body)) as Body;
  if (digest !== policyDigest(copy)) fail('state.digest', digest, 'The state was changed after it was stored.');
  return copy;
}

function fail(path: string, value: unknown, mend: string): never {
  throw new RolloutGuardError('INVALID_STATE', 'Invalid session state', { path, value, mend });
}
