/**
 * Tells the HTTP instrumentation which route of Fastify a request has met, so that `http.server.request.duration` and the
 * span's name carry it. Fastify has no instrumentation in the release train, but it announces each instance on a diagnostics
 * channel, so nothing has to be patched, and ES modules and CommonJS are alike.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { BootContext } from '../boot-context.ts';

const CHANNEL = 'fastify.initialization';

interface FastifyRequest {
  /** Absent when no route was met. */
  readonly routeOptions?: { readonly url?: string };
}

type OnRequest = (request: FastifyRequest, reply: unknown, done: () => void) => void;

/** Starts it. */
export function startFastifyRoutes({ peers, onStop }: Pick<BootContext, 'peers' | 'onStop'>): void {
  const { context } = peers('@opentelemetry/api');
  const { getRPCMetadata, RPCType } = peers('@opentelemetry/core');
  // Named with three parameters: Fastify tells by their number that it has to wait for `done`.
  const onRequest: OnRequest = (request, _reply, done) => {
    try {
      const metadata = getRPCMetadata(context.active());
      const route = request.routeOptions?.url;
      if (metadata?.type === RPCType.HTTP && typeof route === 'string') metadata.route = route;
    } catch {
      // The request goes on without its route.
    }
    done();
  };
  const onInstance = (message: unknown): void => {
    try {
      // First of all hooks, so that a request which a later one refuses has its route as well; inherited by every plugin.
      (message as { fastify: { addHook(name: string, hook: OnRequest): void } }).fastify.addHook(
        'onRequest',
        onRequest,
      );
    } catch {
      // What a subscriber throws would end the process.
    }
  };
  subscribe(CHANNEL, onInstance);
  onStop(() => void unsubscribe(CHANNEL, onInstance));
}
