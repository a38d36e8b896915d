/** The context manager and the propagators of this process. */
import type { TextMapPropagator } from '@opentelemetry/api';
import type { BootContext } from '../boot-context.ts';
import type { Peers } from '../packages/peers.ts';
import { createContextManager } from './context-manager.ts';
import { chosenInCode } from './overruled.ts';

/** Registers the context manager, unless there is one; returns a function that takes it back. */
export function startContext(peers: Peers): () => void {
  const { context } = peers('@opentelemetry/api');
  const manager = createContextManager(peers).enable();
  if (context.setGlobalContextManager(manager)) return () => context.disable();
  manager.disable();
  return () => {};
}

/** Registers the propagators, unless there are some; returns a function that takes them back. */
export function startPropagation(context: BootContext): () => void {
  const { peers, caller } = context;
  const { propagation } = peers('@opentelemetry/api');
  const own = chosenInCode(context, 'textMapPropagator', 'OTEL_PROPAGATORS') as TextMapPropagator | null | undefined;
  const propagator = caller.around(own ?? createPropagator(context, own === null), own !== undefined);
  if (propagation.setGlobalPropagator(propagator)) return () => propagation.disable();
  caller.notInUse();
  return () => {};
}

/** Those of OTEL_PROPAGATORS. Where there shall be none, one that does nothing. */
function createPropagator({ peers, plan }: BootContext, none: boolean): TextMapPropagator {
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = peers('@opentelemetry/core');
  const names = none ? [] : plan.settings.propagators;
  const propagators = names.map((name): TextMapPropagator => {
    if (name === 'tracecontext') return new W3CTraceContextPropagator();
    if (name === 'baggage') return new W3CBaggagePropagator();
    const { B3InjectEncoding, B3Propagator } = peers('@opentelemetry/propagator-b3');
    return new B3Propagator(name === 'b3multi' ? { injectEncoding: B3InjectEncoding.MULTI_HEADER } : {});
  });
  return new CompositePropagator({ propagators });
}
