import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { callClient, throwIfAborted } from '../../src/engine/call.ts';
import { RolloutGuardError } from '../../src/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { manualClock } from '../../src/ports/in-memory.ts';

const hangs = (): Promise<never> => new Promise(() => {});

function setUp() {
  const caller = new AbortController();
  const clock = manualClock();
  const sleeps: AbortSignal[] = [];
  const observed: Clock = {
    now: clock.now,
    sleep(ms, signal) {
      sleeps.push(signal);
      return clock.sleep(ms, signal);
    },
  };
  /** True when no timer runs any more and nothing listens to the caller. */
  const tidy = (): boolean =>
    sleeps.every(({ aborted }) => aborted) && getEventListeners(caller.signal, 'abort').length === 0;
  return { caller, clock, limits: { clock: observed, timeoutMs: 3000, signal: caller.signal }, tidy };
}

describe('a call that is answered', () => {
  it('gives the answer, and leaves neither timer nor listener behind', async () => {
    const { limits, tidy } = setUp();
    expect(await callClient('metrics', limits, async () => 7)).toBe(7);
    expect(tidy()).toBe(true);
  });
  it('needs no signal of the caller', async () => {
    const { limits } = setUp();
    expect(await callClient('metrics', { ...limits, signal: undefined }, async () => 7)).toBe(7);
  });
});

describe('a client that fails', () => {
  it.each([
    ['rejects', () => Promise.reject(new TypeError('fetch failed'))],
    [
      'throws',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('is named when it %s, with the error underneath', async (_, call) => {
    const { limits, tidy } = setUp();
    await expect(callClient('metrics', limits, call)).rejects.toMatchObject({
      code: 'CLIENT_FAILED',
      message: 'metrics failed: fetch failed.',
      cause: new TypeError('fetch failed'),
    });
    expect(tidy()).toBe(true);
  });
  it('is named even when it fails with an error of ours', async () => {
    const { limits } = setUp();
    const call = () => Promise.reject(new RolloutGuardError('INVALID_OPTION', 'No such query'));
    await expect(callClient('metrics', limits, call)).rejects.toMatchObject({
      code: 'CLIENT_FAILED',
      cause: { code: 'INVALID_OPTION' },
    });
  });
});

describe('a client that hangs', () => {
  it('is given up at the deadline, and told so', async () => {
    const { clock, limits, tidy } = setUp();
    let told: AbortSignal | undefined;
    const pending = callClient('metrics', limits, (signal) => {
      told = signal;
      return hangs();
    });
    const refusal = expect(pending).rejects.toMatchObject({
      code: 'CLIENT_TIMEOUT',
      message: 'metrics did not answer within 3000 ms.',
    });
    await clock.advance(2999);
    expect(told?.aborted).toBe(false);
    await clock.advance(1);
    await refusal;
    expect(told?.reason).toMatchObject({ code: 'CLIENT_TIMEOUT' });
    expect(tidy()).toBe(true);
  });
});

describe('a caller that gives up', () => {
  it('before the call reaches no client', async () => {
    const { caller, limits } = setUp();
    caller.abort(new Error('shutting down'));
    let called = false;
    const pending = callClient('metrics', limits, async () => {
      called = true;
    });
    await expect(pending).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('shutting down') });
    expect(called).toBe(false);
    expect(() => throwIfAborted(caller.signal)).toThrow(expect.objectContaining({ code: 'ABORTED' }));
    expect(() => throwIfAborted(undefined)).not.toThrow();
  });
  it('during the call is heard by a client that listens', async () => {
    const { caller, limits, tidy } = setUp();
    let told: unknown;
    const pending = callClient('metrics', limits, async (signal) => {
      signal.addEventListener('abort', () => {
        told = signal.reason;
      });
      return hangs();
    });
    await Promise.resolve();
    caller.abort(new Error('shutting down'));
    await expect(pending).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('shutting down') });
    expect(told).toEqual(new Error('shutting down'));
    expect(tidy()).toBe(true);
  });
  it('does not wait for a client that does not listen, and is not told that the client failed', async () => {
    const { caller, limits } = setUp();
    const deaf = callClient('metrics', limits, hangs);
    caller.abort();
    await expect(deaf).rejects.toMatchObject({ code: 'ABORTED' });

    const second = setUp();
    const failing = callClient('metrics', second.limits, async () => {
      second.caller.abort();
      throw new Error('socket closed');
    });
    await expect(failing).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
