import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/telemetry/instrumentation/catalogue.ts';
import { createWatcher, type Watcher } from '../../../src/telemetry/instrumentation/on-demand.ts';

const APP = 'file:///app/main.js';
const within = (name: string, file = 'index.js'): string => `file:///app/node_modules/${name}/${file}`;

type See = (specifier: string, parentUrl: string | undefined, url?: string) => void;

/** Lets a watcher see loads; a package lies in node_modules, and a relative file beside who loads it. */
const loading =
  (watcher: Watcher): See =>
  (specifier, parentUrl, url = specifier.startsWith('.') ? new URL(specifier, parentUrl).href : within(specifier)) =>
    watcher(specifier, url, parentUrl);

interface Watched {
  readonly see: See;
  readonly started: string[];
  readonly early: string[];
}

function watch(entries = CATALOGUE): Watched {
  const started: string[] = [];
  const early: string[] = [];
  const watcher = createWatcher({
    entries,
    start: ({ name }) => void started.push(name),
    early: (name) => void early.push(name),
  });
  return { see: loading(watcher), started, early };
}

test('an instrumentation starts when the app first loads what it patches, once', () => {
  const { see, started, early } = watch();
  see('./lib/db.js', APP);
  see('left-pad', APP);
  expect(started).toEqual([]);
  see('pg', APP);
  expect(started).toEqual(['pg']);
  see('pg', 'file:///app/other.js');
  see('./client.js', within('pg'));
  see('pg-pool', within('pg', 'lib/index.js'));
  see('@smithy/core/protocols', within('@aws-sdk/client-s3'));
  see('@smithy/smithy-client', within('@aws-sdk/client-s3'));
  expect(started).toEqual(['pg', 'aws-sdk']);
  expect(early).toEqual([]);
});

test('however a package is reached: by its file, linked from elsewhere, from a store, from a zip', () => {
  for (const [specifier, url] of [
    ['../node_modules/pg/lib/index.js', within('pg', 'lib/index.js')],
    ['pg', 'file:///home/me/node-postgres/packages/pg/lib/index.js'],
    ['pg', 'file:///app/node_modules/.pnpm/pg@8.16.0/node_modules/pg/lib/index.js'],
    ['pg', 'file:///app/.yarn/cache/pg-npm-8.16.0.zip/node_modules/pg/lib/index.js'],
  ] as const) {
    const { see, started } = watch();
    see(specifier, APP, url);
    expect([url, started]).toEqual([url, ['pg']]);
  }
});

test('whatever is loaded in whatever order, each is started once and only if it was loaded', () => {
  const modules = CATALOGUE.flatMap((entry) =>
    entry.modules.filter((name) => !/^(dns|fs|https?|net)\b/.test(name)).map((name) => [name, entry.name] as const),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...modules)), (loads) => {
      const { see, started } = watch();
      for (const [name] of loads) see(name, APP);
      expect(started).toEqual([...new Set(loads.map(([, entry]) => entry))]);
    }),
  );
});

test('Express’s own use of router is not instrumented a second time, an app’s own is', () => {
  const { see, started, early } = watch();
  see('express', APP);
  see('router', within('express', 'lib/application.js'));
  // The hook for require() asks Node once more where that is.
  see('router', within('require-in-the-middle'));
  see('parseurl', within('router'));
  expect({ started, early }).toEqual({ started: ['express'], early: [] });
  see('router', APP);
  expect(started).toEqual(['express', 'router']);
});

test('an exporter that loads gRPC does not count as the app', () => {
  const { see, started, early } = watch();
  see('@grpc/grpc-js', within('@opentelemetry/otlp-grpc-exporter-base'));
  see('./client', within('@grpc/grpc-js'));
  expect({ started, early }).toEqual({ started: [], early: [] });
  see('@grpc/grpc-js', APP);
  expect(started).toEqual(['grpc']);
});

test('a package that runs and was never seen to be loaded was linked before the start', () => {
  const { see, started, early } = watch();
  see('router', within('express', 'lib/application.js'));
  see('debug', within('express'));
  see('parseurl', within('router'));
  see('router', APP);
  expect(early).toEqual(['express']);
  expect(started).toEqual(['express', 'router']);
});

test('what an instrumentation loads while it starts does not start it again', () => {
  const started: string[] = [];
  const see = loading(
    createWatcher({
      entries: CATALOGUE,
      start: ({ name }) => {
        started.push(name);
        see('pg', within('@acme/instrumentation'));
      },
      early: () => {},
    }),
  );
  see('pg', APP);
  expect(started).toEqual(['pg']);
});

test('a module of Node’s own is not waited for, and a failing start never reaches the import', () => {
  const { see, started } = watch();
  for (const name of ['http', 'node:http', 'fs', 'net']) see(name, APP, `node:${name.replace('node:', '')}`);
  expect(started).toEqual([]);
  const start = (): never => {
    throw new Error('broken');
  };
  const failing = loading(createWatcher({ entries: CATALOGUE, start, early: () => {} }));
  expect(() => failing('pg', APP)).not.toThrow();
  expect(() => failing('pg', undefined)).not.toThrow();
});
