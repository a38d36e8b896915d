/** Steps that set header and mirror routes (Argo: validation.go, ValidateRolloutStrategyCanary). */
import type { Context } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { meant, shown } from '../shown.ts';
import { invalid, routersOf, says } from './strategy.ts';

/** Argo rules 37, 38 and 40 to 42, and the headers of mirror routes, which Argo forgets. */
export function checkRoutes(canary: Field, context: Context): void {
  const alb = routersOf(canary).includes('alb');
  const managed = canary.at('trafficRouting', 'managedRoutes');
  const known = new Set(managed.items.map((route) => route.at('name').text ?? ''));
  let missing = false;
  for (const step of canary.at('steps').items) {
    for (const kind of ['setHeaderRoute', 'setMirrorRoute'] as const) {
      const route = step.at(kind);
      if (!route.isObject) continue;
      checkMatches(route, kind, alb, context);
      const name = route.at('name').text ?? '';
      if (managed.present && !known.has(name)) {
        const mend = meant(name, known, 'Add it to trafficRouting.managedRoutes.');
        invalid(context, 'route-not-managed', route, `The route ${shown(name)} is not among managedRoutes.`, mend);
      }
      missing = true;
    }
  }
  if (missing && !managed.present && canary.at('trafficRouting').isObject) {
    const message = says(managed);
    invalid(context, 'managed-routes-missing', managed, message, 'List the routes of the steps in it.');
  }
}

function checkMatches(route: Field, kind: 'setHeaderRoute' | 'setMirrorRoute', alb: boolean, context: Context): void {
  for (const match of route.at('match').items) {
    const argoPath = pathText(match.path.filter((_, index) => index !== 2));
    if (kind === 'setHeaderRoute') {
      const value = match.at('headerValue');
      if (value.isObject) checkMatch(value, alb, argoPath, context);
    } else {
      for (const name of ['method', 'path'])
        if (match.at(name).isObject) checkMatch(match.at(name), false, argoPath, context);
      for (const [, value] of match.at('headers').entries) if (value.isObject) checkMatch(value, false, null, context);
    }
  }
}

/** @param argoPath - where Argo reports a wrong one; `null` where it forgets to look. */
function checkMatch(match: Field, alb: boolean, argoPath: string | null, context: Context): void {
  const given = ['exact', 'prefix', 'regex'].filter((name) => match.at(name).present && match.at(name).text !== '');
  if (given.length === 1 && (!alb || given[0] === 'exact')) return;
  const message = `The match has ${given.join(' and ') || 'no value'}.`;
  const mend = alb ? 'Write exact only.' : 'Write exactly one of exact, prefix and regex.';
  if (argoPath !== null) invalid(context, 'string-match', match, message, mend, argoPath);
  else context.report.unsafe('string-match', match, message, 'The router gets all of it, or nothing.', mend);
}
