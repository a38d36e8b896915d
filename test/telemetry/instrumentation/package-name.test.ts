import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packageNameOf } from '../../../src/telemetry/instrumentation/package-name.ts';

test.for([
  ['express', 'express'],
  ['pg/lib/client.js', 'pg'],
  ['@redis/client', '@redis/client'],
  ['@redis/client/dist/index.js', '@redis/client'],
  ['/app/node_modules/pg/lib/index.js', 'pg'],
  ['file:///app/node_modules/@smithy/core/dist/x.js?iitm=true', '@smithy/core'],
  ['/app/node_modules/.pnpm/pg@8.1.0_x@1/node_modules/pg/index.js', 'pg'],
  ['/app/node_modules/fastify/node_modules/pino/pino.js', 'pino'],
  ['C:\\app\\node_modules\\@redis\\client\\index.js', '@redis/client'],
  ['../node_modules/pg/index.js', 'pg'],
  ['node:http', null],
  ['./express', null],
  ['../express/index.js', null],
  ['/app/express/index.js', null],
  ['file:///app/express.js', null],
  ['#internal', null],
  ['data:text/javascript,0', null],
  ['', null],
  ['.', null],
  ['/app/node_modules/', null],
] as const)('%j belongs to %j', ([specifier, name]) => {
  expect(packageNameOf(specifier)).toBe(name);
});

test('a subpath belongs to the package that it begins with, wherever that is installed', () => {
  const segment = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/).filter((text) => text !== 'node_modules');
  const name = fc.oneof(
    segment,
    fc.tuple(segment, segment).map(([scope, own]) => `@${scope}/${own}`),
  );
  fc.assert(
    fc.property(
      name,
      fc.array(segment),
      fc.constantFrom('', '/srv/node_modules/', 'file:///a/node_modules/'),
      (it, more, at) => {
        expect(packageNameOf([at + it, ...more].join('/'))).toBe(it);
      },
    ),
  );
});
