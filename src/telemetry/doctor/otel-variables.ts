/**
 * The `OTEL_*` variables that the specification and the OpenTelemetry packages for Node know, and how each may be shown.
 * What is not listed here is never shown.
 */

/** How the value of a variable may be shown; each kind shows only what looks as it should. */
export type Shape =
  /** A number. */
  | 'number'
  /** `true` or `false`. */
  | 'flag'
  /** Words of a known vocabulary, with commas between them. */
  | 'words'
  /** A URL, without credentials and query. */
  | 'url'
  /** A part of the identity, which is on all telemetry anyway. */
  | 'text'
  /** `key=value` pairs of which the known keys are shown. */
  | 'pairs'
  /** Not at all. */
  | 'hidden';

const OTLP: Readonly<Record<string, Shape>> = {
  ENDPOINT: 'url',
  HEADERS: 'hidden',
  TIMEOUT: 'number',
  PROTOCOL: 'words',
  COMPRESSION: 'words',
  INSECURE: 'flag',
  CERTIFICATE: 'hidden',
  CLIENT_CERTIFICATE: 'hidden',
  CLIENT_KEY: 'hidden',
};

function otlpVariables(): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  for (const signal of ['', 'TRACES_', 'METRICS_', 'LOGS_']) {
    for (const [name, shape] of Object.entries(OTLP)) shapes[`OTEL_EXPORTER_OTLP_${signal}${name}`] = shape;
  }
  return shapes;
}

/** Variables by name. */
export const OTEL_VARIABLES: Readonly<Record<string, Shape>> = {
  ...otlpVariables(),
  OTEL_SDK_DISABLED: 'flag',
  OTEL_SERVICE_NAME: 'text',
  OTEL_RESOURCE_ATTRIBUTES: 'pairs',
  OTEL_LOG_LEVEL: 'words',
  OTEL_CONFIG_FILE: 'hidden',
  OTEL_EXPERIMENTAL_CONFIG_FILE: 'hidden',
  OTEL_PROPAGATORS: 'words',
  OTEL_TRACES_SAMPLER: 'words',
  OTEL_TRACES_SAMPLER_ARG: 'number',
  OTEL_TRACES_EXPORTER: 'words',
  OTEL_METRICS_EXPORTER: 'words',
  OTEL_LOGS_EXPORTER: 'words',
  OTEL_METRICS_EXEMPLAR_FILTER: 'words',
  OTEL_METRIC_EXPORT_INTERVAL: 'number',
  OTEL_METRIC_EXPORT_TIMEOUT: 'number',
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'words',
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'words',
  OTEL_EXPORTER_PROMETHEUS_HOST: 'text',
  OTEL_EXPORTER_PROMETHEUS_PORT: 'number',
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'url',
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: 'number',
  OTEL_BSP_SCHEDULE_DELAY: 'number',
  OTEL_BSP_EXPORT_TIMEOUT: 'number',
  OTEL_BSP_MAX_QUEUE_SIZE: 'number',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 'number',
  OTEL_BLRP_SCHEDULE_DELAY: 'number',
  OTEL_BLRP_EXPORT_TIMEOUT: 'number',
  OTEL_BLRP_MAX_QUEUE_SIZE: 'number',
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: 'number',
  OTEL_ATTRIBUTE_COUNT_LIMIT: 'number',
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'number',
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'number',
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'number',
  OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: 'number',
  OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: 'number',
  OTEL_SPAN_EVENT_COUNT_LIMIT: 'number',
  OTEL_SPAN_LINK_COUNT_LIMIT: 'number',
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: 'number',
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: 'number',
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: 'number',
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'number',
  OTEL_NODE_RESOURCE_DETECTORS: 'words',
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'words',
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'words',
  OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'flag',
  OTEL_SEMCONV_STABILITY_OPT_IN: 'words',
  OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'words',
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'flag',
};

/** The words that values of kind `words` are made of. */
export const VOCABULARY: ReadonlySet<string> = new Set(
  [
    'otlp none console prometheus zipkin logging',
    'grpc http/protobuf http/json gzip deflate',
    'delta cumulative lowmemory explicit_bucket_histogram base2_exponential_bucket_histogram explicit exponential',
    'always_on always_off trace_based traceidratio',
    'parentbased_always_on parentbased_always_off parentbased_traceidratio',
    'tracecontext baggage b3 b3multi jaeger xray ottrace',
    'all env host os process serviceinstance container aws azure gcp alibaba',
    'error warn info debug verbose',
    'http http/dup database database/dup messaging rpc k8s',
    'get head post put delete connect options trace patch query',
    'amqplib aws-lambda aws-sdk bunyan cassandra-driver connect cucumber dataloader dns express fastify fs generic-pool',
    'graphql grpc hapi host-metrics ioredis kafkajs knex koa lru-memoizer memcached mongodb mongoose mysql mysql2',
    'nestjs-core net openai oracledb pg pino redis restify router runtime-node socket.io tedious undici winston',
    'true false canary stable baseline preview active before blue-green rolling',
  ].flatMap((line) => line.split(' ')),
);
