/** docs/telemetry.md knows what the sources know. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COHORT_CHECKS } from '../../src/telemetry/cohort/options.ts';
import { DOCTOR_CHECKS } from '../../src/telemetry/doctor/log-level.ts';
import { EVENT_NAME } from '../../src/telemetry/events/names.ts';
import { EVENT_CHECKS } from '../../src/telemetry/events/options.ts';
import { IDENTITY_CHECKS } from '../../src/telemetry/identity/options.ts';
import { INSTRUMENTATION_CHECKS } from '../../src/telemetry/instrumentation/options.ts';
import { METRIC } from '../../src/telemetry/judge/names.ts';
import { JUDGE_CHECKS } from '../../src/telemetry/judge/options.ts';
import { PIPELINE_CHECKS } from '../../src/telemetry/pipelines/options.ts';
import { PROMETHEUS_CHECKS } from '../../src/telemetry/prometheus/options.ts';
import { PROPAGATION_CHECKS } from '../../src/telemetry/propagation/options.ts';
import { SHUTDOWN_CHECKS } from '../../src/telemetry/shutdown/options.ts';
import { withTables } from './reference-page.ts';

const PAGE = new URL('../../docs/telemetry.md', import.meta.url);

const OPTIONS = [
  COHORT_CHECKS,
  DOCTOR_CHECKS,
  EVENT_CHECKS,
  IDENTITY_CHECKS,
  INSTRUMENTATION_CHECKS,
  JUDGE_CHECKS,
  PIPELINE_CHECKS,
  PROMETHEUS_CHECKS,
  PROPAGATION_CHECKS,
  SHUTDOWN_CHECKS,
].flatMap((checks) => Object.keys(checks));

test('the tables are those of the sources (UPDATE=1 npx vitest run test/telemetry/reference-page.test.ts writes them)', () => {
  const page = readFileSync(PAGE, 'utf8');
  const made = withTables(page);
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, made);
  else expect(page === made, 'UPDATE=1 npx vitest run test/telemetry/reference-page.test.ts').toBe(true);
});

test('every option, event and metric is named', () => {
  const page = readFileSync(PAGE, 'utf8');
  const names = [...OPTIONS, 'env', 'loadPackage', ...Object.values(EVENT_NAME), ...Object.values(METRIC)];
  const missing = names.filter(
    (name) => !page.includes(`\`${name}\``) && !page.includes(`\`${name}.`) && !page.includes(`\`${name}<`),
  );
  expect(missing).toEqual([]);
});
