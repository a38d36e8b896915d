/** The context manager and the propagators of this process. */
import type { BootContext } from '../boot-context.ts';
import type { Peers } from '../packages/peers.ts';

/** Registers the context manager, unless there is one; returns a function that takes it back. */
export function startContext(peers: Peers): () => void {
  const { context } = peers('@opentelemetry/api');
  const manager = new (peers('@opentelemetry/context-async-hooks').AsyncLocalStorageContextManager)().enable();
  if (context.setGlobalContextManager(manager)) return () => context.disable();
  manager.disable();
  return () => {};
}

/** Registers the propagators, unless there are some; returns a function that takes them back. */
export function startPropagation({ peers, plan: { settings }, caller }: BootContext): () => void {
  const { propagation } = peers('@opentelemetry/api');
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = peers('@opentelemetry/core');
  const propagators = settings.propagators.flatMap((name) => {
    if (name === 'tracecontext') return [new W3CTraceContextPropagator()];
    return name === 'baggage' ? [new W3CBaggagePropagator()] : [];
  });
  if (propagation.setGlobalPropagator(caller.around(new CompositePropagator({ propagators }))))
    return () => propagation.disable();
  caller.notInUse();
  return () => {};
}
