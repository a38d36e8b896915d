/** Builder of a Rollout that comes step by step. */
import type { OptionCheck } from '../../options.ts';
import type { CanaryStrategy } from '../types/canary.ts';
import type { LabelsAndAnnotations } from '../types/meta.ts';
import type { Rollout } from '../types/rollout.ts';
import type { CanaryStep } from '../types/steps.ts';
import type { TrafficRouting } from '../types/traffic-routing.ts';
import type { IntOrPercent } from '../types/values.ts';
import { AMOUNT, object, objects } from './options.ts';
import { ANALYSIS_OPTIONS, type AnalysisOptions, rolloutAnalysis, type TemplateSource } from './rollout-analysis.ts';
import { added, cohortMetadata, firstDraft, RolloutBuilder } from './rollout-builder.ts';
import { type ServiceName, serviceName } from './services.ts';
import { GATEWAY_API, type Router } from './traffic-routers.ts';

/** Made by {@link canaryRollout}. */
export class CanaryRolloutBuilder extends RolloutBuilder {
  /** The Rollout as it stands, not validated. */
  override get object(): Rollout {
    const rollout = super.object;
    const canary = rollout.spec.strategy.canary!;
    if (typeof canary.trafficRouting === 'object' && canary.trafficRouting !== null) {
      declareRoutes(canary, canary.trafficRouting);
      nameServices(canary, canary.trafficRouting, rollout.metadata?.name);
    }
    return rollout;
  }

  /** The Services of both versions. @defaultValue those that `services(name)` makes, with a router that needs a pair */
  services(pair: { stable: ServiceName; canary: ServiceName }): this {
    return this.strategy('services', (strategy, check) => {
      strategy.stableService = serviceName(check, 'services.stable', pair?.stable);
      strategy.canaryService = serviceName(check, 'services.canary', pair?.canary);
    });
  }

  /** Two Services that change roles, in place of `services`: ALB, Istio and plugins. */
  pingPong(ping: ServiceName, pong: ServiceName): this {
    return this.strategy('pingPong', (strategy, check) => {
      strategy.pingPong = {
        pingService: serviceName(check, 'ping', ping),
        pongService: serviceName(check, 'pong', pong),
      };
    });
  }

  /** Adds routers: `istio({ virtualService: 'api' })` ... */
  traffic(...routers: Router[]): this {
    return this.strategy('traffic', (strategy, check) => {
      objects(check, 'routers', routers);
      const plugins = Object.assign({}, strategy.trafficRouting?.plugins, ...routers.map((router) => router.plugins));
      const routing: TrafficRouting = Object.assign({}, strategy.trafficRouting, ...routers);
      if (Object.keys(plugins).length > 0) routing.plugins = plugins;
      strategy.trafficRouting = routing;
    });
  }

  /** Sets the steps, in place of those before: `setWeight(5), pause('5m'), analyze('errors')` ... */
  steps(...steps: CanaryStep[]): this {
    return this.strategy('steps', (strategy, check) => {
      objects(check, 'steps', steps);
      strategy.steps = steps;
    });
  }

  /**
   * Runs templates beside the steps, from `startingStep` on. Their metrics should have an `interval` and no `count`: an
   * analysis that ends leaves the rest of the rollout unwatched.
   */
  backgroundAnalysis(
    templates: TemplateSource | readonly TemplateSource[],
    options: AnalysisOptions & { startingStep?: number } = {},
  ): this {
    return this.strategy('backgroundAnalysis', (strategy, check) => {
      check.knownKeys('options', options, `${ANALYSIS_OPTIONS} startingStep`.split(' '));
      check.number('options.startingStep', options.startingStep, 0, AMOUNT);
      strategy.analysis = rolloutAnalysis(check, templates, options);
    });
  }

  /** How many pods above and below `replicas` there may be; not both 0. @defaultValue 25 % each, by Argo */
  surge(fences: { maxSurge?: IntOrPercent; maxUnavailable?: IntOrPercent }): this {
    return this.strategy('surge', (strategy, check) => {
      check.knownKeys('fences', fences, ['maxSurge', 'maxUnavailable']);
      const { maxSurge, maxUnavailable } = fences;
      if (maxSurge !== undefined) strategy.maxSurge = maxSurge;
      if (maxUnavailable !== undefined) strategy.maxUnavailable = maxUnavailable;
    });
  }

  /** Adds labels and annotations for the time that a pod is the canary's, or stable; the cohort's own are there already. */
  cohorts(more: { canary?: LabelsAndAnnotations; stable?: LabelsAndAnnotations }): this {
    return this.strategy('cohorts', (strategy, check) => {
      check.knownKeys('more', more, ['canary', 'stable']);
      strategy.canaryMetadata = added(strategy.canaryMetadata, more.canary);
      strategy.stableMetadata = added(strategy.stableMetadata, more.stable);
    });
  }

  /** Sets any other field of the strategy. */
  canary(more: Partial<CanaryStrategy>): this {
    return this.strategy('canary', (strategy, check) => {
      Object.assign(strategy, object(check, 'more', more));
    });
  }

  private strategy(caller: string, edit: (strategy: CanaryStrategy, check: OptionCheck) => void): this {
    return this.change(caller, ({ spec }, check) => edit(spec.strategy.canary!, check));
  }
}

/**
 * A Rollout whose new version comes step by step. The selector is `app.kubernetes.io/name`; pods are marked as canary or
 * stable while they are (label `rolloutguard.cohort`).
 *
 * @throws RolloutGuardError `INVALID_OPTION` without a name; each method likewise at values that cannot be right.
 */
export function canaryRollout(name: string): CanaryRolloutBuilder {
  const canary = { canaryMetadata: cohortMetadata('canary'), stableMetadata: cohortMetadata('stable') };
  return new CanaryRolloutBuilder(firstDraft('canaryRollout', name, { canary }));
}

/** Header and mirror routes must be declared, and forgetting it is refused. */
function declareRoutes({ steps = [] }: CanaryStrategy, routing: TrafficRouting): void {
  const declared = routing.managedRoutes ?? [];
  // What is no list, and what is none of the objects in it, is the validation's to refuse.
  if (!Array.isArray(declared) || !Array.isArray(steps)) return;
  const names = new Set(declared.map((route) => route?.name));
  for (const step of steps) {
    const name = (step?.setHeaderRoute ?? step?.setMirrorRoute)?.name;
    if (name === undefined || names.has(name)) continue;
    names.add(name);
    declared.push({ name });
  }
  if (declared.length > 0) routing.managedRoutes = declared;
}

/** Nearly every router splits between two Services; subsets of a DestinationRule and ping-pong need none, nor may a plugin. */
function nameServices(canary: CanaryStrategy, routing: TrafficRouting, name: string | undefined): void {
  if (canary.pingPong || canary.stableService || canary.canaryService) return;
  const { istio, plugins, managedRoutes, maxTrafficWeight, ...others } = routing;
  const split = (istio && !istio.destinationRule) || Object.hasOwn(plugins ?? {}, GATEWAY_API);
  if (!split && Object.keys(others).length === 0) return;
  canary.stableService = `${name}-stable`;
  canary.canaryService = `${name}-canary`;
}
