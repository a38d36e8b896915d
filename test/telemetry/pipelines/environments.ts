/** Environments by which our set-up is held against OpenTelemetry's. */
import fc from 'fast-check';

export type Env = Readonly<Record<string, string>>;

/** Any file will do: it is read, not understood, before the first export. */
const FILE = new URL(import.meta.url).pathname;

/** For each variable values that OpenTelemetry understands, or ignores without consequence. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  OTEL_SDK_DISABLED: ['true', ' TRUE ', 'false', 'yes', ''],
  OTEL_SERVICE_NAME: ['checkout'],
  OTEL_RESOURCE_ATTRIBUTES: ['team=a,region=b', 'team=a%20b'],
  OTEL_NODE_RESOURCE_DETECTORS: ['env,host', 'env,os', 'env, process', 'env,serviceinstance', 'host,env,unheard'],
  OTEL_NODE_EXPERIMENTAL_SDK_METRICS: ['true', 'false', 'maybe'],
  OTEL_TRACES_EXPORTER: [
    'otlp',
    'console',
    'zipkin',
    'none',
    'otlp, console',
    'zipkin,otlp,otlp',
    'otlp,none',
    'none,otlp',
    ' ',
    'otlp,unheard',
  ],
  OTEL_METRICS_EXPORTER: ['otlp', 'console', 'none', 'console,otlp', 'otlp,none', 'otlp,unheard'],
  OTEL_LOGS_EXPORTER: ['otlp', 'console', 'none', 'otlp,console', 'none,otlp', 'console,unheard'],
  OTEL_EXPORTER_OTLP_PROTOCOL: ['grpc', 'http/json', 'http/protobuf', 'unheard', ''],
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: ['grpc', 'http/json', 'http/protobuf'],
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: ['grpc', 'http/json', 'http/protobuf'],
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: ['grpc', 'http/json', 'http/protobuf'],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    'http://h:1',
    'https://h/base',
    'https://h/base/',
    'http://us%20er:p@h:1/x',
    'https://h//',
  ],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['http://t:2', 'https://t:2/own/path'],
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: ['http://m:3', 'https://m:3/own/path?key=1'],
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ['http://l:4', 'https://l:4/own/path/'],
  OTEL_EXPORTER_OTLP_HEADERS: [
    'a=1,b=2',
    'Authorization=Bearer%20x==',
    'a=1;meta=2, b = 3',
    'bad,a=,=b,%zz=1,ok=1',
    ',',
  ],
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: ['a=9,c=3'],
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: ['A=9,c=3'],
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: ['c=3'],
  OTEL_EXPORTER_OTLP_TIMEOUT: ['5000', '1e3', ' 700 ', '-1', '0', 'soon'],
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: ['5001', '-1'],
  OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: ['5002'],
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: ['5003', 'soon'],
  OTEL_EXPORTER_OTLP_COMPRESSION: ['gzip', 'none', 'zstd'],
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: ['gzip', 'none', 'zstd'],
  OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: ['gzip', 'none'],
  OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: ['gzip', 'none'],
  OTEL_EXPORTER_OTLP_INSECURE: ['true', 'false'],
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: ['http://z:9411/api/v2/spans'],
  OTEL_TRACES_SAMPLER: [
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
    'unheard',
  ],
  OTEL_TRACES_SAMPLER_ARG: ['0.25', '0', '1', '2', '-1', 'half', ''],
  OTEL_PROPAGATORS: [
    'tracecontext',
    'baggage',
    'b3',
    'b3multi',
    'b3,tracecontext',
    'tracecontext,b3',
    'b3multi,baggage,b3',
    'none',
    'tracecontext,none',
    'b3,unheard',
  ],
  OTEL_BSP_MAX_QUEUE_SIZE: ['100', '0', 'many'],
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: ['50', '4096'],
  OTEL_BSP_SCHEDULE_DELAY: ['10', '-5'],
  OTEL_BSP_EXPORT_TIMEOUT: ['20'],
  OTEL_BLRP_MAX_QUEUE_SIZE: ['101', '0'],
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: ['51', '4096', 'many'],
  OTEL_BLRP_SCHEDULE_DELAY: ['11'],
  OTEL_BLRP_EXPORT_TIMEOUT: ['21', '-1'],
  OTEL_ATTRIBUTE_COUNT_LIMIT: ['7', '70', 'many'],
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: ['8', 'long'],
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: ['9', '0'],
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: ['10', '0'],
  OTEL_SPAN_EVENT_COUNT_LIMIT: ['11', '0', 'many'],
  OTEL_SPAN_LINK_COUNT_LIMIT: ['12'],
  OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: ['13'],
  OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: ['14'],
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: ['15', '0'],
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: ['16', '0'],
  OTEL_METRIC_EXPORT_INTERVAL: ['30000', '500', '-1', '0', 'often'],
  OTEL_METRIC_EXPORT_TIMEOUT: ['400', '600000', '-1'],
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: ['delta', 'cumulative', 'LowMemory'],
};

/** Settings that mean something together. */
const TOGETHER: readonly Env[] = [
  {},
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
  {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
    OTEL_EXPORTER_OTLP_INSECURE: 'true',
  },
  {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4317/ignored',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb',
  },
  {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=1',
  },
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://h',
    OTEL_EXPORTER_OTLP_CERTIFICATE: FILE,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: FILE,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: FILE,
  },
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://h',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: FILE,
  },
  { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20' },
  { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.125' },
  { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  { OTEL_METRICS_EXPORTER: 'none', OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true' },
  { OTEL_METRIC_EXPORT_INTERVAL: '500', OTEL_METRIC_EXPORT_TIMEOUT: '600' },
  { OTEL_METRICS_EXPORTER: 'otlp,console', OTEL_METRIC_EXPORT_INTERVAL: '500' },
  { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3', OTEL_ATTRIBUTE_COUNT_LIMIT: '5', OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '0' },
  { OTEL_CONFIG_FILE: '/no/such/file.yaml' },
];

/**
 * Where we do otherwise than the NodeSDK on purpose: `env` does the same as `like` does. Bad values are reported and count
 * as absent, so that a typo neither switches a signal off nor makes every export fail.
 */
export const OTHERWISE: readonly { why: string; env: Env; like: Env; reported?: string }[] = [
  {
    why: 'a typo does not switch traces off',
    env: { OTEL_TRACES_EXPORTER: 'oltp' },
    like: {},
    reported: 'OTEL_TRACES_EXPORTER',
  },
  {
    why: 'a typo does not switch metrics off',
    env: { OTEL_METRICS_EXPORTER: 'oltp' },
    like: {},
    reported: 'OTEL_METRICS_EXPORTER',
  },
  {
    why: 'a typo does not switch logs off',
    env: { OTEL_LOGS_EXPORTER: 'oltp' },
    like: {},
    reported: 'OTEL_LOGS_EXPORTER',
  },
  { why: 'a typo does not cut traces', env: { OTEL_PROPAGATORS: 'w3c' }, like: {}, reported: 'OTEL_PROPAGATORS' },
  {
    why: 'case does not matter',
    env: { OTEL_TRACES_SAMPLER: 'ALWAYS_OFF' },
    like: { OTEL_TRACES_SAMPLER: 'always_off' },
  },
  {
    why: 'a bad value of the signal leaves the general one',
    env: { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'json', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    like: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    reported: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  },
  {
    why: 'HTTP cannot be sent there',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    like: {},
    reported: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  },
  {
    why: 'its user cannot be decoded',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://us%er@h' },
    like: {},
    reported: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  },
  {
    why: 'the path of the signal goes before the query',
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://h/in?token=1',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
    like: {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://h/in/v1/traces?token=1',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  },
  {
    why: 'HTTP forbids the header, so every export would fail',
    env: { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,x=%0d%0aHost:evil' },
    like: { OTEL_EXPORTER_OTLP_HEADERS: 'a=1' },
    reported: 'OTEL_EXPORTER_OTLP_HEADERS, pair 2,',
  },
  {
    why: 'no timer waits so long',
    env: { OTEL_EXPORTER_OTLP_TIMEOUT: '9999999999' },
    like: {},
    reported: 'OTEL_EXPORTER_OTLP_TIMEOUT',
  },
  {
    why: 'there is no half span',
    env: { OTEL_BSP_MAX_QUEUE_SIZE: '1.5' },
    like: {},
    reported: 'OTEL_BSP_MAX_QUEUE_SIZE',
  },
  {
    why: 'no limit is below none',
    env: { OTEL_SPAN_EVENT_COUNT_LIMIT: '-1' },
    like: {},
    reported: 'OTEL_SPAN_EVENT_COUNT_LIMIT',
  },
  {
    why: 'our default is delta',
    env: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'sum' },
    like: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' },
    reported: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
  },
  {
    why: 'identity is no detector, it is always read',
    env: { OTEL_NODE_RESOURCE_DETECTORS: 'host', OTEL_RESOURCE_ATTRIBUTES: 'team=a' },
    like: { OTEL_NODE_RESOURCE_DETECTORS: 'env,host', OTEL_RESOURCE_ATTRIBUTES: 'team=a' },
  },
];

/** Each value alone. */
export function oneByOne(): Env[] {
  return Object.entries(VALUES).flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
}

/** Each with a name for the list of tests. */
export function environments(): [name: string, env: Env][] {
  const all = [...TOGETHER, ...oneByOne(), ...mixes()];
  return all.map((env, index) => [`${index}: ${JSON.stringify(env).slice(0, 150)}`, env]);
}

/** Values mixed at random, the same ones each time. */
function mixes(): Env[] {
  const some = Object.fromEntries(
    Object.entries(VALUES)
      // Off is tried alone: with it every mixture is the same.
      .filter(([name]) => name !== 'OTEL_SDK_DISABLED')
      .map(([name, values]) => [name, fc.constantFrom(...values)]),
  );
  return fc.sample(fc.record(some, { requiredKeys: [] }), { seed: 7, numRuns: 150 }) as Env[];
}
