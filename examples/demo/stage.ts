import { startOtlpReceiver } from 'rolloutguard/otlp';
import { type Cluster, startCluster } from './cluster.ts';
import { type Load, startLoad } from './load.ts';
import { type Death, ProcessGroup } from './processes.ts';
import { seededRandom } from './random.ts';

const REQUESTS_PER_SECOND = 140;

export interface StageOptions {
  readonly seed: number;
  /** Port of the router; 0 takes any free one. */
  readonly port: number;
  readonly intervalMs: number;
}

/** Everything that runs besides the engine: the receiver of telemetry, the processes, the users. */
export interface Stage {
  readonly receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  readonly cluster: Cluster;
  readonly load: Load;
  /** Processes that died though they ought not to. */
  readonly deaths: readonly Death[];
  /** From now on the canary's processes may die: that is the scenario. */
  letCanaryDie(): void;
  /** Ends everything; resolves with the number of processes that are left. */
  close(): Promise<number>;
}

/** Starts everything. When something does not start, or `signal` aborts, nothing is left running. */
export async function openStage({ seed, port, intervalMs }: StageOptions, signal: AbortSignal): Promise<Stage> {
  const group = new ProcessGroup();
  const receiver = await startOtlpReceiver({ port: 0, intervalMs, exportPeriodMs: intervalMs });
  const stopLoad = new AbortController();
  let load: Load | undefined;
  const close = async (): Promise<number> => {
    signal.removeEventListener('abort', stopProcesses);
    stopLoad.abort();
    await load?.ended;
    await group.stop();
    await receiver.close();
    return group.size;
  };
  // Start-up waits for the processes; ending them is what makes it stop waiting.
  const stopProcesses = (): void => void group.stop();
  signal.addEventListener('abort', stopProcesses, { once: true });
  try {
    signal.throwIfAborted();
    const cluster = await startCluster(group, { seed, port, otlpUrl: receiver.url, exportPeriodMs: intervalMs });
    load = startLoad({
      port: cluster.routerPort,
      requestsPerSecond: REQUESTS_PER_SECOND,
      random: seededRandom(seed, 'load'),
      signal: stopLoad.signal,
    });
    return {
      receiver,
      cluster,
      load,
      deaths: group.deaths,
      letCanaryDie: () => {
        for (const { name } of cluster.canary) group.expectDeath(name);
      },
      close,
    };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw error;
  }
}
