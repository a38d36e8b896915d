/** What the builders of both strategies share: metadata, pods, history, deadlines. */
import type { OptionCheck } from '../../options.ts';
import type { AntiAffinity } from '../types/canary.ts';
import type { LabelsAndAnnotations } from '../types/meta.ts';
import type { Container, PodSpec, PodTemplate } from '../types/pod.ts';
import type { Rollout, RolloutSpec, WorkloadRef } from '../types/rollout.ts';
import { type Buildable, type BuildOptions, type Built, built } from './build.ts';
import { AMOUNT, checkOf, object, objects, PERCENT, required } from './options.ts';
import { plainCopy } from './plain.ts';

/** A name by which objects of one application know each other. */
const NAME_LABEL = 'app.kubernetes.io/name';

/** Volume of the files that say which cohort a pod is in. */
const POD_INFO = 'podinfo';

/** How much of the past is kept. */
export interface HistoryLimits {
  /** Old ReplicaSets, for rollbacks (`spec.revisionHistoryLimit`). @defaultValue 10, by Argo */
  revisions?: number;
  /** Successful AnalysisRuns and Experiments (`spec.analysis`). @defaultValue 5, by Argo */
  successfulRuns?: number;
  /** Those that failed, broke or were inconclusive (`spec.analysis`). @defaultValue 5, by Argo */
  unsuccessfulRuns?: number;
}

/** Methods of both builders. None changes the builder itself: each returns a new one. */
export abstract class RolloutBuilder implements Buildable<Rollout> {
  readonly #draft: Rollout;

  constructor(draft: Rollout) {
    this.#draft = draft;
  }

  /** The Rollout as it stands, not validated. */
  get object(): Rollout {
    return structuredClone(this.#draft);
  }

  /**
   * The Rollout, validated. Give what it refers to in `with`, or use `buildAll`.
   *
   * @throws InvalidObjectsError when it has anything that Argo Rollouts would refuse.
   */
  build(options?: BuildOptions): Built<Rollout> {
    return built(this.object, options);
  }

  /** Sets `metadata.namespace`. */
  namespace(namespace: string): this {
    return this.change('namespace', ({ metadata }, check) => {
      metadata!.namespace = check.text('namespace', namespace);
    });
  }

  /** Adds labels to the Rollout itself; those of the pods are in `podMetadata`. */
  labels(labels: { [name: string]: string }): this {
    return this.change('labels', ({ metadata }, check) => {
      metadata!.labels = { ...metadata!.labels, ...object(check, 'labels', labels) };
    });
  }

  /** Adds annotations to the Rollout itself; those of the pods are in `podMetadata`. */
  annotations(annotations: { [name: string]: string }): this {
    return this.change('annotations', ({ metadata }, check) => {
      metadata!.annotations = { ...metadata!.annotations, ...object(check, 'annotations', annotations) };
    });
  }

  /** Sets how many pods. */
  replicas(replicas: number): this {
    return this.change('replicas', ({ spec }, check) => {
      spec.replicas = required(check, 'replicas', replicas, AMOUNT);
    });
  }

  /** Adds a container. Its probes: `probes({ ready, live })`. */
  container(container: Container & { image: string }): this {
    return this.change('container', (rollout, check) => {
      check.text('container.name', container?.name);
      check.text('container.image', container.image);
      const { spec } = podOf(check, rollout);
      spec.containers.push(container);
      mountCohortFiles(check, spec);
    });
  }

  /** Sets other fields of the pods: a service account, volumes, init containers ... Lists add up. */
  pod(more: Partial<Omit<PodSpec, 'containers'>>): this {
    return this.change('pod', (rollout, check) => {
      const spec = podOf(check, rollout).spec as unknown as Record<string, unknown>;
      for (const [field, value] of Object.entries(object(check, 'more', more))) {
        if (field === 'containers') check.fail('more.containers', value, 'Use container() for each.');
        const before = Object.hasOwn(spec, field) ? spec[field] : undefined;
        spec[field] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
      }
    });
  }

  /** Adds labels and annotations to the pods. */
  podMetadata(more: LabelsAndAnnotations): this {
    return this.change('podMetadata', (rollout, check) => {
      const { metadata } = podOf(check, rollout);
      Object.assign(metadata, added(metadata, object(check, 'more', more)));
    });
  }

  /** Selects the pods by these labels in place of `app.kubernetes.io/name`, and puts them on the pods. */
  selector(labels: { [name: string]: string }): this {
    return this.change('selector', (rollout, check) => {
      const { metadata } = podOf(check, rollout);
      object(check, 'labels', labels);
      const { [NAME_LABEL]: name, ...others } = metadata.labels!;
      const kept = name !== undefined && !Object.hasOwn(labels, NAME_LABEL) ? { [NAME_LABEL]: name } : {};
      metadata.labels = { ...kept, ...others, ...labels };
      rollout.spec.selector = { matchLabels: labels };
    });
  }

  /** Takes the pods from another object; the builder may then have no containers of its own. */
  workload(reference: WorkloadRef): this {
    return this.change('workload', ({ spec }, check) => {
      check.text('workload.name', reference?.name);
      if (spec.template?.spec?.containers.length) {
        check.fail('workload', reference, 'Leave the containers to the object that it names.');
      }
      delete spec.template;
      delete spec.selector;
      spec.workloadRef = reference;
    });
  }

  /** Sets how many old ReplicaSets and finished runs are kept, each at its place. */
  history(limits: HistoryLimits): this {
    return this.change('history', ({ spec }, check) => {
      check.knownKeys('limits', limits, ['revisions', 'successfulRuns', 'unsuccessfulRuns']);
      for (const [name, value] of Object.entries(limits)) check.number(`limits.${name}`, value, 0, AMOUNT);
      const { revisions, successfulRuns, unsuccessfulRuns } = limits;
      if (revisions !== undefined) spec.revisionHistoryLimit = revisions;
      if (successfulRuns !== undefined) spec.analysis = { ...spec.analysis, successfulRunHistoryLimit: successfulRuns };
      if (unsuccessfulRuns !== undefined) {
        spec.analysis = { ...spec.analysis, unsuccessfulRunHistoryLimit: unsuccessfulRuns };
      }
    });
  }

  /**
   * Sets after how long without progress the rollout is `Degraded`, and whether it is then aborted. Time in pauses and
   * analyses does not count. @defaultValue 600 seconds without an abort, by Argo
   */
  progressDeadline(seconds: number, options: { abort?: boolean } = {}): this {
    return this.change('progressDeadline', ({ spec }, check) => {
      check.knownKeys('options', options, ['abort']);
      spec.progressDeadlineSeconds = required(check, 'seconds', seconds, { ...AMOUNT, min: 1 });
      if (options.abort !== undefined) spec.progressDeadlineAbort = options.abort;
    });
  }

  /** Keeps the pods of the new version away from nodes of the old one: where possible (1 to 100), or always. */
  antiAffinity(weight: number | 'required'): this {
    return this.change('antiAffinity', ({ spec: { strategy } }, check) => {
      const antiAffinity: AntiAffinity =
        weight === 'required'
          ? { requiredDuringSchedulingIgnoredDuringExecution: {} }
          : {
              preferredDuringSchedulingIgnoredDuringExecution: {
                weight: required(check, 'weight', weight, { ...PERCENT, min: 1 }),
              },
            };
      (strategy.canary ?? strategy.blueGreen!).antiAffinity = antiAffinity;
    });
  }

  /**
   * Mounts labels and annotations of the pod at `/etc/podinfo` in every container, where `rolloutguard/telemetry` reads the
   * cohort: environment variables do not follow when a canary becomes stable.
   */
  cohortFiles(): this {
    return this.change('cohortFiles', (rollout, check) => {
      const { spec } = podOf(check, rollout);
      const volumes = objects(check, 'volumes', spec.volumes ?? []);
      if (volumes.some(({ name }) => name === POD_INFO)) return;
      const items = ['labels', 'annotations'].map((path) => ({ path, fieldRef: { fieldPath: `metadata.${path}` } }));
      spec.volumes = [...volumes, { name: POD_INFO, downwardAPI: { items } }];
      mountCohortFiles(check, spec);
    });
  }

  /** Sets any other field of the spec. */
  spec(more: Partial<Omit<RolloutSpec, 'strategy' | 'template' | 'selector' | 'workloadRef'>>): this {
    return this.change('spec', ({ spec }, check) => {
      Object.assign(spec, object(check, 'more', more));
    });
  }

  /** A new builder with a changed copy of the Rollout. */
  protected change(caller: string, edit: (draft: Rollout, check: OptionCheck) => void): this {
    const check = checkOf(caller);
    const draft = structuredClone(this.#draft);
    edit(draft, check);
    const Own = this.constructor as new (draft: Rollout) => this;
    return new Own(plainCopy(check, 'rollout', draft));
  }
}

/** What both builders start from. */
export function firstDraft(caller: string, name: string, strategy: RolloutSpec['strategy']): Rollout {
  const labels = { [NAME_LABEL]: checkOf(caller).text('name', name) };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: { ...labels } },
      template: { metadata: { labels: { ...labels } }, spec: { containers: [] } },
      strategy,
    },
  };
}

