/** Where a pod may run. */
import type * as Core from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from './meta.ts';

/** Which nodes and neighbours a pod wants. */
export interface Affinity extends Core.Affinity {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAffinity;
}

/** Which nodes. */
export interface NodeAffinity extends Core.NodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; preference: NodeSelectorTerm }[];
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] };
}

/** All of its demands must hold. */
export interface NodeSelectorTerm extends Core.NodeSelectorTerm {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
}

/** One demand of a node. */
export interface NodeSelectorRequirement extends Core.NodeSelectorRequirement {
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
}

/** Which neighbours. */
export interface PodAffinity extends Core.PodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; podAffinityTerm: PodAffinityTerm }[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
}

/** Pods of this kind, counted by nodes with the same value of this label. */
export interface PodAffinityTerm extends Core.PodAffinityTerm {
  labelSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
}

/** A taint of nodes that does not keep the pod away. */
export interface Toleration extends Core.Toleration {
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  /** @defaultValue 'Equal' */
  operator?: 'Equal' | 'Exists';
}

/** How evenly the pods are spread over zones or nodes. */
export interface TopologySpreadConstraint extends Core.TopologySpreadConstraint {
  labelSelector?: LabelSelector;
  nodeAffinityPolicy?: 'Honor' | 'Ignore';
  nodeTaintsPolicy?: 'Honor' | 'Ignore';
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
}
