import { array, assert, asyncProperty, boolean, constant, constantFrom, integer, oneof, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EmittedCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { type FollowOptions, followCohort } from '../../../src/telemetry/cohort/follow.ts';
import type { WatchedFiles } from '../../../src/telemetry/cohort/watched-files.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';

const LABELS = '/etc/podinfo/labels';
const DIRECTORY = '/etc/podinfo';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A file system and a clock that do what the test says. */
class World implements WatchedFiles {
  readonly texts = new Map<string, string | { code: string }>();
  directories = new Map<string, string>([[DIRECTORY, 'first']]);
  watchError: { code: string } | null = null;
  reads = 0;
  readonly watchers = new Map<string, { event: (name: string | null) => void; error: (error: unknown) => void }>();
  readonly begun: (EmittedCohort | null)[] = [];
  readonly changes: EmittedCohort[] = [];
  readonly problems: TelemetryProblem[] = [];
  nowMs = 0;
  #timers = new Set<Timer>();

  async read(path: string): Promise<string> {
    this.reads++;
    const text = this.texts.get(path) ?? { code: 'ENOENT' };
    if (typeof text === 'string') return text;
    throw Object.assign(new Error('secret'), text);
  }

  async directoryId(path: string): Promise<string | null> {
    return this.directories.get(path) ?? null;
  }

  watch(directory: string, event: (name: string | null) => void, error: (error: unknown) => void): () => void {
    if (this.watchError !== null) throw Object.assign(new Error('no'), this.watchError);
    const watcher = { event, error };
    this.watchers.set(directory, watcher);
    return () => {
      if (this.watchers.get(directory) === watcher) this.watchers.delete(directory);
    };
  }

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.nowMs + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  follow(more: Partial<FollowOptions> = {}): () => void {
    return followCohort({
      paths: [LABELS],
      reportMissing: false,
      waitForDirectory: false,
      pollMs: 5_000,
      begin: (cohort) => void this.begun.push(cohort),
      change: (cohort) => void this.changes.push(cohort),
      report: (problem) => void this.problems.push(problem),
      files: this,
      after: this.after,
      ...more,
    });
  }

  /** Lets time pass, and everything happen that is due. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settled();
    for (;;) {
      const due = [...this.#timers].toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined || due.atMs > untilMs) break;
      this.#timers.delete(due);
      this.nowMs = due.atMs;
      due.callback();
      await settled();
    }
    this.nowMs = untilMs;
  }

  label(value: string, path: string = LABELS): void {
    this.texts.set(path, `app="shop"\nrole="${value}"\n`);
  }

  event(name: string | null = '..data'): void {
    this.watchers.get(DIRECTORY)?.event(name);
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function following(more: Partial<FollowOptions> = {}, initial = 'canary'): Promise<World> {
  const world = new World();
  world.label(initial);
  world.follow(more);
  await world.pass(0);
  return world;
}

describe('the file changes', () => {
  test('a swap that is signalled is seen within 20 ms, however many events it makes', async () => {
    const world = await following();
    expect(world.begun).toEqual(['canary']);
    world.label('stable');
    const before = world.reads;
    for (let i = 0; i < 100; i++) world.event();
    await world.pass(20);
    expect(world.changes).toEqual(['stable']);
    expect(world.reads - before).toBe(1);
  });

  test('a swap that is not signalled is seen at the next look', async () => {
    const world = await following();
    world.label('stable');
    await world.pass(4_999);
    expect(world.changes).toEqual([]);
    await world.pass(1);
    expect(world.changes).toEqual(['stable']);
    world.label('canary');
    await world.pass(5_000);
    expect(world.changes).toEqual(['stable', 'canary']);
  });

  test('events that never end do not put the look off', async () => {
    const world = await following();
    world.label('stable');
    for (let i = 0; i < 5; i++) {
      world.event();
      await world.pass(10);
    }
    expect(world.changes).toEqual(['stable']);
  });

  test('an event while the file is being read is not forgotten', async () => {
    const world = await following();
    world.label('stable');
    const { read } = world;
    world.read = async (path) => {
      const text = await read.call(world, path);
      world.read = read;
      world.label('baseline');
      world.event();
      return text;
    };
    world.event();
    await world.pass(20);
    await world.pass(20);
    expect(world.changes).toEqual(['stable', 'baseline']);
  });

  test('other files of the directory are none of our business', async () => {
    const world = await following();
    const before = world.reads;
    for (const name of ['app.log', 'labels.bak']) world.event(name);
    await world.pass(1_000);
    expect(world.reads).toBe(before);
    for (const name of ['labels', 'podinfo', null]) {
      world.event(name);
      await world.pass(20);
    }
    expect(world.reads).toBe(before + 3);
  });

  test('what the file said all along is no news', async () => {
    const world = await following();
    for (let i = 0; i < 3; i++) {
      world.event();
      await world.pass(5_000);
    }
    expect(world.changes).toEqual([]);
  });

  test('the label of the cohort decides, whichever file it is in, then the annotation', async () => {
    const other = '/etc/podinfo/annotations';
    const world = new World();
    world.texts.set(other, 'resource.opentelemetry.io/rolloutguard.cohort="canary"');
    world.texts.set(LABELS, 'app="shop"');
    world.follow({ paths: [LABELS, other] });
    await world.pass(0);
    expect(world.begun).toEqual(['canary']);
    world.texts.set(LABELS, 'rolloutguard.cohort="stable"');
    await world.pass(5_000);
    expect(world.changes).toEqual(['stable']);
    world.texts.set(LABELS, 'role="stable"\nrolloutguard.cohort="baseline"');
    await world.pass(5_000);
    expect(world.changes).toEqual(['stable', 'baseline']);
  });
});

describe('the file is bad: the last cohort is kept, and one word is said', () => {
  test.each<[string, string | { code: string } | undefined, string]>([
    ['gone', undefined, 'ENOENT'],
    ['unreadable', { code: 'EACCES' }, 'EACCES'],
    ['a pipe', { code: 'not a regular file' }, 'not a regular file'],
    ['too large', { code: 'larger than 1048576 bytes' }, 'larger than 1048576 bytes'],
    ['without a label', 'app="shop"', 'no cohort is named any more; canary is kept'],
    ['empty', '', 'no cohort is named any more'],
    ['broken', 'app="shop\nrole=stable', 'line 1, 2 is not key="value"'],
    ['nonsense', 'rolloutguard.cohort="\\u001b[31mgreen"', '"\\u001b[31mgreen" is not a cohort'],
  ])('%s', async (_what, text, expected) => {
    const world = await following();
    if (text === undefined) world.texts.delete(LABELS);
    else world.texts.set(LABELS, text);
    await world.pass(60_000);
    expect(world.changes).toEqual([]);
    const told = world.problems.map(({ message }) => message);
    expect(told.filter((message) => message.includes(expected))).toHaveLength(1);
    expect(told.length).toBeLessThanOrEqual(2);
    expect(told.join()).not.toContain('secret');
    expect(told.join()).not.toContain('\u001b');
    world.label('stable');
    await world.pass(5_000);
    expect(world.changes).toEqual(['stable']);
  });

  test('a problem that comes and goes is not told again and again', async () => {
    const world = await following();
    for (let i = 0; i < 100; i++) {
      if (i % 2 === 0) world.texts.delete(LABELS);
      else world.label('canary');
      await world.pass(5_000);
    }
    expect(world.problems).toHaveLength(1);
  });

  test('a file that never was there is told only where somebody named it', async () => {
    for (const reportMissing of [true, false]) {
      const world = new World();
      world.follow({ reportMissing });
      await world.pass(60_000);
      expect(world.begun).toEqual([null]);
      expect(world.problems).toHaveLength(reportMissing ? 1 : 0);
    }
  });
});

describe('the directory', () => {
  test('that comes later is followed, if somebody named it', async () => {
    const world = new World();
    world.directories.clear();
    world.follow({ waitForDirectory: true });
    await world.pass(60_000);
    world.directories.set(DIRECTORY, 'late');
    world.label('canary');
    await world.pass(5_000);
    expect(world.changes).toEqual(['canary']);
    world.label('stable');
    world.event();
    await world.pass(20);
    expect(world.changes).toEqual(['canary', 'stable']);
  });

  test('that is nowhere, and that nobody named, costs no timer', async () => {
    const world = new World();
    world.directories.clear();
    world.follow();
    await world.pass(0);
    expect(world.timers).toBe(0);
    expect(world.problems).toEqual([]);
  });

  test('that is replaced is watched anew', async () => {
    const world = await following();
    const old = world.watchers.get(DIRECTORY);
    world.directories.set(DIRECTORY, 'second');
    await world.pass(5_000);
    expect(world.watchers.get(DIRECTORY)).not.toBe(old);
    world.label('stable');
    world.event();
    await world.pass(20);
    expect(world.changes).toEqual(['stable']);
  });

  test.each(['ENOSPC', 'EMFILE'])(
    'that cannot be watched (%s) is looked at instead, and watched when it can be',
    async (code) => {
      const world = new World();
      world.label('canary');
      world.watchError = { code };
      world.follow();
      await world.pass(20_000);
      expect(world.problems.map(({ message }) => message)).toEqual([
        `/etc/podinfo cannot be watched (${code}); it is looked at every 5000 ms instead.`,
      ]);
      world.label('stable');
      await world.pass(5_000);
      expect(world.changes).toEqual(['stable']);
      world.watchError = null;
      await world.pass(5_000);
      expect(world.watchers.size).toBe(1);
    },
  );

  test('whose watch fails later is looked at, and watched again', async () => {
    const world = await following();
    world.watchers.get(DIRECTORY)?.error({ code: 'EPERM' });
    expect(world.watchers.size).toBe(0);
    world.label('stable');
    await world.pass(5_000);
    expect(world.changes).toEqual(['stable']);
    expect(world.watchers.size).toBe(1);
  });
});

test('whatever happens in which order: in the end the cohort is the last one that could be read', async () => {
  const cohort = constantFrom('canary', 'stable', 'baseline' as const);
  const step = oneof(
    record({ kind: constant('label' as const), cohort, signalled: boolean() }),
    record({ kind: constant('bad' as const), text: constantFrom(undefined, '', 'role=stable', 'role="db"') }),
    record({ kind: constant('pass' as const), ms: integer({ min: 0, max: 6_000 }) }),
    record({ kind: constantFrom('remount' as const, 'no watches' as const, 'watches' as const) }),
  );
  await assert(
    asyncProperty(array(step, { maxLength: 30 }), cohort, async (steps, last) => {
      const world = await following();
      for (const todo of steps) {
        if (todo.kind === 'pass') await world.pass(todo.ms);
        else if (todo.kind === 'remount') world.directories.set(DIRECTORY, `mounted at ${world.nowMs}`);
        else if (todo.kind === 'no watches') world.watchError = { code: 'ENOSPC' };
        else if (todo.kind === 'watches') world.watchError = null;
        else if (todo.kind === 'bad' && todo.text === undefined) world.texts.delete(LABELS);
        else if (todo.kind === 'bad') world.texts.set(LABELS, todo.text ?? '');
        else if (todo.kind === 'label') {
          world.label(todo.cohort);
          if (todo.signalled) world.event();
        }
      }
      world.label(last);
      await world.pass(5_020);
      expect(world.changes.at(-1) ?? 'canary').toBe(last);
      // Each is news.
      const told = ['canary', ...world.changes];
      expect(told.some((value, index) => value === told[index + 1])).toBe(false);
      expect(world.timers).toBe(1);
    }),
    { numRuns: 60 },
  );
});

test('what is told of a change may throw: the following goes on', async () => {
  let told = 0;
  const world = await following({
    change: () => {
      told++;
      throw new Error('broken');
    },
  });
  for (const cohort of ['stable', 'canary', 'baseline']) {
    world.label(cohort);
    await world.pass(5_000);
  }
  expect(told).toBe(3);
});

describe('the end', () => {
  test('leaves no timer and no watch, and nothing is told any more', async () => {
    const world = new World();
    world.label('canary');
    const stop = world.follow();
    await world.pass(0);
    world.label('stable');
    world.event();
    stop();
    stop();
    await world.pass(60_000);
    expect(world.timers).toBe(0);
    expect(world.watchers.size).toBe(0);
    expect(world.changes).toEqual([]);
  });

  test('also in the midst of a look', async () => {
    const world = new World();
    world.label('canary');
    const stop = world.follow();
    stop();
    await world.pass(60_000);
    expect({ timers: world.timers, watchers: world.watchers.size, begun: world.begun }).toEqual({
      timers: 0,
      watchers: 0,
      begun: [],
    });
  });

  test('a file system that hangs holds one look, not one more every five seconds', async () => {
    const world = await following();
    let reads = 0;
    world.read = () => {
      reads++;
      return new Promise(() => {});
    };
    for (let i = 0; i < 20; i++) {
      world.event();
      await world.pass(5_000);
    }
    expect(reads).toBe(1);
  });
});
