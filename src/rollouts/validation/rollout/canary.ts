/** Services, pods and replicas of a canary (Argo: validation.go, ValidateRolloutStrategyCanary). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { invalid, routersOf, says } from './strategy.ts';

/** Routers that send traffic to the two Services by their names. */
const BY_SERVICE = ['smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'];

/** Argo rules 12, 13 and 16, for both strategies. */
export function checkStrategy(root: Field, context: Context): void {
  const spec = root.at('spec');
  const strategy = spec.at('strategy');
  if (!spec.isObject || (strategy.present && !strategy.isObject)) return;
  const given = ['canary', 'blueGreen'].filter((name) => strategy.at(name).present);
  const reported = 'spec.strategy.strategy';
  if (given.length === 0)
    invalid(context, 'strategy-missing', strategy, 'There is no strategy.', 'Write canary or blueGreen.', reported);
  if (given.length === 2)
    invalid(context, 'two-strategies', strategy, 'There are both canary and blueGreen.', 'Keep one.', reported);
  for (const name of given) checkAntiAffinity(strategy.at(name, 'antiAffinity'), context);
}

function checkAntiAffinity(affinity: Field, context: Context): void {
  if (!affinity.isObject) return;
  const preferred = affinity.at('preferredDuringSchedulingIgnoredDuringExecution');
  const required = affinity.at('requiredDuringSchedulingIgnoredDuringExecution');
  if (preferred.present === required.present) {
    const message = `antiAffinity has ${preferred.present ? 'both kinds' : 'no kind'}.`;
    const mend = 'Keep one.';
    invalid(context, 'anti-affinity-kinds', affinity, message, mend);
  }
}

/** Argo rules 18, 21, 22, 24 to 26 and 29, and what Argo never says of these fields. */
export function checkCanary(root: Field, context: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  if (!canary.isObject) return;
  checkSurge(canary, context);
  checkServices(canary, context);
  checkPingPong(canary, context);
  checkScale(canary, context);
  checkThreshold(canary.at('replicaProgressThreshold'), context);
}

/** What the controller's check makes of it: text that is no percentage is a number, or else 0. */
function fence(field: Field): number {
  const { value } = field;
  if (!field.present) return 25;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^([-+]?\d+|\d+%)$/.test(value) ? Number.parseInt(value, 10) : 0;
}

function checkSurge(canary: Field, context: Context): void {
  const surge = canary.at('maxSurge');
  const unavailable = canary.at('maxUnavailable');
  if (fence(surge) === 0 && fence(unavailable) === 0) {
    const message = 'maxSurge and maxUnavailable are both 0.';
    invalid(context, 'cannot-move', surge, message, 'Raise one of them.', 'spec.strategy.maxSurge');
  }
  for (const field of [surge, unavailable]) checkPercent(field, context);
}

/** Text without its sign: checked as a number, executed as a percentage. Also for the twin of blue-green. */
export function checkPercent(field: Field, { report }: Context): void {
  const { text } = field;
  if (text === undefined || /^\d+%$/.test(text)) return;
  const number = /^\d+$/.test(text);
  const message = says(field);
  const effect = number ? `It is executed as ${text} %.` : 'It counts as 0: no pod may be replaced.';
  const mend = number ? `Write ${text} without quotes, or "${text}%".` : 'Write a number, or "25%".';
  report.unsafe('percent-without-sign', field, message, effect, mend);
}

function checkServices(canary: Field, context: Context): void {
  const stable = canary.at('stableService');
  const name = canary.at('canaryService');
  const routers = routersOf(canary);
  const pingPong = canary.at('pingPong').present;
  const subsets = canary.at('trafficRouting', 'istio', 'destinationRule').present;
  const needing = routers.find(
    (router) => BY_SERVICE.includes(router) || (!pingPong && (router === 'alb' || (router === 'istio' && !subsets))),
  );
  if (needing === undefined) return;
  for (const field of [stable, name]) {
    if (field.present && field.text !== '') continue;
    const message = says(field);
    invalid(context, 'service-missing', field, message, `Name the Service; ${needing} needs it.`);
  }
}

function checkPingPong(canary: Field, context: Context): void {
  const pingPong = canary.at('pingPong');
  if (!pingPong.isObject) return;
  const routers = routersOf(canary);
  for (const field of [pingPong.at('pingService'), pingPong.at('pongService')]) {
    if (field.text === '') invalid(context, 'service-missing', field, says(field), 'Name the Service.');
  }
  const rootService = canary.at('trafficRouting', 'alb', 'rootService');
  if (routers.includes('alb') && (!rootService.present || rootService.text === '')) {
    const message = says(rootService);
    invalid(context, 'root-service-missing', rootService, message, 'Name the Service; ping-pong needs it.');
  }
}

function checkScale(canary: Field, context: Context): void {
  const dynamic = canary.at('dynamicStableScale');
  if (!canary.at('trafficRouting').present || !canary.at('scaleDownDelaySeconds').present || dynamic.value !== true)
    return;
  const message = 'dynamicStableScale excludes scaleDownDelaySeconds.';
  invalid(context, 'dynamic-scale-with-delay', dynamic, message, 'Leave out one of them.');
}

function checkThreshold(threshold: Field, { report }: Context): void {
  const value = threshold.at('value');
  const { number } = value;
  if (number === undefined) return;
  const effect =
    number === 0
      ? 'It is always met, without a single pod.'
      : number < 0
        ? 'It is ignored.'
        : number > 100 && threshold.at('type').text === 'Percent'
          ? 'It is never met: the rollout stays.'
          : null;
  if (effect !== null)
    report.unsafe('progress-threshold', value, says(value), effect, 'Use 1 to 100 percent, or more pods.');
}
