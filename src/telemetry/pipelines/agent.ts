/**
 * The connections of exports over HTTP.
 *
 * The exporter's timeout begins when a connection is there. A collector behind a firewall that drops packets is never
 * there: Node would try for two minutes, and an app that has nothing left to do would wait for that before it ends.
 */
import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Environment } from '../environment.ts';
import type { Signal } from './otlp.ts';

/** Gives connections that are kept, with the certificates of the environment. */
export type AgentFactory = (protocol: string) => Promise<Agent>;

/** Makes the factory that an exporter takes. Certificates are read now; one that cannot be read is left out. */
export function agentFactory(env: Environment, signal: Signal, connectTimeoutMs: number): AgentFactory {
  const files = tlsFiles(env, signal);
  const [ca, cert, key] = [content(files.ca), content(files.cert), content(files.key)];
  return async (protocol) => {
    if (protocol !== 'https:')
      return limited(new (await import('node:http')).Agent({ keepAlive: true }), connectTimeoutMs);
    const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    return limited(new (await import('node:https')).Agent({ keepAlive: true, ...tls }), connectTimeoutMs);
  };
}

/** Paths of PEM files, where the environment names some. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The files that the environment names for this signal, or for all. */
export function tlsFiles(env: Environment, signal: Signal): TlsFiles {
  const path = (name: string): string | undefined =>
    env[`OTEL_EXPORTER_OTLP_${signal}_${name}`]?.trim() || env[`OTEL_EXPORTER_OTLP_${name}`]?.trim() || undefined;
  const [ca, cert, key] = [path('CERTIFICATE'), path('CLIENT_CERTIFICATE'), path('CLIENT_KEY')];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function content(path: string | undefined): Buffer | undefined {
  try {
    return path === undefined ? undefined : readFileSync(resolve(path));
  } catch {
    return undefined;
  }
}

function limited(agent: Agent, connectTimeoutMs: number): Agent {
  const connecting = agent as unknown as { createConnection(...args: unknown[]): Socket | undefined };
  const connect = connecting.createConnection.bind(agent);
  connecting.createConnection = (...args) => {
    const socket = connect(...args);
    if (socket?.connecting) giveUp(socket, connectTimeoutMs);
    return socket;
  };
  return agent;
}

function giveUp(socket: Socket, connectTimeoutMs: number): void {
  const late = (): void => {
    socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
  };
  const timer = setTimeout(late, connectTimeoutMs).unref();
  for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
}
