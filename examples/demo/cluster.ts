import type { ProcessGroup, ProcessOptions, RunningProcess } from './processes.ts';
import type { Target } from './router.ts';
import type { RouterControl } from './routing-client.ts';
import type { Scenario } from './scenarios.ts';

/** The deployment that is judged. */
export const SHOP = { service: 'shop', deploymentId: 'deploy-42' } as const;
const STABLE_DEPLOYMENT_ID = 'deploy-41';
const PODS = ['a', 'b', 'c'] as const;

export interface ClusterOptions {
  readonly seed: number;
  /** Port of the router; 0 takes any free one. */
  readonly port: number;
  /** Where telemetry goes. */
  readonly otlpUrl: string;
  readonly exportPeriodMs: number;
}

/** All processes of the demo besides this one. */
export interface Cluster {
  readonly routerPort: number;
  readonly router: RouterControl;
  readonly dependency: RunningProcess;
  readonly stable: readonly RunningProcess[];
  readonly canary: readonly RunningProcess[];
}

/** Starts the router, the stock service, and three processes of each version of the shop. */
export async function startCluster(group: ProcessGroup, options: ClusterOptions): Promise<Cluster> {
  const [router, { dependency, stable, canary }] = await Promise.all([
    group.start(routerProcess(options)),
    startServices(group, options),
  ]);
  await router.call('setTargets', [...targets('stable', stable), ...targets('canary', canary)]);
  return {
    routerPort: router.port,
    router: {
      setCanaryWeight: async (percent) => void (await router.call('setCanaryWeight', percent)),
      observedCanaryShare: async () => Number(await router.call('observedCanaryShare')),
    },
    dependency,
    stable,
    canary,
  };
}

/** Switches the fault of a scenario on or off, in the processes that have it. */
export async function switchFault({ fault }: Scenario, { dependency, canary }: Cluster, on: boolean): Promise<void> {
  if (fault?.at === 'dependency') await dependency.call('fault', { on });
  if (fault?.at === 'version') {
    await Promise.all(canary.map((pod) => pod.call('fault', { fault: on ? fault.kind : null })));
  }
}

async function startServices(
  group: ProcessGroup,
  options: ClusterOptions,
): Promise<Record<'stable' | 'canary', RunningProcess[]> & { dependency: RunningProcess }> {
  const env = { DEMO_SEED: String(options.seed) };
  const dependency = await group.start({ name: 'stock', file: here('./dependency.ts'), env });
  const start = (cohort: Target['cohort']): Promise<RunningProcess[]> =>
    Promise.all(PODS.map((pod) => group.start(shopProcess(cohort, pod, dependency.port, options))));
  // The canary's processes start now too, and wait: starting them later would disturb the traffic that is measured.
  const [stable, canary] = await Promise.all([start('stable'), start('canary')]);
  return { dependency, stable, canary };
}

function shopProcess(
  cohort: Target['cohort'],
  pod: string,
  dependencyPort: number,
  options: ClusterOptions,
): ProcessOptions {
  const version = cohort === 'canary' ? 'v2' : 'v1';
  const name = `shop-${version}-${pod}`;
  return {
    name,
    file: here('./service.ts'),
    nodeArguments: INSTRUMENTED,
    env: {
      ...telemetryTo(options, SHOP.service, name, version),
      ROLLOUTGUARD_COHORT: cohort,
      ROLLOUTGUARD_DEPLOYMENT_ID: cohort === 'canary' ? SHOP.deploymentId : STABLE_DEPLOYMENT_ID,
      DEMO_NAME: name,
      DEMO_SEED: String(options.seed),
      DEMO_DEPENDENCY_PORT: String(dependencyPort),
    },
  };
}

function routerProcess(options: ClusterOptions): ProcessOptions {
  return {
    name: 'router',
    file: here('./proxy.ts'),
    nodeArguments: INSTRUMENTED,
    env: {
      ...telemetryTo(options, 'demo-router', 'router', 'v1'),
      DEMO_PORT: String(options.port),
      DEMO_SEED: String(options.seed),
      DEMO_TARGET_SERVICE: SHOP.service,
      DEMO_CANARY_DEPLOYMENT: SHOP.deploymentId,
      DEMO_STABLE_DEPLOYMENT: STABLE_DEPLOYMENT_ID,
    },
  };
}

const INSTRUMENTED = ['--import', 'rolloutguard/register'] as const;

function telemetryTo(
  { otlpUrl, exportPeriodMs }: ClusterOptions,
  service: string,
  instance: string,
  version: string,
): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `service.version=${version},service.instance.id=${instance}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_METRIC_EXPORT_INTERVAL: String(exportPeriodMs),
    // The engine judges metrics. Traces would only cost two slow cores their time.
    OTEL_TRACES_EXPORTER: 'none',
  };
}

function targets(cohort: Target['cohort'], processes: readonly RunningProcess[]): Target[] {
  return processes.map(({ name, port }) => ({ cohort, pod: name, port }));
}

function here(file: string): URL {
  return new URL(file, import.meta.url);
}
