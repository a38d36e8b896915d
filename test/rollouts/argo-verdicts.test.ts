/** Holds the rules' cases against what Argo's own checks said; `test/fixtures/argo/README.md` says how it was asked. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ArgoTarget, RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { EFFECT } from '../../src/rollouts/validation/report.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { CASES } from './cases/all.ts';

type Paths = readonly string[];
type Verdicts = Readonly<Record<string, Readonly<Record<string, Paths | Readonly<Record<ArgoTarget, Paths>>>>>>;

const FILE = new URL('../fixtures/argo/rollouts.json', import.meta.url);
const VERDICTS = JSON.parse(readFileSync(FILE, 'utf8')) as Verdicts;
const TARGETS: readonly ArgoTarget[] = ['1.8', '1.9', '1.10'];

/** Cases in which we say something else, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'pause-invalid: more seconds than 32 bits hold': 'what Go makes of them depends on the processor: unsafe',
  'reference-missing: nested template': 'told of the template that names it',
  'reference-missing: a VirtualService that is not there': 'the recorded answers do not ask for VirtualServices',
  'router-source-not-one: ambassador without mappings': 'the recorded answers do not ask about Ambassador',
  'router-source-not-one: appMesh without a virtual service': 'the recorded answers do not ask about App Mesh',
  'app-mesh-routes: a route with one target': 'the recorded answers do not ask about App Mesh',
  'app-mesh-routes: no routes': 'the recorded answers do not ask about App Mesh',
  'mapping-weight: a weight of its own': 'the recorded answers do not ask about Ambassador',
  'reference-missing: a workload that is not there': 'the recorded answers do not follow workloadRef',
  'workload-invalid: a Deployment of another group': 'the recorded answers do not follow workloadRef',
  'workload-invalid: a kind without a pod template': 'the recorded answers do not follow workloadRef',
};

/** What a case says at a Rollout, and what Argo said. */
interface Held {
  readonly name: string;
  readonly target: ArgoTarget;
  readonly argo: Paths;
  readonly ours: readonly RolloutFinding[];
}

const HELD: readonly Held[] = CASES.flatMap(({ code, shows, bad, good, complete = false }) =>
  [bad, good].flatMap((objects) => {
    const text = JSON.stringify([objects, complete]);
    const verdicts = VERDICTS[createHash('sha256').update(text).digest('hex').slice(0, 16)] ?? {};
    const name = `${code}: ${shows}`;
    return Object.entries(verdicts).flatMap(([index, verdict]) =>
      TARGETS.map((target): Held => {
        const argo = Array.isArray(verdict) ? (verdict as Paths) : (verdict as Record<ArgoTarget, Paths>)[target];
        const found = validate(objects, { target, complete });
        const ours = found.filter(({ object, severity }) => object.index === Number(index) && severity === 'rejected');
        return { name, target, argo, ours };
      }),
    );
  }),
).filter(({ name }) => EXCEPTIONS[name] === undefined);

function placesOf(findings: readonly RolloutFinding[]): string[] {
  return findings.map(({ code, path, argoPath }) => `${code} at ${argoPath ?? path}`);
}

describe('as Argo itself answered', () => {
  test('most cases have an answer', () => {
    expect(HELD.length / TARGETS.length).toBeGreaterThan(300);
  });

  test('what it refuses is rejected', () => {
    const missed = HELD.filter(({ argo, ours }) => argo.length > 0 && ours.length === 0);
    expect(missed.map(({ name, target, argo }) => ({ name, target, argo }))).toEqual([]);
  });

  test('what it takes is not InvalidSpec to us', () => {
    const wrong = HELD.map(({ ours, ...rest }) => ({
      ...rest,
      ours: ours.filter((one) => one.effect === EFFECT.invalidSpec),
    }))
      .filter(({ argo, ours }) => argo.length === 0 && ours.length > 0)
      .map(({ name, target, ours }) => ({ name, target, ours: placesOf(ours) }));
    expect(wrong).toEqual([]);
  });

  test('what it refuses at a field of the strategy is rejected with that path', () => {
    const missed = HELD.flatMap(({ name, target, argo, ours }) => {
      const places = new Set(ours.map(({ path, argoPath }) => argoPath ?? path));
      return argo
        .filter((path) => /^spec\.strategy\.(?!canary|blueGreen)/.test(path) && !places.has(path))
        .map((path) => ({ name, target, path, ours: placesOf(ours) }));
    });
    expect(missed).toEqual([]);
  });
});
