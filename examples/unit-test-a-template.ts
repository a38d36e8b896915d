/**
 * Unit tests of an analysis template: would it have failed on these numbers, and when? No cluster, no Prometheus, no waiting.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { rolloutEffect, simulateRun } from 'rolloutguard/rollouts/semantics';
import { isKind, parse } from 'rolloutguard/rollouts/yaml';

// Yours stands in a file: parse(readFileSync('errors.yaml', 'utf8')).
const [template] = parse(`
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: limit, value: '0.02' }]
  metrics:
    - name: error-rate
      interval: 1m
      failureLimit: 2
      successCondition: len(result) > 0 && result[0] < {{args.limit}}
      provider:
        prometheus:
          address: http://prometheus:9090
          query: sum(rate(errors[5m])) / sum(rate(requests[5m]))
`);
assert(template !== undefined && isKind(template, 'AnalysisTemplate'));

test('a version that breaks after ten minutes is rolled back two minutes later', () => {
  const run = simulateRun(template, { 'error-rate': (seconds) => [seconds < 600 ? 0.001 : 0.2] });
  assert.equal(run.phase, 'Failed');
  assert.equal(run.endedAfterSeconds, 720);
  assert.equal(rolloutEffect(run.phase, 'background').action, 'abort');
});

test('one bad minute is borne, and a service that nobody calls is not', () => {
  const burst = simulateRun(
    template,
    { 'error-rate': (seconds) => [seconds === 300 ? 0.2 : 0.001] },
    { terminateAfterSeconds: 1800 },
  );
  assert.equal(burst.phase, 'Successful');
  const idle = simulateRun(template, { 'error-rate': () => [] });
  assert.equal(idle.endedAfterSeconds, 120); // is that what you want at night?
});

test('Prometheus may be away for half a minute', () => {
  const away = (from: number, to: number) => (seconds: number) =>
    seconds >= from && seconds < to ? new Error('503') : [0.001];
  const short = simulateRun(template, { 'error-rate': away(0, 30) }, { terminateAfterSeconds: 600 });
  assert.equal(short.phase, 'Successful');
  const long = simulateRun(template, { 'error-rate': away(0, 60) });
  assert.equal(long.phase, 'Error'); // the default bears four errors in a row, 10 s apart
  assert.equal(long.endedAfterSeconds, 40);
});

test('a stricter argument finds what the default does not', () => {
  const readings = { 'error-rate': () => [0.01] };
  assert.equal(simulateRun(template, readings, { args: { limit: 0.005 } }).phase, 'Failed');
});
