import { expect, test } from 'vitest';
import { ATTRIBUTE, METRIC as READ } from '../../../src/adapters/otlp/attributes.ts';
import { METRIC, POINT } from '../../../src/telemetry/judge/names.ts';

test('telemetry writes the names that the receiver reads', () => {
  expect(METRIC).toEqual({ businessPrefix: READ.businessPrefix, unanswered: READ.unanswered });
  const { targetService, targetPod, targetDeploymentId, targetCohort, outcome, statistic } = ATTRIBUTE;
  // The receiver adds segments up, so it need not know what they are called.
  expect(POINT).toEqual({
    ...{ targetService, targetPod, targetDeploymentId, targetCohort, outcome, statistic },
    segment: POINT.segment,
  });
});
