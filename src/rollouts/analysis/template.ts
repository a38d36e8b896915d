import type { OptionCheck } from '../../options.ts';
import { type Buildable, type BuildOptions, type Built, built } from '../builders/build.ts';
import { checkOf, object, required } from '../builders/options.ts';
import { plainCopy } from '../builders/plain.ts';
import { exactly, type TemplateSource, templateRef } from '../builders/rollout-analysis.ts';
import type {
  AnalysisTemplate,
  AnalysisTemplateSpec,
  ClusterAnalysisTemplate,
  SecretKeyRef,
  TemplateArgument,
} from '../types/analysis-template.ts';
import type { ObjectMeta } from '../types/meta.ts';
import type { Metric } from '../types/metric.ts';
import { argsIn, checkArgName } from './args.ts';

type Template = AnalysisTemplate | ClusterAnalysisTemplate;

/** Builds an analysis template. Each method gives a new builder; the old one stays as it was. */
export class AnalysisTemplateBuilder<T extends Template = AnalysisTemplate> implements Buildable<T> {
  readonly #kind: T['kind'];
  readonly #metadata: ObjectMeta;
  readonly #spec: AnalysisTemplateSpec;
  readonly #check: OptionCheck;

  /** Use {@link analysisTemplate} or {@link clusterAnalysisTemplate}. */
  constructor(kind: T['kind'], metadata: ObjectMeta, spec: AnalysisTemplateSpec) {
    this.#check = checkOf(kind === 'AnalysisTemplate' ? 'analysisTemplate' : 'clusterAnalysisTemplate');
    this.#check.text('name', metadata.name);
    this.#kind = kind;
    this.#metadata = metadata;
    this.#spec = spec;
  }

  /** Namespace: that of the rollouts that use it. A ClusterAnalysisTemplate has none. */
  namespace(
    this: AnalysisTemplateBuilder<AnalysisTemplate>,
    namespace: string,
  ): AnalysisTemplateBuilder<AnalysisTemplate> {
    return this.#but({ namespace: this.#check.text('namespace', namespace) });
  }

  /** Adds labels. */
  labels(labels: Readonly<Record<string, string>>): AnalysisTemplateBuilder<T> {
    return this.#but({ labels: { ...this.#metadata.labels, ...this.#copy('labels', labels) } });
  }

