/** Builder of a Rollout that is switched at once. */
import type { OptionCheck } from '../../options.ts';
import type { BlueGreenStrategy } from '../types/blue-green.ts';
import type { LabelsAndAnnotations } from '../types/meta.ts';
import { AMOUNT, checkOf, object, required } from './options.ts';
import { ANALYSIS_OPTIONS, type AnalysisOptions, rolloutAnalysis, type TemplateSource } from './rollout-analysis.ts';
import { added, cohortMetadata, firstDraft, RolloutBuilder } from './rollout-builder.ts';
import { type ServiceName, serviceName } from './services.ts';

/** Made by {@link blueGreenRollout}. */
export class BlueGreenRolloutBuilder extends RolloutBuilder {
  /** The Services of both versions, such as `services('api', { roles: ['active', 'preview'] })` makes them. */
  services(pair: { active: ServiceName; preview?: ServiceName }): this {
    return this.strategy('services', (strategy, check) => {
      strategy.activeService = serviceName(check, 'services.active', pair?.active);
      if (pair.preview !== undefined) strategy.previewService = serviceName(check, 'services.preview', pair.preview);
    });
  }

  /** Must succeed before the switch. */
  prePromotionAnalysis(templates: TemplateSource | readonly TemplateSource[], options: AnalysisOptions = {}): this {
    return this.strategy('prePromotionAnalysis', (strategy, check) => {
      strategy.prePromotionAnalysis = analysis(check, templates, options);
    });
  }

  /** Runs after the switch, and switches back when it fails: the old pods stay until then. */
  postPromotionAnalysis(templates: TemplateSource | readonly TemplateSource[], options: AnalysisOptions = {}): this {
    return this.strategy('postPromotionAnalysis', (strategy, check) => {
      strategy.postPromotionAnalysis = analysis(check, templates, options);
    });
  }

  /**
   * When the switch comes: at once when the pods are ready (`'auto'`), when somebody promotes (`'manual'`), or so many
   * seconds later. @defaultValue 'auto', by Argo
   */
  promotion(when: 'auto' | 'manual' | number): this {
    return this.strategy('promotion', (strategy, check) => {
      delete strategy.autoPromotionSeconds;
      // With false Argo would not look at the seconds.
      strategy.autoPromotionEnabled = when !== 'manual';
      if (when === 'auto' || when === 'manual') return;
      strategy.autoPromotionSeconds = required(check, 'when', when, { ...AMOUNT, min: 1 });
    });
  }

  /** Sets how many pods the new version has before the switch. @defaultValue as many as `replicas`, by Argo */
  previewReplicas(replicas: number): this {
    return this.strategy('previewReplicas', (strategy, check) => {
      strategy.previewReplicaCount = required(check, 'replicas', replicas, AMOUNT);
    });
  }

  /**
   * Sets how long the old pods stay after the switch: the time in which a rollback is instant. With a post-promotion
   * analysis that takes longer, the old pods are gone before it can fail. @defaultValue 30 seconds, by Argo
   */
  keepOldPods(seconds: number): this {
    return this.strategy('keepOldPods', (strategy, check) => {
      strategy.scaleDownDelaySeconds = required(check, 'seconds', seconds, AMOUNT);
    });
  }

  /** Adds labels and annotations for the time that a pod is behind either Service; the cohort's own are there already. */
  cohorts(more: { preview?: LabelsAndAnnotations; active?: LabelsAndAnnotations }): this {
    return this.strategy('cohorts', (strategy, check) => {
      check.knownKeys('more', more, ['preview', 'active']);
      strategy.previewMetadata = added(strategy.previewMetadata, more.preview);
      strategy.activeMetadata = added(strategy.activeMetadata, more.active);
    });
  }

  /** Sets any other field of the strategy. */
  blueGreen(more: Partial<BlueGreenStrategy>): this {
    return this.strategy('blueGreen', (strategy, check) => {
      Object.assign(strategy, object(check, 'more', more));
    });
  }

  private strategy(caller: string, edit: (strategy: BlueGreenStrategy, check: OptionCheck) => void): this {
    return this.change(caller, ({ spec }, check) => edit(spec.strategy.blueGreen!, check));
  }
}

/**
 * A Rollout whose new version comes up beside the old one and is switched to at once. The Services are `<name>-active`
 * and `<name>-preview` unless `services` says else; the selector is `app.kubernetes.io/name`; pods are marked as canary
 * (preview) or stable (active) while they are.
 *
 * @throws RolloutGuardError `INVALID_OPTION` without a name; each method likewise at values that cannot be right.
 */
export function blueGreenRollout(name: string): BlueGreenRolloutBuilder {
  checkOf('blueGreenRollout').text('name', name);
  const blueGreen = {
    activeService: `${name}-active`,
    previewService: `${name}-preview`,
    previewMetadata: cohortMetadata('canary'),
    activeMetadata: cohortMetadata('stable'),
  };
  return new BlueGreenRolloutBuilder(firstDraft('blueGreenRollout', name, { blueGreen }));
}

function analysis(
  check: OptionCheck,
  templates: TemplateSource | readonly TemplateSource[],
  options: AnalysisOptions,
): ReturnType<typeof rolloutAnalysis> {
  check.knownKeys('options', options, ANALYSIS_OPTIONS.split(' '));
  return rolloutAnalysis(check, templates, options);
}
