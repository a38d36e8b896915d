/** The faults that plans are made for. */
import type { OptionCheck } from '../options.ts';

/** A fault of the canary that is there from its first request. */
export type Fault =
  /** The canary fails `ratio` times as often as stable. */
  | { readonly kind: 'errors'; readonly ratio: number }
  /** Every request of the canary takes `slower` times as long. */
  | { readonly kind: 'latency'; readonly slower: number };

/** What is wrong: failed requests, or slow ones. */
export type FaultKind = Fault['kind'];

/** The kinds of fault. */
export const FAULT_KINDS: readonly FaultKind[] = ['errors', 'latency'];

/** Faults larger than this are not told apart from it. */
export const LARGEST_EFFECT = 1000;

/** The ratio of a fault: of rates, or of times. */
export function effectOf(fault: Fault): number {
  return fault.kind === 'errors' ? fault.ratio : fault.slower;
}

/** A fault of a kind with a given ratio. */
export function faultOf(kind: FaultKind, effect: number): Fault {
  return kind === 'errors' ? { kind, ratio: effect } : { kind, slower: effect };
}

/** Checks a fault: its ratio must be above 1. */
export function checkedFault(check: OptionCheck, path: string, fault: Fault): Fault {
  const kind = fault?.kind;
  const name = kind === 'latency' ? 'slower' : 'ratio';
  check.knownKeys(path, fault, ['kind', name]);
  check.oneOf(`${path}.kind`, kind ?? '', 'errors', FAULT_KINDS);
  const effect = check.number(`${path}.${name}`, effectOf(fault) ?? null, 0, { above: 1, max: LARGEST_EFFECT });
  return faultOf(kind, effect);
}
