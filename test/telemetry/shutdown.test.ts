import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  createLifecycle,
  endsInTime,
  type Flushable,
  type FlushOptions,
  installExitHandlers,
  type Lifecycle,
  signalExitWatchers,
  type Timers,
} from '../../src/telemetry/shutdown/shutdown.ts';

/** Timers that fire only when told to. */
function handTimers(): Timers & { fire(): void; readonly pending: Map<object, { callback: () => void; ms: number }> } {
  const pending = new Map<object, { callback: () => void; ms: number }>();
  return {
    pending,
    set(callback, ms) {
      const timer = {};
      pending.set(timer, { callback, ms });
      return timer;
    },
    clear: (timer) => void pending.delete(timer as object),
    fire() {
      for (const { callback } of [...pending.values()]) callback();
    },
  };
}

function provider(work: () => Promise<void> = async () => {}): Flushable & { calls: string[] } {
  const calls: string[] = [];
  const called = (name: string) => (): Promise<void> => {
    calls.push(name);
    return work();
  };
  return { calls, forceFlush: called('flush'), shutdown: called('shutdown') };
}

const never = (): Promise<void> => new Promise(() => {});

describe('lifecycle', () => {
  test('a provider that fails does not keep the others from finishing, and nobody hears a rejection', async () => {
    let finish = (): void => {};
    const slow = provider(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const failing = provider(() => Promise.reject(new Error('refused')));
    const throwing: Flushable = {
      forceFlush: never,
      shutdown: () => {
        throw new Error('at once');
      },
    };
    const timers = handTimers();
    const ended = createLifecycle({ targets: [failing, throwing, slow], deadlineMs: 100, timers }).shutdown();
    let settled = false;
    void ended.then(() => {
      settled = true;
    });
    await new Promise(setImmediate);
    expect(settled).toBe(false);
    finish();
    expect(await ended).toBe(true);
    expect(timers.pending.size).toBe(0);
  });

  test('shutdown is done once, whoever asks; a flush after it asks nothing of a dead provider', async () => {
    const target = provider();
    let told = 0;
    const lifecycle = createLifecycle({ targets: [target], deadlineMs: 100, onShutdown: () => void told++ });
    expect(lifecycle.shutdown()).toBe(lifecycle.shutdown());
    await lifecycle.shutdown();
    await lifecycle.flush();
    expect(target.calls).toEqual(['shutdown']);
    expect(told).toBe(1);
  });

  test('a provider that hangs costs the deadline: the default one, or the one of the call', async () => {
    const timers = handTimers();
    const lifecycle = createLifecycle({ targets: [provider(never)], deadlineMs: 5_000, timers });
    const flushed = lifecycle.flush({ deadlineMs: 70 });
    const ended = lifecycle.shutdown();
    expect([...timers.pending.values()].map(({ ms }) => ms)).toEqual([70, 5_000]);
    timers.fire();
    expect(await Promise.all([flushed, ended])).toEqual([false, false]);
  });

  test('work that fails has ended too, and its rejection goes no further', async () => {
    const timers = handTimers();
    expect(await endsInTime(Promise.reject(new Error('refused')), 100, undefined, timers)).toBe(true);
    expect(timers.pending.size).toBe(0);
  });

  test('an abort ends the wait, also one from before the call', async () => {
    const timers = handTimers();
    const lifecycle = createLifecycle({ targets: [provider(never)], deadlineMs: 5_000, timers });
    const controller = new AbortController();
    const flushed = lifecycle.flush({ signal: controller.signal });
    controller.abort();
    expect(await flushed).toBe(false);
    expect(await lifecycle.flush({ signal: AbortSignal.abort() })).toBe(false);
    expect(timers.pending.size).toBe(0);
  });

  test.each([
    ['null', null, 5_000],
    ['a number', 7, 5_000],
    ['no number', { deadlineMs: Number.NaN }, 5_000],
    ['below zero', { deadlineMs: -1 }, 5_000],
    ['a bigint', { deadlineMs: 1n }, 5_000],
    ['for ever', { deadlineMs: Number.POSITIVE_INFINITY }, 2 ** 31 - 1],
    ['a signal that is none', { signal: 'SIGTERM' }, 5_000],
  ])('limits that are none neither reject, nor end the app, nor cut the export off: %s', async (_, limits, ms) => {
    const timers = handTimers();
    const lifecycle = createLifecycle({ targets: [provider(never)], deadlineMs: 5_000, timers });
    const flushed = lifecycle.flush(limits as FlushOptions);
    const ended = lifecycle.shutdown(limits as FlushOptions);
    expect([...timers.pending.values()].map((timer) => timer.ms)).toEqual([ms, ms]);
    timers.fire();
    expect(await Promise.all([flushed, ended])).toEqual([false, false]);
  });
});

class FakeProcess extends EventEmitter {
  readonly exits: (number | undefined)[] = [];
  exit(code?: number): void {
    this.exits.push(code);
  }
}

interface Fake extends Lifecycle {
  readonly calls: string[];
  finish(inTime?: boolean): Promise<void>;
}

function fakeLifecycle(): Fake {
  const calls: string[] = [];
  let end: (inTime: boolean) => void = () => {};
  const ending = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  return {
    calls,
    flush: async () => {
      calls.push('flush');
      return true;
    },
    shutdown: () => {
      calls.push('shutdown');
      return ending;
    },
    finish: async (inTime = true) => {
      end(inTime);
      await new Promise(setImmediate);
    },
  };
}

describe('signals', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ])('%s with no other listener: flush, then exit %i', async (signal, code) => {
    const target = new FakeProcess();
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.emit(signal);
    expect(lifecycle.calls).toEqual(['shutdown']);
    expect(target.exits).toEqual([]);
    await lifecycle.finish();
    expect(target.exits).toEqual([code]);
  });

  test('with a listener of the app, even a once-only one from before: flush now, do not exit', async () => {
    const target = new FakeProcess();
    let drained = false;
    target.once('SIGTERM', () => {
      drained = true;
    });
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.emit('SIGTERM');
    await lifecycle.finish();
    expect(drained).toBe(true);
    expect(lifecycle.calls).toEqual(['flush']);
    expect(target.exits).toEqual([]);
  });

  test('an app that drains and raises the signal anew: what drained is flushed, and the process ends', async () => {
    const target = new FakeProcess();
    target.once('SIGTERM', () => {});
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.emit('SIGTERM');
    target.emit('SIGTERM');
    expect({ calls: lifecycle.calls, exits: target.exits }).toEqual({ calls: ['flush', 'shutdown'], exits: [] });
    await lifecycle.finish();
    expect(target.exits).toEqual([143]);
  });

  test('a second signal does not wait for the shutdown', () => {
    const target = new FakeProcess();
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.emit('SIGTERM');
    target.emit('SIGINT');
    expect(target.exits).toEqual([130]);
  });

  describe('signal-exit', () => {
    test('listeners that only watch do not keep the process: it still ends', async () => {
      const target = new FakeProcess();
      const lifecycle = fakeLifecycle();
      installExitHandlers(lifecycle, target, () => 1);
      target.on('SIGTERM', () => {});
      target.emit('SIGTERM');
      await lifecycle.finish();
      expect(target.exits).toEqual([143]);
    });

    test.each([
      ['version 3', {}, { __signal_exit_emitter__: { count: 2 } }, 2],
      ['version 4', { [Symbol.for('signal-exit emitter')]: { count: 1 } }, {}, 1],
      ['none', {}, {}, 0],
      ['something else of that name', {}, { __signal_exit_emitter__: 'x' }, 0],
    ])('watchers are counted where the package keeps them: %s', (_version, global, owner, count) => {
      expect(signalExitWatchers(global, owner)).toBe(count);
    });
  });

  test('removing leaves no listener behind', () => {
    const target = new FakeProcess();
    const remove = installExitHandlers(fakeLifecycle(), target);
    expect(target.eventNames().toSorted()).toEqual(['SIGINT', 'SIGTERM', 'beforeExit']);
    expect(target.getMaxListeners()).toBe(11);
    remove();
    expect(target.eventNames()).toEqual([]);
    expect(target.getMaxListeners()).toBe(10);
  });
});

