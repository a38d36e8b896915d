/** Routers of a canary's traffic (Argo: validation.go and validation_references.go, ValidateRollout...Config). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { pathText } from '../field.ts';
import { invalid, routersOf } from './strategy.ts';

/** Fields of which exactly one is written: of one object, or of a list of them. */
const SOURCES: readonly (readonly [router: string, one: string, many: string])[] = [
  ['nginx', 'stableIngress', 'stableIngresses'],
  ['alb', 'ingress', 'ingresses'],
  ['istio', 'virtualService', 'virtualServices'],
];

/** Argo rules 59 to 61, and a router that routes nothing. */
export function checkTrafficRouting(root: Field, context: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  const routing = canary.at('trafficRouting');
  if (!routing.isObject) return;
  if (routersOf(canary).length === 0) {
    const message = 'trafficRouting names no router.';
    const effect = 'No traffic is shifted.';
    context.report.unsafe('no-router', routing, message, effect, 'Name a router, or leave it out.');
  }
  for (const [router, one, many] of SOURCES) {
    const field = routing.at(router);
    if (!field.isObject) continue;
    const single = field.at(one);
    // An empty string is no name, but an empty list is a list.
    const isSingle = single.present && single.text !== '';
    const isMany = field.at(many).present;
    if (isSingle !== isMany) continue;
    const message = `${router} has ${isMany ? 'both' : 'neither'} ${one} ${isMany ? 'and' : 'nor'} ${many}.`;
    invalid(context, 'router-source-not-one', field, message, 'Write exactly one of them.', pathText(field.path));
  }
}
