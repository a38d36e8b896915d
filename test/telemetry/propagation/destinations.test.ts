import { describe, expect, test } from 'vitest';
import { httpDestinations, originReader, undiciDestinations } from '../../../src/telemetry/propagation/destinations.ts';

type Found = string[] | null;
const shown = (all: readonly { host: string; port: number }[] | null): Found =>
  all?.map(({ host, port }) => `${host}:${port}`) ?? null;

describe('node:http', () => {
  test.each<[options: object, found: Found]>([
    [{}, ['localhost:80']],
    [{ host: 'payments', port: 8080 }, ['payments:8080']],
    [{ host: 'evil', hostname: 'payments' }, ['payments:80']],
    [{ hostname: '', host: 'payments' }, ['payments:80']],
    [{ protocol: 'https:', hostname: 'payments' }, ['payments:443']],
    [{ hostname: 'payments', port: '8080' }, ['payments:8080']],
    [{ hostname: 'payments', defaultPort: 8081 }, ['payments:8081']],
    [{ hostname: 'fd00::7', port: 1 }, ['[fd00::7]:1']],
    [{ hostname: 'payments', path: '/http://evil' }, ['payments:80']],
    [{ hostname: 'payments', path: '*', method: 'OPTIONS' }, ['payments:80']],
    // A proxy passes it on.
    [{ hostname: 'proxy', port: 3128, path: 'http://evil.example/x' }, ['proxy:3128', 'evil.example:80']],
    [{ hostname: 'proxy', path: 'HTTPS://evil.example:8443/x' }, ['proxy:80', 'evil.example:8443']],
    [{ hostname: 'proxy', path: 'http://[/' }, null],
    [{ hostname: 'payments', port: 443, method: 'connect', path: 'evil:443' }, null],
    // A gateway routes by it.
    [{ hostname: 'payments', headers: { host: 'evil.example' } }, ['payments:80', 'evil.example:80']],
    [{ hostname: 'payments', headers: { Host: 'evil.example:81' } }, ['payments:80', 'evil.example:81']],
    [{ hostname: 'payments', port: 8080, headers: { host: 'PAYMENTS' } }, ['payments:8080']],
    [{ hostname: 'payments', headers: { host: ['payments', 'evil'] } }, null],
    [{ hostname: 'payments', headers: { host: '' } }, null],
    // Nobody knows who listens there.
    [{ hostname: 'payments', socketPath: '/run/docker.sock' }, null],
    [{ hostname: 'pay ments' }, null],
    [{ hostname: 'payments', port: 'x' }, null],
  ])('%j', (options, found) => {
    expect(shown(httpDestinations(options))).toEqual(found);
  });
});

describe('undici', () => {
  test.each<[request: object, found: Found]>([
    [{ origin: 'http://payments:8080', path: '/' }, ['payments:8080']],
    [{ origin: new URL('https://Payments'), path: '/' }, ['payments:443']],
    [{ origin: 'http://[fd00::7]', path: '/' }, ['[fd00::7]:80']],
    [{ origin: 'http://payments', path: '/', host: 'evil' }, ['payments:80', 'evil:80']],
    [{ origin: 'http://payments', path: '/', host: null }, ['payments:80']],
    [{ origin: 'http://proxy:3128', path: 'http://evil/x' }, ['proxy:3128', 'evil:80']],
    [{ origin: 'http://proxy', path: 'evil:443', method: 'CONNECT' }, null],
    [{ origin: undefined, path: '/' }, null],
  ])('%o', (request, found) => {
    const originOf = originReader();
    expect(shown(undiciDestinations(request, originOf))).toEqual(found);
    expect(shown(undiciDestinations(request, originOf))).toEqual(found);
  });

  test('a service that calls a thousand origins reads each right', () => {
    const originOf = originReader();
    for (let index = 0; index < 2000; index++) {
      const host = `host-${index % 1000}`;
      expect(originOf(`https://${host}`)).toEqual({ first: { host, port: 443 }, schemePort: 443 });
    }
  });
});
