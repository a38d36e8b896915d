import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logs, metrics, trace } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watched } from '../../../src/telemetry/pipelines/export-failures.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { runPipelines } from './pipelines.ts';

type Result = { code: number; error?: unknown };

function exporterOf(results: Result[]): { problems: TelemetryProblem[]; export: () => Result[] } {
  const problems: TelemetryProblem[] = [];
  const exporter = watched({ report: (problem) => void problems.push(problem) }, 'traces', 'https://u:p@h/?token=x', {
    export: (_batch: unknown, done: (result: Result) => void): void => done(results.shift() as Result),
  });
  return {
    problems,
    export: () => {
      const got: Result[] = [];
      exporter.export([], (result) => got.push(result));
      return got;
    },
  };
}

describe('a failing export', () => {
  test('is reported once, and its result is passed on each time', () => {
    const failed = { code: 1, error: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) };
    const exporter = exporterOf([{ code: 0 }, failed, { code: 0 }, failed]);
    expect([1, 2, 3, 4].flatMap(() => exporter.export()).map(({ code }) => code)).toEqual([0, 1, 0, 1]);
    expect(exporter.problems.map(({ code }) => code)).toEqual(['EXPORT_FAILED']);
    expect(exporter.problems[0]?.message).toContain('ECONNREFUSED');
  });

  test.each([
    [Object.assign(new Error('secret'), { code: 401 }), 'HTTP 401'],
    [Object.assign(new Error('14 UNAVAILABLE: secret'), { code: 14 }), 'gRPC status 14'],
    [new Error('Request timed out'), 'no answer in time'],
    [new Error('secret'), 'did not take it'],
    ['secret', 'did not take it'],
    [undefined, 'did not take it'],
    [Object.assign(new Error('secret'), { code: '\u001b[2J' }), '\\u{1b}[2J'],
  ])('%s: is told by its code, never by the words of the collector', (error, expected) => {
    const exporter = exporterOf([{ code: 1, error }]);
    exporter.export();
    const [{ message } = { message: '' }] = exporter.problems;
    expect(message).toContain(expected);
    expect(message).toContain(' https://h (');
    expect(message).not.toContain('secret');
  });
});

test('a collector that refuses is named once for each signal, in the problems of the handle and nowhere else', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(401).end('very-secret');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using running = runPipelines({ deploymentId: 'd', cohort: 'canary', export: { endpoint } });
  for (let round = 0; round < 2; round++) {
    trace.getTracer('app').startSpan('work').end();
    metrics.getMeter('app').createCounter('jobs').add(1);
    logs.getLogger('app').emit({ body: 'hello' });
    await running.flush();
  }
  const messages = running.problems.map(({ code, message }) => `${code}: ${message}`).sort();
  expect(messages).toEqual(
    ['logs', 'metrics', 'traces'].map(
      (signal) => `EXPORT_FAILED: ${signal} could not be exported to ${endpoint}/v1/${signal} (HTTP 401); said once.`,
    ),
  );
});
