/** A policy as the command line takes it: a whole document, a preset with what should differ, or the name of a preset. */
import { businessMetric } from '../engine/criteria/business-metric.ts';
import { errorRate } from '../engine/criteria/error-rate.ts';
import { latency } from '../engine/criteria/latency.ts';
import { saturation } from '../engine/criteria/saturation.ts';
import { crashLoop, panicErrorRate, sloBurnRate, unansweredShare } from '../engine/hard-stops.ts';
import { parsePolicy } from '../engine/parse-policy.ts';
import type { Criterion, Policy } from '../engine/policy.ts';
import { batchWorker, lowTraffic, type PresetOverrides, webService } from '../engine/presets.ts';
import { thresholdPolicy } from '../engine/thresholds.ts';
import { OptionCheck } from '../options.ts';
import type { RunEdges } from './command.ts';
import { placed, readDocument, within } from './input.ts';

type Fields = Readonly<Record<string, unknown>>;

const PRESETS: Readonly<Record<string, (overrides: Fields) => Policy>> = {
  webService: (overrides) => webService(withParts(overrides)),
  lowTraffic: (overrides) => lowTraffic(withParts(overrides)),
  batchWorker: (overrides) => batchWorker(withParts(overrides)),
  thresholds: (overrides) => thresholdPolicy(overrides),
};

/** What a preset document is completed by: criteria and hard stops may leave out what has a default. */
const CRITERIA: Readonly<Record<Criterion['kind'], (fields: Fields) => unknown>> = {
  'error-rate': (fields) => errorRate(fields),
  latency: (fields) => latency(fields),
  'business-metric': ({ name, maxRelativeChange: change, ...fields }) => {
    const limit = fields['better'] === 'higher' ? 'maxRelativeDrop' : 'maxRelativeIncrease';
    const given = change === undefined ? fields : { ...fields, [limit]: change };
    return businessMetric(name as string, given as never);
  },
  saturation: ({ name, ...fields }) => saturation(name as string, fields as never),
};
const HARD_STOPS: Readonly<Record<string, (fields: Fields) => unknown>> = {
  'panic-error-rate': (fields) => panicErrorRate(fields as never),
  'slo-burn-rate': (fields) => sloBurnRate(fields as never),
  'unanswered-share': (fields) => unansweredShare(fields),
  'crash-loop': (fields) => crashLoop(fields),
};

/** The names that stand for a policy without a file. */
const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/** How options describe a policy in the help. */
export const POLICY_HELP: string = `a policy document, { "preset": ..., overrides }, or one of ${PRESET_NAMES.join(', ')}`;

/**
 * Reads the policy that an option names.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when it cannot be read, `INVALID_POLICY` when it is no policy; the message
 * names the file and the field.
 */
export async function readPolicy(option: string, source: string, edges: RunEdges): Promise<Policy> {
  const preset = Object.hasOwn(PRESETS, source) ? PRESETS[source] : undefined;
  if (preset !== undefined) return preset({});
  const { name, value } = await readDocument(option, source, edges);
  return within(name, () => policyOf(value));
}

function policyOf(document: unknown): Policy {
  if (!isObject(document) || !('preset' in document)) return parsePolicy(document);
  const { preset, ...overrides } = document;
  const check = new OptionCheck('INVALID_POLICY', 'policy');
  return PRESETS[check.oneOf('preset', preset, '', PRESET_NAMES)]!(overrides);
}

function withParts(overrides: Fields): PresetOverrides {
  const completed: Record<string, unknown> = { ...overrides };
  for (const [field, builders] of [
    ['criteria', CRITERIA],
    ['hardStops', HARD_STOPS],
  ] as const) {
    const parts = overrides[field];
    // What is no list is refused by the preset, with the reason.
    if (Array.isArray(parts)) completed[field] = parts.map((part, i) => complete(builders, part, `${field}[${i}]`));
  }
  return completed as PresetOverrides;
}

function complete(
  builders: Readonly<Record<string, (fields: Fields) => unknown>>,
  part: unknown,
  path: string,
): unknown {
  const check = new OptionCheck('INVALID_POLICY', 'policy');
  if (!isObject(part)) return check.fail(path, part, 'Use an object.');
  const { kind, ...fields } = part;
  const build = builders[check.oneOf(`${path}.kind`, kind ?? '', '', Object.keys(builders))]!;
  try {
    return build(fields);
  } catch (error) {
    throw placed(path, error);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
