/** Files of a pod. */
import type * as Core from 'kubernetes-types/core/v1.js';
import type { LabelSelector, ObjectMeta } from './meta.ts';

/** A name and exactly one source. */
export interface Volume extends Core.Volume {
  azureDisk?: AzureDiskVolume;
  ephemeral?: EphemeralVolume;
  hostPath?: HostPathVolume;
  projected?: ProjectedVolume;
  /** The files of an image. From Kubernetes 1.31 on. */
  image?: { reference?: string; pullPolicy?: 'Always' | 'IfNotPresent' | 'Never' };
}

/** Where a volume appears in a container. */
export interface VolumeMount extends Core.VolumeMount {
  mountPropagation?: 'None' | 'HostToContainer' | 'Bidirectional';
  recursiveReadOnly?: 'Disabled' | 'IfPossible' | 'Enabled';
}

/** A disk of Azure. */
export interface AzureDiskVolume extends Core.AzureDiskVolumeSource {
  cachingMode?: 'None' | 'ReadOnly' | 'ReadWrite';
  kind?: 'Dedicated' | 'Managed' | 'Shared';
}

/** Files of the node. */
export interface HostPathVolume extends Core.HostPathVolumeSource {
  type?: '' | 'DirectoryOrCreate' | 'Directory' | 'FileOrCreate' | 'File' | 'Socket' | 'CharDevice' | 'BlockDevice';
}

/** A claim that lives as long as the pod. */
export interface EphemeralVolume extends Core.EphemeralVolumeSource {
  volumeClaimTemplate?: { metadata?: ObjectMeta; spec: VolumeClaim };
}

/** What a claim asks for. */
export interface VolumeClaim extends Core.PersistentVolumeClaimSpec {
  accessModes?: ('ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod')[];
  selector?: LabelSelector;
  volumeMode?: 'Block' | 'Filesystem';
}

/** Several sources in one directory. */
export interface ProjectedVolume extends Core.ProjectedVolumeSource {
  sources?: VolumeProjection[];
}

/** Exactly one of its fields. */
export interface VolumeProjection extends Core.VolumeProjection {
  clusterTrustBundle?: ClusterTrustBundleProjection;
  /** From Kubernetes 1.34 on. */
  podCertificate?: PodCertificateProjection;
}

/** Certificates of authorities. */
export interface ClusterTrustBundleProjection extends Core.ClusterTrustBundleProjection {
  labelSelector?: LabelSelector;
}

/** A certificate for the pod. */
export interface PodCertificateProjection {
  signerName: string;
  keyType: 'RSA3072' | 'RSA4096' | 'ECDSAP256' | 'ECDSAP384' | 'ECDSAP521' | 'ED25519';
  maxExpirationSeconds?: number;
  credentialBundlePath?: string;
  keyPath?: string;
  certificateChainPath?: string;
  userAnnotations?: { [name: string]: string };
}
