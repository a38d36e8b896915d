/** Why a request got no answer, in a few words; and when nobody but its caller is to blame. */

/** Values of `error.type` on `rolloutguard.unanswered`. */
export type UnansweredReason =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'dns'
  | 'unreachable'
  | 'tls'
  | 'protocol'
  /** Anything else. */
  | '_OTHER';

const REASONS: ReadonlyMap<string, UnansweredReason> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ESOCKETTIMEDOUT', 'timeout'],
  ['ECONNABORTED', 'timeout'],
  ['TimeoutError', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EPROTO', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['HTTPParserError', 'protocol'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
]);
const FAMILIES: readonly (readonly [start: string, reason: UnansweredReason])[] = [
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls'],
  ['HPE_', 'protocol'],
];

interface ErrorLike {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly cause?: unknown;
}

/**
 * What an error of a request says by itself; `null` when it does not say that the server, or the way to it, has failed: the
 * caller's own cancellation, or an error of its own making. A deadline is the server's failure even where the caller has set it.
 */
export function reasonOf(error: unknown): UnansweredReason | null {
  const { code, name, cause } = fieldsOf(error);
  // `AbortSignal.timeout`, as `node:http` and as undici tell it.
  if (name === 'AbortError') return fieldsOf(cause).name === 'TimeoutError' ? 'timeout' : null;
  for (const word of [code, name]) {
    if (typeof word !== 'string') continue;
    const known = REASONS.get(word) ?? FAMILIES.find(([start]) => word.startsWith(start))?.[1];
    if (known !== undefined) return known;
  }
  // The system's own; those of undici that are not listed are mistakes of the caller, or its own farewell.
  return typeof code === 'string' && /^E[A-Z]{2,}$/.test(code) ? '_OTHER' : null;
}

function fieldsOf(error: unknown): ErrorLike {
  return typeof error === 'object' && error !== null ? error : {};
}
