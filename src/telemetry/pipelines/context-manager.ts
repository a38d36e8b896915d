/**
 * OpenTelemetry's context manager, with a cheaper way to bind event emitters.
 *
 * The HTTP instrumentation binds each request and each response, so that their listeners run in the context of the request.
 * Upstream makes eight functions for each of the two, and for each listener a map and a property descriptor: about a
 * twentieth of what an instrumented request costs. Here the functions are shared, and a wrapper tells Node by its `listener`
 * property whom it stands for, as Node's own wrapper of `once` does; so removing needs no help.
 */
import { EventEmitter } from 'node:events';
import type { Context, ContextManager } from '@opentelemetry/api';
import type { Peers } from '../packages/peers.ts';

type EventName = string | symbol;
type Listener = (this: unknown, ...args: unknown[]) => unknown;
type Wrapper = Listener & { listener?: Listener };

/** The methods that add a listener; the others are built on them. */
const ADDING = ['on', 'addListener', 'prependListener'] as const;

type Adding = Record<(typeof ADDING)[number], (event: EventName, listener: unknown) => unknown>;

/** Makes the context manager. */
export function createContextManager(peers: Peers): ContextManager {
  const { AsyncLocalStorageContextManager } = peers('@opentelemetry/context-async-hooks');
  /** Where an emitter keeps the context that it is bound to. */
  const BOUND = Symbol('rolloutguard.telemetry.context');

  type Bound = EventEmitter & { [BOUND]: Context };

  class LeanContextManager extends AsyncLocalStorageContextManager {
    override bind<T>(context: Context, target: T): T {
      if (!(target instanceof EventEmitter)) return super.bind(context, target);
      // The first one wins, as upstream.
      if (Object.hasOwn(target, BOUND)) return target;
      // Somebody has replaced its methods, and is to be asked.
      if (hasOtherOnce(target)) return super.bind(context, target);
      for (const name of ADDING) if (Object.hasOwn(target, name)) return super.bind(context, target);
      const emitter = target as unknown as Bound;
      emitter[BOUND] = context;
      emitter.on = on;
      emitter.addListener = addListener;
      emitter.prependListener = prependListener;
      emitter.once = once;
      emitter.prependOnceListener = prependOnceListener;
      return target;
    }
  }
  const manager = new LeanContextManager();

  function wrapped(emitter: Bound, listener: unknown): unknown {
    // Node refuses it with its own words. And a class may build one of the methods on another.
    if (typeof listener !== 'function' || BOUND in listener) return listener;
    const context = emitter[BOUND];
    const wrapper: Wrapper & { [BOUND]?: true } = function (...args) {
      return manager.with(context, call, undefined, listener as Listener, this, args);
    };
    wrapper.listener = listener as Listener;
    wrapper[BOUND] = true;
    return wrapper;
  }

  function wrappedOnce(emitter: Bound, event: EventName, listener: unknown): unknown {
    if (typeof listener !== 'function') return listener;
    const context = emitter[BOUND];
    let fired = false;
    const wrapper: Wrapper & { [BOUND]?: true } = (...args) => {
      if (fired) return undefined;
      fired = true;
      emitter.removeListener(event, wrapper);
      return manager.with(context, call, undefined, listener as Listener, emitter, args);
    };
    wrapper.listener = listener as Listener;
    wrapper[BOUND] = true;
    return wrapper;
  }

  /** The methods as its class has them: streams have an `on` of their own. And a bound one may be what another is made upon. */
  function original(emitter: Bound): Adding {
    let above = Object.getPrototypeOf(emitter) as object;
    while (Object.hasOwn(above, BOUND)) above = Object.getPrototypeOf(above) as object;
    return above as Adding;
  }

  function on(this: Bound, event: EventName, listener: unknown): Bound {
    original(this).on.call(this, event, wrapped(this, listener));
    return this;
  }
  function addListener(this: Bound, event: EventName, listener: unknown): Bound {
    original(this).addListener.call(this, event, wrapped(this, listener));
    return this;
  }
  function prependListener(this: Bound, event: EventName, listener: unknown): Bound {
    original(this).prependListener.call(this, event, wrapped(this, listener));
    return this;
  }
  function once(this: Bound, event: EventName, listener: unknown): Bound {
    // As Node does it: somebody may have put an `on` on this one since, which is to be asked.
    this.on(event, wrappedOnce(this, event, listener) as Listener);
    return this;
  }
  function prependOnceListener(this: Bound, event: EventName, listener: unknown): Bound {
    this.prependListener(event, wrappedOnce(this, event, listener) as Listener);
    return this;
  }
  return manager;
}

/** Whether `once` is not Node's: ours would not call it. */
function hasOtherOnce({ once, prependOnceListener }: EventEmitter): boolean {
  const node = EventEmitter.prototype;
  return once !== node.once || prependOnceListener !== node.prependOnceListener;
}

function call(listener: Listener, self: unknown, args: unknown[]): unknown {
  return listener.apply(self, args);
}
