/** Node's own emitter is the oracle: binding changes in which context listeners run, and nothing else. */
import { EventEmitter, once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { createContextManager } from '../../../src/telemetry/pipelines/context-manager.ts';

const NAME = Symbol('name');
const named = (name: string): Context => ROOT_CONTEXT.setValue(NAME, name);

function manager(): ContextManager {
  const made = createContextManager(loadPeers()).enable();
  onTestFinished(() => void made.disable());
  return made;
}

type Adding = 'on' | 'addListener' | 'once' | 'prependListener' | 'prependOnceListener';
type Step =
  | { readonly do: Adding | 'off' | 'removeListener'; readonly event: string; readonly listener: number }
  | { readonly do: 'emit' | 'removeAllListeners'; readonly event: string }
  | { readonly do: 'removeAll' };

const event = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom<Adding[]>('on', 'addListener', 'once', 'prependListener', 'prependOnceListener'),
    event,
    listener: fc.nat(3),
  }),
  fc.record({ do: fc.constantFrom('off' as const, 'removeListener' as const), event, listener: fc.nat(3) }),
  fc.record({ do: fc.constant('emit' as const), event }),
  fc.record({ do: fc.constant('removeAllListeners' as const), event }),
  fc.record({ do: fc.constant('removeAll' as const) }),
);

/** Does the steps on an emitter and writes down what its listeners see. Some of them change the emitter while it emits. */
function played(emitter: EventEmitter, steps: readonly Step[], contextName: () => unknown): unknown[] {
  const seen: unknown[] = [];
  const listeners = Array.from({ length: 4 }, (_, index) => {
    return function listener(this: unknown, ...args: unknown[]): void {
      seen.push([index, this === emitter, args, contextName()]);
      if (index === 1) emitter.removeListener('a', listener);
      if (index === 2) emitter.once('b', listeners[0] as () => void);
      if (index === 3) emitter.removeListener('a', listeners[0] as () => void);
    };
  });
  for (const name of ['newListener', 'removeListener']) {
    EventEmitter.prototype.on.call(emitter, name, (on: unknown, given: { listener?: unknown }) => {
      // removeAllListeners() tells wrappers instead of what they wrap, Node's own as well as ours.
      seen.push([name, on, listeners.indexOf((given.listener ?? given) as () => void)]);
    });
  }
  for (const one of steps) {
    if (one.do === 'emit') seen.push(emitter.emit(one.event, one.event, 7));
    else if (one.do === 'removeAllListeners') emitter.removeAllListeners(one.event);
    else if (one.do === 'removeAll') for (const name of ['a', 'b']) emitter.removeAllListeners(name);
    else if ('listener' in one) emitter[one.do](one.event, listeners[one.listener] as () => void);
    seen.push(['a', 'b'].map((name) => emitter.listeners(name).map((fn) => listeners.indexOf(fn as () => void))));
  }
  return seen;
}

