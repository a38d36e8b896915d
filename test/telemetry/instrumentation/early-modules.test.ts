import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { findEarlyModules, type ModuleCache } from '../../../src/telemetry/instrumentation/early-modules.ts';

const modules = '/app/node_modules';

test('names each instrumented package once, whoever of the app loaded it', () => {
  const cache: ModuleCache = {
    '/app/main.js': {},
    [`${modules}/pg/lib/index.js`]: { parent: { filename: '/app/main.js' } },
    [`${modules}/pg/lib/client.js`]: { parent: { filename: `${modules}/pg/lib/index.js` } },
    [`${modules}/left-pad/index.js`]: { parent: { filename: '/app/main.js' } },
    [`${modules}/router/index.js`]: { parent: { filename: `${modules}/express/lib/application.js` } },
    // Imported by an ES module: nobody is its parent.
    [`${modules}/.pnpm/express@5.1.0/node_modules/express/index.js`]: {},
    [`${modules}/fastify/node_modules/pino/pino.js`]: { parent: { filename: `${modules}/fastify/fastify.js` } },
  };
  expect(findEarlyModules(undefined, cache)).toEqual(['express', 'pg', 'pino']);
});

test('what the OpenTelemetry packages loaded for themselves is not the app’s', () => {
  const exporter = `${modules}/@opentelemetry/otlp-grpc-exporter-base/build/index.js`;
  const grpc = `${modules}/@grpc/grpc-js/build/src/index.js`;
  const inside = { parent: { filename: grpc } };
  expect(
    findEarlyModules(undefined, {
      [grpc]: { parent: { filename: exporter } },
      [`${modules}/@grpc/grpc-js/x.js`]: inside,
    }),
  ).toEqual([]);
  expect(findEarlyModules(undefined, { [grpc]: { parent: { filename: '/app/main.js' } } })).toEqual(['@grpc/grpc-js']);
});

test('looks into the cache of this process', () => {
  createRequire(import.meta.url)('pino');
  expect(findEarlyModules()).toContain('pino');
});
