import { expect, test } from 'vitest';
import { packageOf } from '../../bench/telemetry/profile.ts';
import { head, row } from '../../bench/telemetry/table.ts';

test('ratios are taken within a round, not between medians of rounds that met different machines', () => {
  const rounds = [
    { bare: 1, stock: 2, ours: 3 },
    { bare: 10, stock: 20, ours: 20 },
    { bare: 100, stock: 200, ours: 210 },
  ];
  expect(row('cpu', ['bare', 'stock', 'ours'], rounds, (value) => value)).toBe(
    '| cpu | 10 | 20 | 20 | 1.050 [1.00, 1.50] (1.00-1.50) | 2.000 [2.00, 2.00] (2.00-2.00) |',
  );
});

test('the head names the set-ups that ran, and the ratios that they allow', () => {
  expect(head(['bare', 'ours'])).toBe('|  | bare | ours |\n|---|---|---|');
  expect(head(['ours', 'stock'])).toBe('|  | ours | stock | ours / stock |\n|---|---|---|---|');
});

test.each([
  ['', '(idle)', '(idle)'],
  ['', 'writev', 'native'],
  ['node:internal/streams', 'write', 'node'],
  ['file:///app/node_modules/@opentelemetry/core/dist/a.cjs', 'f', '@opentelemetry/core'],
  ['/app/node_modules/a/node_modules/express/lib/b.js', 'f', 'express'],
  ['file:///app/dist/register.js', 'f', 'rolloutguard'],
  ['file:///app/bench/telemetry/services/http.cjs', 'f', 'the service'],
])('the time of %s %s counts for %s', (url, functionName, name) => {
  expect(packageOf(url, functionName)).toBe(name);
});
