import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, type Random } from './random.ts';
import { ROUTES, type Route } from './routes.ts';

/** What the users got, seen from outside: by the header with which the router says who answered. */
export interface UserView {
  answers: number;
  /** Answers of status 500 or above, and requests that got none. */
  bad: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly requestsPerSecond: number;
  readonly random: Random;
  /** Ends the load; requests on their way are dropped. */
  readonly signal: AbortSignal;
}

/** Running load. `users` counts while it runs. */
export interface Load {
  readonly users: { readonly canary: UserView; readonly stable: UserView };
  /** Settles when the load has ended, which only its signal does. */
  readonly ended: Promise<void>;
}

/** When requests arrive, in milliseconds from the start, and what they ask for: a Poisson process without end. */
export function* arrivals(requestsPerSecond: number, random: Random): Generator<{ atMs: number; route: Route }> {
  let atMs = 0;
  for (;;) {
    atMs += exponential(random, 1000 / requestsPerSecond);
    yield { atMs, route: pickRoute(random()) };
  }
}

/** The route at the point `position` (0 to 1) of the routes laid end to end. */
export function pickRoute(position: number): Route {
  let end = 0;
  for (const route of ROUTES) {
    end += route.share;
    if (position < end) return route;
  }
  return ROUTES[ROUTES.length - 1]!;
}

/**
 * Sends open-loop traffic: requests arrive when users come, not when the last answer is back. A closed loop would slow
 * down together with the service and so hide that it is slow.
 */
export function startLoad({ port, requestsPerSecond, random, signal }: LoadOptions): Load {
  const users = { canary: { answers: 0, bad: 0 }, stable: { answers: 0, bad: 0 } };
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  const send = ({ method, path }: Route): void => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path }, (answer) => {
      const view = answer.headers['x-demo-cohort'] === 'canary' ? users.canary : users.stable;
      view.answers += 1;
      if ((answer.statusCode ?? 0) >= 500) view.bad += 1;
      answer.resume();
      answer.on('error', () => {});
    });
    // The router answers for the services behind it, so an error here means that the demo itself is ending.
    outgoing.on('error', () => {});
    outgoing.end(method === 'POST' ? '{"items":[{"sku":"teapot","count":1}]}' : undefined);
  };

  const run = async (): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      for (const { atMs, route } of arrivals(requestsPerSecond, random)) {
        // A late timer is caught up with: the schedule is absolute.
        const waitMs = atMs - (performance.now() - startedAtMs);
        if (waitMs > 0) await sleep(waitMs, undefined, { signal });
        signal.throwIfAborted();
        send(route);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      agent.destroy();
    }
  };
  return { users, ended: run() };
}
