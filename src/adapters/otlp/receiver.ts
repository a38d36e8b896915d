/**
 * An OTLP/HTTP receiver inside the process: services export their metrics to it, the engine asks it for telemetry. It needs
 * no collector and no database.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RolloutGuardError } from '../../errors.ts';
import type { CallOptions, MetricsClient, TelemetryQuery } from '../../ports/metrics-client.ts';
import type { DeploymentTelemetry } from '../../ports/telemetry.ts';
import { Endpoint } from './endpoint.ts';
import type { IntakeStats } from './intake.ts';
import { createIntervalStore } from './interval-store.ts';
import { SOURCE } from './problems.ts';
import { checkReceiverOptions, type OtlpReceiverOptions } from './receiver-options.ts';

/** What a receiver got so far. */
export interface OtlpReceiverStats extends IntakeStats {
  /** Metrics exports that were read. Their points may still have been dropped: see `dropped`. */
  exports: number;
  /** Metrics exports that were refused whole: malformed, too large, of the wrong type. */
  refused: number;
}

/** A running receiver, and the metrics client that answers from what it received. */
export interface OtlpReceiver extends MetricsClient {
  /** Base URL for exporters, without a path, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /**
   * A deployment's telemetry: the closed intervals that lie wholly between `fromMs` and `toMs`.
   *
   * Rejects with the signal's reason when it is aborted, and with `INVALID_REQUEST` when `intervalMs` is not a multiple of
   * the receiver's own.
   */
  getTelemetry(query: TelemetryQuery, options: CallOptions): Promise<DeploymentTelemetry>;
  /** What it got so far. */
  stats(): OtlpReceiverStats;
  /** Stops listening and cuts all connections. What was received can still be asked for. */
  close(): Promise<void>;
}

/** Longer than the usual export period of 60 s, so that senders keep their connection. */
const KEEP_ALIVE_MS = 75_000;
/** An export takes milliseconds; whoever needs longer is stuck, or wants to hold the connection. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Starts a receiver for OTLP/HTTP: `POST /v1/metrics` with JSON or protobuf, plain or gzip.
 *
 * @throws RolloutGuardError `INVALID_OPTION`, also when the port is in use or the host is not of this computer.
 */
export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const resolved = checkReceiverOptions(options);
  const { intervalMs, exportPeriodMs, retentionMs, maxSeries, host, now } = resolved;
  const store = createIntervalStore({ intervalMs, exportPeriodMs, retentionMs, maxSeries }, now());
  const endpoint = new Endpoint(store, resolved, now);
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => void endpoint.handle(request, response),
  );
  await listen(server, host, resolved.port);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    name: SOURCE,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async getTelemetry(query, { signal }) {
      signal.throwIfAborted();
      return store.telemetry(query, now());
    },
    stats: () => ({ exports: endpoint.exports, refused: endpoint.refused, ...store.stats() }),
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): RolloutGuardError {
  if (cause.code === 'EADDRINUSE') {
    const mend = 'Another program listens there: use another port, or 0 for any free one.';
    return new RolloutGuardError('INVALID_OPTION', 'startOtlpReceiver: port in use', {
      path: 'options.port',
      value: port,
      mend,
      cause,
    });
  }
  const mend = `Use an address of this computer and a port that this user may open (${cause.message}).`;
  return new RolloutGuardError('INVALID_OPTION', 'startOtlpReceiver: cannot listen', {
    path: 'options.host',
    value: `${host}:${port}`,
    mend,
    cause,
  });
}
