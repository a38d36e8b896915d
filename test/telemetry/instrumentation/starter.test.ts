import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import type { BootContext } from '../../../src/telemetry/boot-context.ts';
import { CATALOGUE, type CatalogueEntry } from '../../../src/telemetry/instrumentation/catalogue.ts';
import type { InstrumentationOptions } from '../../../src/telemetry/instrumentation/options.ts';
import { createStarter, type Starter } from '../../../src/telemetry/instrumentation/starter.ts';
import { packageLoader } from '../../../src/telemetry/packages/install.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';

type Hooks = Record<string, (request: unknown) => unknown>;

/** Stands for an instrumentation, and keeps what is done to it. */
class Recorder {
  readonly config: { enabled?: boolean };
  readonly calls: string[] = [];
  constructor(config: { enabled?: boolean } = {}) {
    this.config = config;
    made.push(this);
  }
  getConfig = (): { enabled?: boolean } => this.config;
  setTracerProvider = (): void => void this.calls.push('tracer');
  setMeterProvider = (): void => void this.calls.push('meter');
  enable = (): void => void this.calls.push('enable');
  disable = (): void => void this.calls.push('disable');
}
let made: Recorder[] = [];

class Broken extends Recorder {
  constructor() {
    super();
    throw new Error('cannot find \u001b[31mpg\n of version 9');
  }
}

interface Running extends Starter {
  readonly problems: { code: string; message: string }[];
  /** What our hooks have seen. */
  readonly requests: unknown[];
  stop(): void;
}

/** A starter that finds these classes instead of the packages. */
function starterOf(classes: Record<string, unknown>, options: InstrumentationOptions = {}): Running {
  made = [];
  const real = packageLoader();
  const loadPackage = (name: string): unknown => {
    const entry = CATALOGUE.find((candidate) => candidate.package === name);
    if (entry === undefined) return real(name);
    return Object.hasOwn(classes, entry.name) ? { [entry.className]: classes[entry.name] } : {};
  };
  const problems: Running['problems'] = [];
  const stops: (() => void)[] = [];
  const requests: unknown[] = [];
  const seen = (...given: unknown[]): void => void requests.push(given.at(-1));
  const starter = createStarter({
    peers: loadPeers(loadPackage),
    plan: { options: { ...options, loadPackage } },
    providers: {},
    started: { instrumentations: [] },
    caller: { hooks: { onHttpRequest: seen, onUndiciRequest: seen } },
    report: (problem: Running['problems'][number]) => void problems.push(problem),
    onStop: (stop: () => void) => void stops.push(stop),
  } as unknown as BootContext);
  return { ...starter, problems, requests, stop: () => stops.forEach((stop) => void stop()) };
}

const entryOf = (name: string): CatalogueEntry => CATALOGUE.find((entry) => entry.name === name) as CatalogueEntry;

