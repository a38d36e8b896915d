/** What a pod and its containers may do. */
import type * as Core from 'kubernetes-types/core/v1.js';

/** For all containers of a pod. */
export interface PodSecurityContext extends Core.PodSecurityContext {
  appArmorProfile?: SecurityProfile;
  fsGroupChangePolicy?: 'Always' | 'OnRootMismatch';
  seccompProfile?: SecurityProfile;
  /** From Kubernetes 1.31 on. */
  supplementalGroupsPolicy?: 'Merge' | 'Strict';
  /** From Kubernetes 1.32 on. */
  seLinuxChangePolicy?: 'MountOption' | 'Recursive';
}

/** For one container. */
export interface SecurityContext extends Core.SecurityContext {
  appArmorProfile?: SecurityProfile;
  procMount?: 'Default' | 'Unmasked';
  seccompProfile?: SecurityProfile;
}

/** A profile of AppArmor or seccomp. */
export interface SecurityProfile {
  type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
  /** With `Localhost` only, and needed there. */
  localhostProfile?: string;
}