/**
 * What marks the pods of a cohort while they belong to it: a label for queries and selectors, and the annotation that
 * `rolloutguard/telemetry` reads from the pod's files.
 */
export function cohortMetadata(cohort: 'canary' | 'stable'): LabelsAndAnnotations {
  return {
    labels: { 'rolloutguard.cohort': cohort },
    annotations: { 'resource.opentelemetry.io/rolloutguard.cohort': cohort },
  };
}

/** Both together; of one name the second counts. */
export function added(before: LabelsAndAnnotations = {}, more: LabelsAndAnnotations = {}): LabelsAndAnnotations {
  const both: LabelsAndAnnotations = {};
  for (const part of ['labels', 'annotations'] as const) {
    if (before?.[part] ?? more?.[part]) both[part] = { ...before?.[part], ...more?.[part] };
  }
  return both;
}

function podOf(check: OptionCheck, { spec }: Rollout): PodTemplate & { metadata: LabelsAndAnnotations; spec: PodSpec } {
  if (spec.template === undefined)
    check.fail('workload', spec.workloadRef, 'The pods are those of the object that it names.');
  return spec.template as PodTemplate & { metadata: LabelsAndAnnotations; spec: PodSpec };
}

/** Containers that come later have the files too. */
function mountCohortFiles(check: OptionCheck, { volumes = [], containers }: PodSpec): void {
  if (!objects(check, 'volumes', volumes).some(({ name, downwardAPI }) => name === POD_INFO && downwardAPI)) return;
  for (const [index, container] of containers.entries()) {
    const mounts = objects(check, `containers[${index}].volumeMounts`, container.volumeMounts ?? []);
    if (mounts.some(({ name }) => name === POD_INFO)) continue;
    container.volumeMounts = [...mounts, { name: POD_INFO, mountPath: '/etc/podinfo', readOnly: true }];
  }
}
