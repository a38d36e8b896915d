/** Timers of this room. None of them keeps a process alive: a cohort is no reason to go on running. */

/** Runs something later, to be replaced in tests. Returns a function that cancels it. */
export type After = (ms: number, callback: () => void) => () => void;

/** Node's timers, unref'd. */
export const afterMs: After = (ms, callback) => {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
};

/** Ends when `work` ends, well or badly, or when the time is up. Never rejects. */
export function atMost(work: Promise<unknown>, ms: number, after: After): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(ms, resolve);
    const finish = (): void => {
      cancel();
      resolve();
    };
    work.then(finish, finish);
  });
}