describe('a bound emitter', () => {
  test.each([
    ['a plain one', (): EventEmitter => new EventEmitter()],
    ['a stream, which has an on of its own', (): EventEmitter => new Readable({ read() {} })],
    [
      'one whose class has an on of its own',
      (): EventEmitter =>
        new (class extends EventEmitter {
          override on(...given: Parameters<EventEmitter['on']>): this {
            return super.on(...given);
          }
        })(),
    ],
    [
      'one whose class builds on upon addListener',
      (): EventEmitter =>
        new (class extends EventEmitter {
          override on(...given: Parameters<EventEmitter['on']>): this {
            return this.addListener(...given);
          }
        })(),
    ],
  ])('does what an unbound one does, with its context around every listener: %s', (_, make) => {
    const contexts = manager();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const expected = played(make(), steps, () => 'bound');
        const emitter = contexts.bind(named('bound'), make());
        const active = (): unknown => contexts.active().getValue(NAME);
        const found = contexts.with(named('around'), () => played(emitter, steps, active));
        expect(found).toEqual(expected);
      }),
    );
  });

  test('is bound once: the first context stays, as upstream', () => {
    const contexts = manager();
    const emitter = contexts.bind(named('first'), new EventEmitter());
    expect(contexts.bind(named('second'), emitter)).toBe(emitter);
    let seen: unknown;
    emitter.on('a', () => {
      seen = contexts.active().getValue(NAME);
    });
    emitter.emit('a');
    expect(seen).toBe('first');
  });

  test('leaves listeners from before alone', () => {
    const contexts = manager();
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    emitter.on('a', () => void seen.push(contexts.active().getValue(NAME)));
    contexts.bind(named('bound'), emitter);
    emitter.on('a', () => void seen.push(contexts.active().getValue(NAME)));
    contexts.with(named('around'), () => emitter.emit('a'));
    expect(seen).toEqual(['around', 'bound']);
  });

  test('keeps the methods that somebody has put on it', () => {
    const contexts = manager();
    const emitter = new EventEmitter();
    const calls: unknown[] = [];
    const plain = emitter.on;
    emitter.on = function (name, listener): EventEmitter {
      calls.push(name);
      return plain.call(this, name, listener);
    };
    contexts.bind(named('bound'), emitter);
    let seen: unknown;
    const listener = (): void => {
      seen = contexts.active().getValue(NAME);
    };
    emitter.on('a', listener);
    emitter.emit('a');
    expect([calls, seen]).toEqual([['a'], 'bound']);
    emitter.off('a', listener);
    expect(emitter.listenerCount('a')).toBe(0);
  });

  test('asks the on that somebody puts on it later, for once as well: compression keeps drain for itself that way', () => {
    const contexts = manager();
    const response = contexts.bind(named('bound'), new EventEmitter());
    const compressed = new EventEmitter();
    for (const [name, once] of [
      ['on', 'once'],
      ['prependListener', 'prependOnceListener'],
    ] as const) {
      const plain = response[name];
      response[name] = function (event, listener): EventEmitter {
        return event === 'drain' ? compressed[name](event, listener) : plain.call(this, event, listener);
      };
      const seen: unknown[] = [];
      response[once]('drain', () => void seen.push(contexts.active().getValue(NAME)));
      expect(response.listenerCount('drain')).toBe(0);
      compressed.emit('drain');
      compressed.emit('drain');
      expect(seen).toEqual(['bound']);
      compressed.removeAllListeners();
    }
  });

  test('may have objects made upon it, as apps make a changed request of a request', () => {
    const contexts = manager();
    const emitter = contexts.bind(named('bound'), new EventEmitter());
    const changed = Object.create(emitter) as EventEmitter;
    const seen: unknown[] = [];
    changed.on('a', () => void seen.push(contexts.active().getValue(NAME)));
    changed.once('a', () => void seen.push('once'));
    contexts.bind(named('changed'), changed).prependListener('a', () => void seen.push('first'));
    emitter.emit('a');
    emitter.emit('a');
    expect(seen).toEqual(['first', 'bound', 'once', 'first', 'bound']);
  });

  test('asks a class that has a once of its own', () => {
    const contexts = manager();
    const calls: unknown[] = [];
    class Counting extends EventEmitter {
      override once(...given: Parameters<EventEmitter['once']>): this {
        calls.push(given[0]);
        return super.once(...given);
      }
    }
    const emitter = contexts.bind(named('bound'), new Counting());
    let seen: unknown;
    emitter.once('a', () => {
      seen = contexts.active().getValue(NAME);
    });
    expect([emitter.emit('a'), emitter.emit('a'), seen, calls]).toEqual([true, false, 'bound', ['a']]);
  });

  test('two managers and their contexts do not get into each other’s way', () => {
    const [one, two] = [manager(), manager()];
    const emitter = two.bind(named('two'), one.bind(named('one'), new EventEmitter()));
    const seen: unknown[] = [];
    emitter.on('a', () => void seen.push(one.active().getValue(NAME), two.active().getValue(NAME)));
    emitter.emit('a');
    expect(seen).toEqual(['one', 'two']);
  });

  test('Node’s own words for what is no listener, and its warning of too many', () => {
    const emitter = manager().bind(named('bound'), new EventEmitter());
    for (const name of ['on', 'once', 'prependListener'] as const) {
      expect(() => emitter[name]('a', 7 as never)).toThrow(/The "listener" argument must be of type function/);
    }
  });

  test('a listener that throws or rejects does so to the one who emits', async () => {
    const contexts = manager();
    const emitter = contexts.bind(named('bound'), new EventEmitter({ captureRejections: true }));
    emitter.once('a', () => {
      throw new Error('thrown');
    });
    expect(() => emitter.emit('a')).toThrow('thrown');
    emitter.on('b', async () => {
      throw new Error('rejected');
    });
    const failed = once(emitter, 'error');
    emitter.emit('b');
    expect(await failed).toMatchObject([{ message: 'rejected' }]);
  });

  test('what Node builds on emitters works: once(), async iteration of a request, and an answer', async () => {
    const contexts = manager();
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    contexts.with(named('request'), () => {
      contexts.bind(contexts.active(), request);
      contexts.bind(contexts.active(), response);
    });
    const finished = once(response, 'finish');
    request.push('body');
    request.push(null);
    let text = '';
    for await (const chunk of request) text += chunk;
    response.emit('finish');
    await finished;
    expect(text).toBe('body');
  });
});

test('functions, and what cannot be bound, are treated as upstream', () => {
  const contexts = manager();
  const bound = contexts.bind(named('bound'), (a: number, _b: number) => [a, contexts.active().getValue(NAME)]);
  expect([bound(1, 2), bound.length]).toEqual([[1, 'bound'], 2]);
  expect(contexts.bind(named('bound'), 7)).toBe(7);
});
