/** The context manager and the propagators of this process. */
import type { Peers } from '../packages/peers.ts';
import type { TelemetrySettings } from './settings.ts';

/** Registers the context manager, unless there is one; returns a function that takes it back. */
export function startContext(peers: Peers): () => void {
  const { context } = peers('@opentelemetry/api');
  const manager = new (peers('@opentelemetry/context-async-hooks').AsyncLocalStorageContextManager)().enable();
  if (context.setGlobalContextManager(manager)) return () => context.disable();
  manager.disable();
  return () => {};
}

/** Registers the propagators, unless there are some; returns a function that takes them back. */
export function startPropagation(peers: Peers, settings: TelemetrySettings): () => void {
  const { propagation } = peers('@opentelemetry/api');
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = peers('@opentelemetry/core');
  const propagators = settings.propagators.flatMap((name) => {
    if (name === 'tracecontext') return [new W3CTraceContextPropagator()];
    return name === 'baggage' ? [new W3CBaggagePropagator()] : [];
  });
  return propagation.setGlobalPropagator(new CompositePropagator({ propagators }))
    ? () => propagation.disable()
    : () => {};
}
