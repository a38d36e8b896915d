/** Where and how OTLP leaves the process, for one signal. Pure. */
import { type EnvReader, lowerCaseKeys } from '../env-reader.ts';
import { isGrpcTarget } from '../http-fields.ts';

/** Encodings and transports of OTLP. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** How requests are compressed. */
export type Compression = 'gzip' | 'none';

/** Where and how one signal is sent. */
export interface SignalSettings {
  /** Of gRPC also `unix:path`. */
  readonly url: string;
  readonly protocol: OtlpProtocol;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: Compression;
}

/** What a program may say about it. Each is overruled by its `OTEL_*` variable. */
export interface OtlpOptions {
  /** Base URL; over HTTP `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended. @defaultValue `http://localhost:4318`, of gRPC `:4317` */
  readonly endpoint?: string;
  /** Headers of every export request, for instance an API key. Shown nowhere. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @defaultValue `http/protobuf` */
  readonly protocol?: OtlpProtocol;
  /** @defaultValue `none` */
  readonly compression?: Compression;
  /** Longest time one export may take, retries included, in milliseconds. @defaultValue 3000 */
  readonly timeoutMs?: number;
}

/** The three signals, as variables name them. */
export type Signal = 'TRACES' | 'METRICS' | 'LOGS';

/** The values of OTEL_EXPORTER_OTLP_PROTOCOL. */
export const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

/** The values of OTEL_EXPORTER_OTLP_COMPRESSION. */
export const COMPRESSIONS = ['gzip', 'none'] as const;

const DEFAULT_ENDPOINT = { http: 'http://localhost:4318', grpc: 'http://localhost:4317' } as const;
/** Below the shutdown deadline, so that a collector that hangs costs one timeout, not the whole deadline. */
const DEFAULT_TIMEOUT_MS = 3_000;

/** Works out the settings of one signal: the variable of the signal, the general one, the option, the default. */
export function otlpSettings(signal: Signal, reader: EnvReader, options: OtlpOptions): SignalSettings {
  const general = 'OTEL_EXPORTER_OTLP';
  const specific = `${general}_${signal}`;
  const either = <T>(read: (name: string) => T | undefined, name: string): T | undefined =>
    read(`${specific}_${name}`) ?? read(`${general}_${name}`);
  const protocol = either((name) => reader.choice(name, PROTOCOLS), 'PROTOCOL') ?? options.protocol ?? 'http/protobuf';
  return {
    protocol,
    url:
      protocol === 'grpc'
        ? (grpcTarget(reader, signal) ?? options.endpoint ?? DEFAULT_ENDPOINT.grpc)
        : (reader.url(`${specific}_ENDPOINT`) ??
          below(reader.url(`${general}_ENDPOINT`) ?? options.endpoint ?? DEFAULT_ENDPOINT.http, signal)),
    headers: {
      ...lowerCaseKeys(options.headers ?? {}),
      ...reader.headers(`${general}_HEADERS`),
      ...reader.headers(`${specific}_HEADERS`),
    },
    timeoutMs: either((name) => reader.integer(name), 'TIMEOUT') ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    compression: either((name) => reader.choice(name, COMPRESSIONS), 'COMPRESSION') ?? options.compression ?? 'none',
  };
}

/** The path of the signal goes before a query, in which some vendors want their token. */
function below(base: string, signal: Signal): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal.toLowerCase()}`;
  return url.href;
}

/** A target without a scheme is spoken to under TLS, unless OTEL_EXPORTER_OTLP_INSECURE says no. */
function grpcTarget(reader: EnvReader, signal: Signal): string | undefined {
  for (const name of [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const value = reader.text(name);
    if (value === undefined) continue;
    if (!isGrpcTarget(value)) reader.reject(name, 'an http or https URL, or host:port');
    else if (/^(?:https?:\/\/|unix:)/i.test(value)) return value;
    else return `${isInsecure(reader, signal) ? 'http' : 'https'}://${value}`;
  }
  return undefined;
}

function isInsecure(reader: EnvReader, signal: Signal): boolean {
  return reader.flag(`OTEL_EXPORTER_OTLP_${signal}_INSECURE`) ?? reader.flag('OTEL_EXPORTER_OTLP_INSECURE') ?? false;
}
