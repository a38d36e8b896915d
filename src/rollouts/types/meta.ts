/**
 * What all Kubernetes objects share. The published types are imported as `.js`, which is not there: by `.d.ts` a user who
 * lets the compiler check its libraries would get errors, since the bundled declarations lose the word `type`.
 */
import type { ObjectMeta as KubernetesObjectMeta } from 'kubernetes-types/meta/v1.js';

/** Name, namespace, labels and annotations of an object. */
export type ObjectMeta = KubernetesObjectMeta;

/** Any object as a file of manifests has it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata?: ObjectMeta;
  [field: string]: unknown;
}

/** Labels and annotations, where nothing else of an object's metadata can be set. */
export interface LabelsAndAnnotations {
  labels?: { [name: string]: string };
  annotations?: { [name: string]: string };
}

/** Which pods belong to it: all of `matchLabels` and all of `matchExpressions` must hold. */
export interface LabelSelector {
  matchLabels?: { [name: string]: string };
  matchExpressions?: LabelSelectorRequirement[];
}

/** One demand of a {@link LabelSelector}. */
export interface LabelSelectorRequirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Needed with `In` and `NotIn`, forbidden with the other two. */
  values?: string[];
}
