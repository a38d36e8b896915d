/**
 * The instrumentations that `@opentelemetry/auto-instrumentations-node` brings along, and what each of them patches.
 *
 * Known without loading any of them: loading all costs most of the start-up time of stock auto-instrumentation, and an app
 * uses five of forty. A test holds the table against the packages themselves.
 */

/** One instrumentation. */
export interface CatalogueEntry {
  /** As in OTEL_NODE_ENABLED_INSTRUMENTATIONS: `express`, `aws-sdk`. */
  readonly name: string;
  /** The npm package. */
  readonly package: string;
  /** The class that it exports. */
  readonly className: string;
  /**
   * The modules that it patches, as an app names them: npm packages, or modules of Node's own. None when it patches nothing:
   * it then listens to a diagnostics channel, or measures the process.
   */
  readonly modules: readonly string[];
}

/** Every instrumentation of the release train, in the order of its own list. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  entry('amqplib', 'AmqplibInstrumentation', ['amqplib']),
  // What it patches is the function's own file, which only the environment of a Lambda names.
  entry('aws-lambda', 'AwsLambdaInstrumentation', []),
  entry('aws-sdk', 'AwsInstrumentation', [
    '@aws-sdk/middleware-stack',
    '@aws-sdk/smithy-client',
    '@smithy/core',
    '@smithy/middleware-stack',
    '@smithy/smithy-client',
  ]),
  entry('bunyan', 'BunyanInstrumentation', ['bunyan']),
  entry('cassandra-driver', 'CassandraDriverInstrumentation', ['cassandra-driver']),
  entry('connect', 'ConnectInstrumentation', ['connect']),
  entry('cucumber', 'CucumberInstrumentation', ['@cucumber/cucumber']),
  entry('dataloader', 'DataloaderInstrumentation', ['dataloader']),
  entry('dns', 'DnsInstrumentation', ['dns', 'dns/promises']),
  entry('express', 'ExpressInstrumentation', ['express']),
  entry('fs', 'FsInstrumentation', ['fs', 'fs/promises']),
  entry('generic-pool', 'GenericPoolInstrumentation', ['generic-pool']),
  entry('graphql', 'GraphQLInstrumentation', ['graphql']),
  entry('grpc', 'GrpcInstrumentation', ['@grpc/grpc-js']),
  entry('hapi', 'HapiInstrumentation', ['@hapi/hapi']),
  entry('host-metrics', 'HostMetricsInstrumentation', []),
  entry('http', 'HttpInstrumentation', ['http', 'https']),
  entry('ioredis', 'IORedisInstrumentation', ['ioredis']),
  entry('kafkajs', 'KafkaJsInstrumentation', ['kafkajs']),
  entry('knex', 'KnexInstrumentation', ['knex']),
  entry('koa', 'KoaInstrumentation', ['koa']),
  entry('lru-memoizer', 'LruMemoizerInstrumentation', ['lru-memoizer']),
  entry('memcached', 'MemcachedInstrumentation', ['memcached']),
  entry('mongodb', 'MongoDBInstrumentation', ['mongodb']),
  entry('mongoose', 'MongooseInstrumentation', ['mongoose']),
  entry('mysql2', 'MySQL2Instrumentation', ['mysql2']),
  entry('mysql', 'MySQLInstrumentation', ['mysql']),
  entry('nestjs-core', 'NestInstrumentation', ['@nestjs/core']),
  entry('net', 'NetInstrumentation', ['net']),
  entry('openai', 'OpenAIInstrumentation', ['openai']),
  entry('oracledb', 'OracleInstrumentation', ['oracledb']),
  entry('pg', 'PgInstrumentation', ['pg', 'pg-pool']),
  entry('pino', 'PinoInstrumentation', ['pino']),
  entry('redis', 'RedisInstrumentation', ['@node-redis/client', '@redis/client', 'redis']),
  entry('restify', 'RestifyInstrumentation', ['restify']),
  entry('router', 'RouterInstrumentation', ['router']),
  entry('runtime-node', 'RuntimeNodeInstrumentation', []),
  entry('socket.io', 'SocketIoInstrumentation', ['socket.io']),
  entry('tedious', 'TediousInstrumentation', ['tedious']),
  entry('undici', 'UndiciInstrumentation', []),
  entry('winston', 'WinstonInstrumentation', ['winston']),
];

function entry(name: string, className: string, modules: readonly string[]): CatalogueEntry {
  return { name, package: `@opentelemetry/instrumentation-${name}`, className, modules };
}
