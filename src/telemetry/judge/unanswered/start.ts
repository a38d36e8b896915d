/** Counts the requests of this process that got no answer. */
import { VERSION } from '../../../version.ts';
import type { BootContext } from '../../boot-context.ts';
import { METER_NAME } from '../names.ts';
import { sharedUnansweredCounter } from './counter.ts';
import { targetFinder, targetsFromEnvironment } from './targets.ts';
import { watchHttp } from './watch-http.ts';
import { watchUndici } from './watch-undici.ts';

/** Watches the HTTP clients of Node. Needs the context manager: without it our own exports would be counted too. */
export function startUnanswered({ plan, env, peers, onStop }: BootContext): void {
  const { context, createNoopMeter, metrics } = peers('@opentelemetry/api');
  // Without metrics there is nothing to count for, and clients need not pay for it.
  if (metrics.getMeter(METER_NAME, VERSION) === createNoopMeter()) return;
  const { isTracingSuppressed } = peers('@opentelemetry/core');
  const findTarget = targetFinder(plan.options.unansweredTargets ?? targetsFromEnvironment(env));
  const counter = sharedUnansweredCounter();
  const seams: Parameters<typeof watchHttp>[0] = {
    onUnanswered: (peer, reason) => counter.addSeen(peer, reason, findTarget),
    isOwn: () => isTracingSuppressed(context.active()),
  };
  onStop(watchHttp(seams));
  onStop(watchUndici(seams));
}