describe('an empty event loop', () => {
  test('flushes once: Node asks again after each flush', async () => {
    const target = new FakeProcess();
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.emit('beforeExit');
    target.emit('beforeExit');
    await lifecycle.finish();
    expect(lifecycle.calls).toEqual(['shutdown']);
    expect(target.exits).toEqual([]);
  });

  test('an export that hangs is cut off with the exit code of the app, unless somebody else waits too', async () => {
    const alone = new FakeProcess();
    const hanging = fakeLifecycle();
    installExitHandlers(hanging, alone);
    alone.emit('beforeExit');
    await hanging.finish(false);
    expect(alone.exits).toEqual([undefined]);

    const shared = new FakeProcess();
    const another = fakeLifecycle();
    installExitHandlers(another, shared);
    shared.on('beforeExit', () => {});
    shared.emit('beforeExit');
    shared.emit('beforeExit');
    await another.finish(false);
    expect(another.calls).toEqual(['flush', 'shutdown']);
    expect(shared.exits).toEqual([]);
  });

  test('what a last listener of the app records is not lost: the first time it is a flush only', async () => {
    const target = new FakeProcess();
    const lifecycle = fakeLifecycle();
    installExitHandlers(lifecycle, target);
    target.once('beforeExit', () => {});
    target.emit('beforeExit');
    expect(lifecycle.calls).toEqual(['flush']);
    target.emit('beforeExit');
    expect(lifecycle.calls).toEqual(['flush', 'shutdown']);
  });
});
