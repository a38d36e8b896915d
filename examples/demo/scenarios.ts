/** A fault of the new version. */
export type VersionFault = 'errors' | 'latency' | 'down';

/** The names that `--scenario` knows. */
export const SCENARIO_NAMES = ['errors', 'latency', 'down', 'healthy', 'external'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What goes wrong in one run of the demo, and when. */
export interface Scenario {
  readonly name: ScenarioName;
  /** What happens, for the person who watches. */
  readonly story: string;
  /** What the engine ought to do about it. */
  readonly expectation: string;
  /** What fails: the new version, the dependency of both versions, or nothing. */
  readonly fault: { readonly at: 'version'; readonly kind: VersionFault } | { readonly at: 'dependency' } | null;
  /**
   * The fault begins at a random moment between these two, in seconds after the canary's first traffic. Only the
   * services are told; the engine has to find out.
   */
  readonly faultAfterSeconds: readonly [earliest: number, latest: number];
  /** How long it lasts; `null` means until the end. */
  readonly faultSeconds: readonly [shortest: number, longest: number] | null;
  /** The whole run, from start-up to the report, ends within this time on two slow cores. */
  readonly limitSeconds: number;
}

/** All scenarios, by name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  errors: {
    name: 'errors',
    story: 'v2 starts to fail most of its POST /checkout requests; its other routes stay well',
    expectation: 'rollback, because of the error rate, with the deployment as the cause',
    fault: { at: 'version', kind: 'errors' },
    faultAfterSeconds: [5, 15],
    faultSeconds: null,
    limitSeconds: 75,
  },
  latency: {
    name: 'latency',
    story: 'one request in seven becomes several times slower in v2; nothing fails',
    expectation: 'rollback, because of the latency, with the deployment as the cause',
    fault: { at: 'version', kind: 'latency' },
    faultAfterSeconds: [5, 15],
    faultSeconds: null,
    limitSeconds: 150,
  },
  down: {
    name: 'down',
    story: 'every v2 process dies at its first request, without a word of telemetry',
    expectation: 'rollback, because of the answers that never came, as the router counted them',
    fault: { at: 'version', kind: 'down' },
    faultAfterSeconds: [0, 0],
    faultSeconds: null,
    limitSeconds: 75,
  },
  healthy: {
    name: 'healthy',
    story: 'v2 is as good as v1',
    expectation: 'v2 reaches 100 % of the traffic',
    fault: null,
    faultAfterSeconds: [0, 0],
    faultSeconds: null,
    limitSeconds: 150,
  },
  external: {
    name: 'external',
    story: 'the stock service, on which both versions depend, fails for a while and recovers',
    expectation: 'no rollback; hold while the cause is external; 100 % after the recovery',
    fault: { at: 'dependency' },
    faultAfterSeconds: [5, 15],
    faultSeconds: [15, 20],
    limitSeconds: 150,
  },
};

/** True when `name` is one of {@link SCENARIO_NAMES}. */
export function isScenarioName(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}