  /** Adds annotations. */
  annotations(annotations: Readonly<Record<string, string>>): AnalysisTemplateBuilder<T> {
    return this.#but({
      annotations: { ...this.#metadata.annotations, ...this.#copy('annotations', annotations) },
    });
  }

  /**
   * Declares an argument; one of the same name is replaced. Without a default the rollout must give it. An argument that
   * the metrics use and nobody declared is one without a default.
   */
  arg(name: string, defaultValue?: string): AnalysisTemplateBuilder<T> {
    checkArgName(this.#check, name);
    if (defaultValue === undefined) return this.#withArg({ name });
    if (typeof defaultValue !== 'string')
      this.#check.fail('defaultValue', defaultValue, "Use a string, also for a number: '5'.");
    return this.#withArg({ name, value: defaultValue });
  }

  /** Declares an argument whose value is a key of a Secret in the namespace of the run. */
  secretArg(name: string, secretKeyRef: SecretKeyRef): AnalysisTemplateBuilder<T> {
    checkArgName(this.#check, name);
    this.#check.knownKeys('secretKeyRef', secretKeyRef, ['name', 'key']);
    const { name: secret, key } = secretKeyRef;
    const ref = { name: this.#check.text('secretKeyRef.name', secret), key: this.#check.text('secretKeyRef.key', key) };
    return this.#withArg({ name, valueFrom: { secretKeyRef: ref } });
  }

  /** Adds metrics, made by `metric(...)` or written out. */
  metrics(...metrics: readonly Metric[]): AnalysisTemplateBuilder<T> {
    return this.#and('metrics', metrics);
  }

  /** Measures these metrics and lets them decide nothing. Exactly these: Argo would take a bare name for part of others. */
  dryRun(...metricNames: readonly string[]): AnalysisTemplateBuilder<T> {
    return this.#and(
      'dryRun',
      metricNames.map((name) => ({ metricName: exactly(this.#check.text('metricName', name)) })),
    );
  }

  /** Keeps so many measurements of a metric. Argo keeps 10. */
  retain(metricName: string, limit: number): AnalysisTemplateBuilder<T> {
    const rule = {
      metricName: exactly(this.#check.text('metricName', metricName)),
      limit: required(this.#check, 'limit', limit, { min: 1, integer: true }),
    };
    return this.#and('measurementRetention', [rule]);
  }

  /** Adds the metrics and arguments of other templates. A name alone is that of an AnalysisTemplate of the same namespace. */
  include(...templates: readonly TemplateSource[]): AnalysisTemplateBuilder<T> {
    const refs = templates.map((source, index) => templateRef(this.#check, `templates[${index}]`, source));
    return this.#and('templates', refs);
  }

  get object(): T {
    const { args = [], metrics, dryRun, measurementRetention, templates } = this.#spec;
    const known = new Set(args.map(({ name }) => name));
    const used = argsIn(JSON.stringify(metrics ?? [])).filter((name) => !known.has(name));
    const all = [...args, ...used.map((name) => ({ name }))];
    const spec = { args: all.length === 0 ? undefined : all, metrics, dryRun, measurementRetention, templates };
    const object = { apiVersion: 'argoproj.io/v1alpha1', kind: this.#kind, metadata: this.#metadata, spec };
    return plainCopy(this.#check, 'object', object) as unknown as T;
  }

  build(options?: BuildOptions): Built<T> {
    return built(this.object, options);
  }

  #copy<V>(path: string, given: V): V {
    return plainCopy(this.#check, path, object(this.#check, path, given));
  }

  #withArg(arg: TemplateArgument): AnalysisTemplateBuilder<T> {
    const others = (this.#spec.args ?? []).filter(({ name }) => name !== arg.name);
    return this.#but({}, { args: [...others, arg] });
  }

  #and<K extends 'metrics' | 'dryRun' | 'measurementRetention' | 'templates'>(
    key: K,
    more: readonly NonNullable<AnalysisTemplateSpec[K]>[number][],
  ): AnalysisTemplateBuilder<T> {
    return this.#but({}, { [key]: [...(this.#spec[key] ?? []), ...plainCopy(this.#check, key, more)] });
  }

  #but(metadata: Partial<ObjectMeta>, spec: Partial<AnalysisTemplateSpec> = {}): AnalysisTemplateBuilder<T> {
    return new AnalysisTemplateBuilder<T>(this.#kind, { ...this.#metadata, ...metadata }, { ...this.#spec, ...spec });
  }
}

/**
 * Begins an AnalysisTemplate: what to measure and how to judge it, for rollouts of one namespace.
 *
 * @throws RolloutGuardError `INVALID_OPTION` from it and its methods when an argument is wrong.
 */
export function analysisTemplate(name: string): AnalysisTemplateBuilder<AnalysisTemplate> {
  return new AnalysisTemplateBuilder<AnalysisTemplate>('AnalysisTemplate', { name }, {});
}

/**
 * Begins a ClusterAnalysisTemplate: the same for all namespaces. A rollout refers to it with `clusterScope: true`, and
 * Secrets are those of the rollout's namespace.
 *
 * @throws RolloutGuardError `INVALID_OPTION` from it and its methods when an argument is wrong.
 */
export function clusterAnalysisTemplate(name: string): AnalysisTemplateBuilder<ClusterAnalysisTemplate> {
  return new AnalysisTemplateBuilder<ClusterAnalysisTemplate>('ClusterAnalysisTemplate', { name }, {});
}
