/** What the rules of a Rollout share: how they report, and which routers and kinds of steps there are. */
import type { RuleCode } from '../codes/index.ts';
import type { Context } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';

/** Kinds of a canary's steps, in the order in which Argo asks which of them a step is (Argo: rollout/canary.go). */
export const STEP_KINDS = [
  'pause',
  'setCanaryScale',
  'setWeight',
  'experiment',
  'analysis',
  'setHeaderRoute',
  'setMirrorRoute',
  'plugin',
] as const;

const ROUTERS = ['istio', 'nginx', 'alb', 'smi', 'ambassador', 'appMesh', 'traefik', 'apisix', 'plugins'];

/**
 * Reports what the controller marks InvalidSpec. Argo's messages leave out `canary` and `blueGreen`, where it checks a
 * strategy; where it checks what a strategy refers to, they are there, and `argoPath` is the path itself.
 */
export function invalid(
  { report }: Context,
  code: RuleCode,
  at: Field,
  message: string,
  mend: string,
  argoPath: string = pathText(at.path[1] === 'strategy' ? at.path.filter((_, index) => index !== 2) : at.path),
): void {
  report.rejected(code, at, message, EFFECT.invalidSpec, mend, argoPath);
}

/** Routers of a canary's traffic that are written, such as `istio`. An empty map of plugins is none. */
export function routersOf(canary: Field): readonly string[] {
  const routing = canary.at('trafficRouting');
  return ROUTERS.filter((name) => {
    const router = routing.at(name);
    return router.isObject && (name !== 'plugins' || router.entries.length > 0);
  });
}

/** What a field holds, as a sentence. */
export function says(field: Field): string {
  const { value } = field;
  const isEmpty =
    value === '' || (field.isObject && field.entries.length === 0) || (Array.isArray(value) && value.length === 0);
  return `${nameOf(field)} is ${field.present ? (isEmpty ? 'empty' : shown(value)) : 'missing'}.`;
}

/** The last part of a field's path: what people call it. */
export function nameOf({ path }: Field): string {
  const last = path.at(-1);
  return typeof last === 'number' ? `${path.at(-2)}[${last}]` : String(last);
}

/** The number that counts: what is written, or the default where nothing is; NaN, which no rule minds, for another type. */
export function numberOr(field: Field, fallback: number): number {
  return field.present ? (field.number ?? Number.NaN) : fallback;
}
