/** The events of a real service, from its start to its promotion, as a collector gets them. */
import { expect, test } from 'vitest';
import { startApp } from '../telemetry/child-app.ts';
import { startSink } from '../telemetry/otlp-sink.ts';

test('a canary tells that it started, that its cohort changed, and that it was promoted', async ({ signal }) => {
  await using sink = await startSink();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_BLRP_SCHEDULE_DELAY: '20',
    OTEL_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_DEPLOYMENT_TIMESTAMP: '2026-11-20T10:00:00Z',
    ROLLOUTGUARD_COHORT: 'canary',
  };
  await using app = await startApp('chain.mjs', { signal, env });
  await app.get('/promote');
  await sink.until(() => sink.logs().length === 3);
  const told = sink.logs().map(({ eventName, severityText, attributes, resource, scope, traceId }) => ({
    eventName,
    severityText,
    cohort: attributes['rolloutguard.cohort'],
    previous: attributes['rolloutguard.previous_cohort'],
    began: attributes['rolloutguard.deployment.timestamp'],
    ids: [attributes['deployment.id'], resource['deployment.id']],
    scope,
    traceId,
  }));
  const common = { severityText: 'INFO', ids: ['deploy-7', 'deploy-7'], scope: 'rolloutguard', traceId: '' };
  const changed = { ...common, cohort: 'stable', previous: 'canary' };
  expect(told).toEqual([
    {
      ...common,
      eventName: 'rolloutguard.deployment.started',
      cohort: 'canary',
      began: '2026-11-20T10:00:00.000Z',
    },
    { ...changed, eventName: 'rolloutguard.cohort.changed' },
    { ...changed, eventName: 'rolloutguard.deployment.promoted' },
  ]);
});
