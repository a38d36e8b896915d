import { RolloutGuardError } from '../../errors.ts';

/** The error about a body that is not what it says it is. */
export function malformed(what: string, cause?: unknown): RolloutGuardError {
  return new RolloutGuardError('INVALID_REQUEST', `The OTLP body is malformed: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
