import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { pipeline } from 'node:stream';
import type { Random } from './random.ts';

/** One instance behind the router. */
export interface Target {
  readonly cohort: 'canary' | 'stable';
  readonly pod: string;
  readonly port: number;
}

export interface RouterOptions {
  readonly random: Random;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A request that is not answered in this time counts as unanswered. */
  readonly answerWithinMs: number;
  /** Called for each request that its target did not answer, with what went wrong. */
  readonly onUnanswered: (target: Target, error: Error) => void;
}

/** A weighted HTTP router. */
export interface Router {
  readonly server: Server;
  setTargets(targets: readonly Target[]): void;
  /** Share of the requests for the canary in percent, 0 to 100, from the next request on. */
  setCanaryWeight(percent: number): void;
  /** Share of the requests of the last second that the canary really got, 0 to 1; without requests, the weight. */
  observedCanaryShare(): number;
  /** Closes idle connections to the targets. */
  close(): void;
}

const OBSERVED_MS = 1_000;
const CONNECTION_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection']);

/**
 * Makes a router that sends each request to the canary or to stable by the toss of a weighted coin, and to the
 * instances of a cohort in turn. It neither retries nor takes broken instances out: what a version does to its users
 * shall show. It says who was asked in the header `x-demo-cohort`.
 */
export function createRouter({ random, now, answerWithinMs, onUnanswered }: RouterOptions): Router {
  const agent = new Agent({ keepAlive: true });
  const recent: { atMs: number; canary: boolean }[] = [];
  let targets: Record<Target['cohort'], readonly Target[]> = { canary: [], stable: [] };
  const turns = { canary: 0, stable: 0 };
  let weight = 0;

  const forgetOld = (): void => {
    while (recent.length > 0 && recent[0]!.atMs <= now() - OBSERVED_MS) recent.shift();
  };

  const pickTarget = (): Target | undefined => {
    const cohort = random() * 100 < weight ? 'canary' : 'stable';
    forgetOld();
    recent.push({ atMs: now(), canary: cohort === 'canary' });
    turns[cohort] += 1;
    return targets[cohort][turns[cohort] % targets[cohort].length];
  };

  const server = createServer((incoming, response) => {
    const target = pickTarget();
    if (target === undefined) {
      response.writeHead(503).end();
      return;
    }
    const { cohort, port } = target;
    const { method, url, headers } = incoming;
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, agent, method, path: url, headers: endToEnd(headers), timeout: answerWithinMs },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'x-demo-cohort': cohort });
        pipeline(answer, response, () => {});
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new NoAnswerInTime()));
    outgoing.on('error', (error) => {
      // A user who went away did not miss an answer; and an answer that has begun was counted by the target itself.
      if (response.destroyed || response.headersSent) return;
      onUnanswered(target, error);
      response.writeHead(502, { 'x-demo-cohort': cohort }).end();
    });
    response.on('close', () => {
      if (!response.writableFinished) outgoing.destroy();
    });
    incoming.pipe(outgoing);
  });

  return {
    server,
    setTargets: (all) => {
      const of = (cohort: Target['cohort']): Target[] => all.filter((target) => target.cohort === cohort);
      targets = { canary: of('canary'), stable: of('stable') };
    },
    setCanaryWeight: (percent) => {
      if (!(percent >= 0 && percent <= 100)) throw new RangeError(`a weight is 0 to 100 percent, not ${percent}`);
      weight = percent;
    },
    observedCanaryShare: () => {
      forgetOld();
      if (recent.length === 0) return weight / 100;
      return recent.filter(({ canary }) => canary).length / recent.length;
    },
    close: () => agent.destroy(),
  };
}

/** The router's own patience has ended. */
class NoAnswerInTime extends Error {
  override readonly name = 'TimeoutError';
}

/** Headers without those that concern one connection only. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.has(name)));
}
