import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import type { BootContext } from '../../../src/telemetry/boot-context.ts';
import { identityOnSpans } from '../../../src/telemetry/cohort/identity-on-spans.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';

const ATTRIBUTES = {
  'deployment.id': 'deploy-7',
  'service.version': '2.1.0',
  'service.instance.id': 'pod:1',
  'team.size': 7,
};

function spanAttributes(
  option: boolean | readonly string[] | undefined,
  env: Record<string, string> = {},
): { attributes: unknown; problems: TelemetryProblem[]; processors: number } {
  const problems: TelemetryProblem[] = [];
  const context = {
    plan: { options: option === undefined ? {} : { identityOnSpans: option }, attributes: ATTRIBUTES },
    env: envReader(env),
    report: (problem: TelemetryProblem) => void problems.push(problem),
  };
  // Typed as the SDK types it.
  const processors: readonly SpanProcessor[] = identityOnSpans(context as unknown as BootContext);
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [...processors, new SimpleSpanProcessor({ exporter })] });
  provider.getTracer('test').startSpan('work').end();
  return { attributes: exporter.getFinishedSpans()[0]?.attributes, problems, processors: processors.length };
}

const DEFAULTS = { 'deployment.id': 'deploy-7', 'service.version': '2.1.0' };

test.each<[boolean | readonly string[] | undefined, Record<string, string>, Record<string, unknown>]>([
  [undefined, {}, {}],
  [false, { ROLLOUTGUARD_IDENTITY_ON_SPANS: 'true' }, {}],
  [undefined, { ROLLOUTGUARD_IDENTITY_ON_SPANS: 'FALSE' }, {}],
  // The environment is not known here, and stays absent without a word; no default names an instance.
  [true, {}, DEFAULTS],
  [undefined, { ROLLOUTGUARD_IDENTITY_ON_SPANS: 'True' }, DEFAULTS],
  [['service.instance.id', 'team.size'], {}, { 'service.instance.id': 'pod:1', 'team.size': 7 }],
  [
    undefined,
    { ROLLOUTGUARD_IDENTITY_ON_SPANS: 'deployment.id, team.size' },
    { 'deployment.id': 'deploy-7', 'team.size': 7 },
  ],
  [[], {}, {}],
])('identityOnSpans %j, %j: a span carries %j', (option, env, expected) => {
  const { attributes, problems, processors } = spanAttributes(option, env);
  expect(attributes).toEqual(expected);
  expect(problems).toEqual([]);
  // What is not asked for costs nothing.
  expect(processors).toBe(Object.keys(expected).length > 0 ? 1 : 0);
});

test('a name that is not known is told, and never taken from the prototype', () => {
  const { attributes, problems } = spanAttributes(['deployment.idd', 'constructor', '__proto__', 'deployment.id']);
  expect(attributes).toEqual({ 'deployment.id': 'deploy-7' });
  const odd = expect.stringMatching(/^identityOnSpans: a name that is that of no attribute is not known/);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^identityOnSpans: deployment\.idd is not known/),
    odd,
    odd,
  ]);
});