describe('a starter', () => {
  test('gives an instrumentation the providers and its settings, switched on, and takes it off at the end', () => {
    const starter = starterOf({ pg: Recorder }, { instrumentationConfig: { pg: { enabled: false, quiet: true } } });
    const started = starter.start(entryOf('pg'));
    expect(made).toEqual([started]);
    // The environment may have asked for what the program has switched off.
    expect(made[0]?.config).toEqual({ enabled: true, quiet: true });
    expect(made[0]?.calls).toEqual(['tracer', 'meter']);
    starter.stop();
    expect(made[0]?.calls).toEqual(['tracer', 'meter', 'disable']);
  });

  test('leaves out one that breaks or is missing, says so on one line, and goes on', () => {
    const starter = starterOf({ pg: Broken, redis: Recorder });
    expect(starter.start(entryOf('pg'))).toBeUndefined();
    expect(starter.start(entryOf('koa'))).toBeUndefined();
    expect(starter.start(entryOf('redis'))).toBeDefined();
    expect(starter.problems).toEqual([
      {
        code: 'INSTRUMENTATION_FAILED',
        message: 'the instrumentation of pg does not start and is left out: cannot find \\u{1b}[31mpg  of version 9',
      },
      { code: 'INSTRUMENTATION_FAILED', message: expect.stringContaining('has no KoaInstrumentation') },
    ]);
  });

  test('leaves out one of the program’s own that breaks; one that cannot be taken off does not keep the others on', () => {
    const starter = starterOf({ pg: Recorder });
    const own = new Recorder({ enabled: true });
    own.setMeterProvider = () => {
      throw new Error('no meter');
    };
    own.disable = () => {
      throw new Error('never');
    };
    starter.adopt(own);
    starter.start(entryOf('pg'));
    expect(starter.problems.map(({ message }) => message)).toEqual([expect.stringContaining('no meter')]);
    expect(() => starter.stop()).not.toThrow();
    expect(made.at(-1)?.calls).toContain('disable');
  });

  test('a patch that throws leaves the package as it is, never reaches the app’s import, and is told once', () => {
    class Patching extends Recorder {
      readonly _modules = [
        {
          name: 'pg',
          patch: (exports: { query?: unknown }): unknown => ({ patched: (exports.query as () => unknown)() }),
          files: [{ name: 'pg/lib/client.js', patch: (exports: object): unknown => ({ ...exports, patched: true }) }],
        },
        { name: 'pg-pool', files: [] },
      ];
    }
    const starter = starterOf({ pg: Patching });
    const { _modules: definitions } = starter.start(entryOf('pg')) as unknown as Patching;
    const unknownShape: { query?: unknown } = {};
    expect(definitions[0]?.patch?.(unknownShape)).toBe(unknownShape);
    expect(definitions[0]?.patch?.(unknownShape)).toBe(unknownShape);
    expect(definitions[0]?.patch?.({ query: () => 1 })).toEqual({ patched: 1 });
    expect(definitions[0]?.files?.[0]?.patch({})).toEqual({ patched: true });
    expect(starter.problems).toEqual([
      {
        code: 'INSTRUMENTATION_FAILED',
        message: expect.stringMatching(/^the instrumentation of pg cannot patch it.*: /),
      },
    ]);
  });

  test('without HTTP there is no telemetry to speak of, so that one is not left out in silence', () => {
    const { start } = starterOf({});
    let thrown: unknown;
    try {
      start(entryOf('http'));
    } catch (error) {
      thrown = error;
    }
    expect(isRolloutGuardError(thrown, 'MISSING_PEER')).toBe(true);
  });

  test.for([
    ['http', 'ignoreOutgoingRequestHook'],
    ['undici', 'ignoreRequestHook'],
  ] as const)('%s: what the program wants to ignore is ignored, beside our own exports', ([name, hook]) => {
    const config = { [name]: { [hook]: (request: unknown) => request === 'health' } };
    const { start } = starterOf({ http: Recorder, undici: Recorder }, { instrumentationConfig: config });
    start(entryOf(name));
    const ignores = (made[0] as unknown as { config: Hooks }).config[hook];
    expect([ignores?.('health'), ignores?.('order')]).toEqual([true, false]);
  });

  test.for([
    ['http', 'startOutgoingSpanHook'],
    ['undici', 'requestHook'],
  ] as const)('%s: a hook of the program that throws does not keep ours from seeing the request', ([name, hook]) => {
    const config = {
      [name]: {
        [hook]: () => {
          throw new Error('broken');
        },
      },
    };
    const { start, requests } = starterOf({ http: Recorder, undici: Recorder }, { instrumentationConfig: config });
    start(entryOf(name));
    const begin = (made[0] as unknown as { config: Hooks }).config[hook];
    expect(() => begin?.('order')).toThrow('broken');
    expect(requests).toEqual(['order']);
  });

  test('one of the program’s own in the place of ours ignores our exports too, and stays on or off as it was made', () => {
    const { adopt } = starterOf({});
    const own = Object.assign(new Recorder({ enabled: false }), {
      instrumentationName: '@opentelemetry/instrumentation-http',
      given: {} as Hooks & { enabled?: boolean },
      setConfig: (config: Hooks): void => void Object.assign(own.given, config),
    });
    adopt(own);
    expect(own.given).toMatchObject({ enabled: false, ignoreOutgoingRequestHook: expect.any(Function) });
    const other = Object.assign(new Recorder(), { instrumentationName: 'acme', setConfig: () => expect.fail() });
    adopt(other);
    expect(other.calls).toEqual(['tracer', 'meter', 'enable']);
  });
});
