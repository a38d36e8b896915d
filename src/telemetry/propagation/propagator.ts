/**
 * A propagator around those of OTEL_PROPAGATORS: what a service says of itself goes to permitted hosts, and what its
 * callers said goes nowhere.
 *
 * Inbound entries are taken out of the baggage when a request comes in, so nothing that copies baggage can pass them on, and
 * kept in the context, where the stamps find them. Outbound ones are added as text after the inner propagators are done, so
 * the baggage of the app stays what it would be without us.
 */
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import type { Peers } from '../packages/peers.ts';
import { CALLER_PREFIX, withCallerEntries, withoutCallerEntries } from './baggage-text.ts';
import { type CallerClaim, readClaim } from './caller.ts';
import type { Destination } from './destinations.ts';
import { claimSplitter } from './inbound.ts';
import type { OutgoingRequests } from './outgoing.ts';

/** Where in a context the claim of the caller is. A symbol of the registry: copies of this package meet there. */
const CLAIM: symbol = Symbol.for('rolloutguard.telemetry.caller');

/** What the caller of the request in this context says of itself. */
export function claimOf(context: Pick<Context, 'getValue'> | undefined): CallerClaim | undefined {
  return context?.getValue(CLAIM) as CallerClaim | undefined;
}

/** What {@link callerPropagator} needs. */
export interface CallerPropagatorSeams {
  readonly peers: Peers;
  readonly inner: TextMapPropagator;
  /** It is one of the app's own, which may read baggage from other headers, too. */
  readonly isOfApp: boolean;
  readonly outgoing: OutgoingRequests;
  /** Whether a destination may learn who calls; undefined when nobody may. */
  readonly permits: ((destination: Destination) => boolean) | undefined;
  /** The entries of this moment, percent-encoded. */
  readonly ownEntries: () => readonly string[];
  /** Told when something failed. The request goes out all the same. */
  readonly onError: (error: unknown) => void;
}

/** Wraps a propagator. */
export function callerPropagator(seams: CallerPropagatorSeams): TextMapPropagator {
  const { peers, inner, isOfApp, outgoing, permits, ownEntries, onError } = seams;
  const { propagation, trace } = peers('@opentelemetry/api');
  const { isTracingSuppressed } = peers('@opentelemetry/core');

  const splitHeader = claimSplitter();
  const readsBaggage = fieldsOf(inner).includes('baggage');

  function claimInBaggage(context: Context): CallerClaim | null {
    const baggage = propagation.getBaggage(context);
    return baggage === undefined ? null : readClaim(baggage.getAllEntries());
  }

  function finish(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const destinations = outgoing.takeDestinations(trace.getSpan(context), carrier);
    if (destinations === undefined) return;
    const name = cleaned(carrier as Record<string, unknown>);
    if (permits === undefined || destinations === null || !destinations.every(permits)) return;
    if (isTracingSuppressed(context)) return;
    const others = name === undefined ? '' : text((carrier as Record<string, unknown>)[name]);
    const all = withCallerEntries(others, ownEntries());
    if (all !== others) setter.set(carrier, name ?? 'baggage', all);
  }

  return {
    fields: () => fieldsOf(inner),
    inject(context, carrier, setter): void {
      try {
        inner.inject(withoutCaller(context, propagation), carrier, setter);
        finish(context, carrier, setter);
      } catch (error) {
        onError(error);
      }
    },
    extract(context, carrier, getter): Context {
      // A message that is received while a request is served has a caller of its own, or none.
      const clean = claimOf(context) === undefined ? context : context.deleteValue(CLAIM);
      const split = readsBaggage ? splitHeader(baggageIn(carrier, getter)) : null;
      const extracted = extractedBy(inner, clean, carrier, split === null ? getter : without(getter, split.others));
      const claim = split === null && isOfApp ? claimInBaggage(extracted) : (split?.claim ?? null);
      // Nothing of ours was left in the header.
      const rest = isOfApp ? withoutCaller(extracted, propagation) : extracted;
      return claim === null ? rest : rest.setValue(CLAIM, claim);
    },
  };
}

/** The headers that a propagator writes; none where it cannot tell. It may be one of the app's own. */
export function fieldsOf(propagator: TextMapPropagator): string[] {
  try {
    const fields: unknown = propagator.fields();
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}

function baggageIn(carrier: unknown, getter: TextMapGetter): string {
  try {
    return text(getter.get(carrier, 'baggage') ?? '');
  } catch {
    return '';
  }
}

/** Reads the headers with other baggage. */
function without(getter: TextMapGetter, baggage: string): TextMapGetter {
  return {
    keys: (carrier) => getter.keys(carrier),
    get: (carrier, name) => (name === 'baggage' ? baggage : getter.get(carrier, name)),
  };
}

/** A propagator of the app's own that throws would end the request that it is asked about. */
function extractedBy(inner: TextMapPropagator, context: Context, carrier: unknown, getter: TextMapGetter): Context {
  try {
    return inner.extract(context, carrier, getter);
  } catch {
    return context;
  }
}

function withoutCaller(context: Context, propagation: typeof import('@opentelemetry/api').propagation): Context {
  const baggage = propagation.getBaggage(context);
  if (baggage === undefined) return context;
  const entries = baggage.getAllEntries();
  const callers = entries.map(([key]) => key).filter((key) => key.startsWith(CALLER_PREFIX));
  if (callers.length === 0) return context;
  if (callers.length === entries.length) return propagation.deleteBaggage(context);
  return propagation.setBaggage(context, baggage.removeEntries(...callers));
}

/**
 * Takes what callers said out of headers that the app set itself, a gateway that passes them on for instance. Returns the name
 * of the baggage header; in another case it may be there twice, and the last one is sent.
 */
function cleaned(headers: Record<string, unknown>): string | undefined {
  let found: string | undefined;
  for (const name of Object.keys(headers)) {
    if (name.length !== 7 || name.toLowerCase() !== 'baggage') continue;
    const before = text(headers[name]);
    const after = withoutCallerEntries(before);
    if (after === before || after !== '') found = name;
    if (after === before) continue;
    if (after === '') delete headers[name];
    else headers[name] = after;
  }
  return found;
}

function text(header: unknown): string {
  return Array.isArray(header) ? header.join(',') : String(header);
}
