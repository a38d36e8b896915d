/**
 * The schema of a pod template, in the notation of the table of Argo's kinds. What is rare in rollouts is `object` and not
 * looked into. Kubernetes: pkg/apis/core/v1, release 1.34.
 */

/** The kinds of volumes, in that notation. */
export const VOLUME_SOURCES =
  'emptyDir:EmptyDir configMap:ConfigMapVolume secret:SecretVolume persistentVolumeClaim:ClaimVolume hostPath:HostPath projected:Projected csi:object downwardAPI:object ephemeral:object nfs:object image:object awsElasticBlockStore:object azureDisk:object azureFile:object cephfs:object cinder:object fc:object flexVolume:object flocker:object gcePersistentDisk:object gitRepo:object glusterfs:object iscsi:object photonPersistentDisk:object portworxVolume:object quobyte:object rbd:object scaleIO:object storageos:object vsphereVolume:object';
const PROBE =
  'exec:Exec httpGet:HttpGet tcpSocket:TcpSocket grpc:Grpc initialDelaySeconds:int periodSeconds:int timeoutSeconds:int successThreshold:int failureThreshold:int terminationGracePeriodSeconds:long';
const SECURITY =
  'runAsUser:long runAsGroup:long runAsNonRoot:bool seLinuxOptions:object seccompProfile:Profile appArmorProfile:Profile windowsOptions:object';
const AFFINITY = 'DuringSchedulingIgnoredDuringExecution:';
const POD_AFFINITY = `preferred${AFFINITY}WeightedPodTerm[] required${AFFINITY}PodTerm[]`;

/** Shapes by name; see `shape/table.ts`. */
export const POD_TABLE: Readonly<Record<string, string>> = {
  PodTemplate: 'metadata:PodMetadata spec:PodSpec',
  // What else metadata may have, the schema of Argo's kinds drops.
  PodMetadata: 'labels:string{} annotations:string{} creationTimestamp:any',
  PodSpec:
    'serviceAccountName serviceAccount automountServiceAccountToken:bool securityContext:PodSecurity initContainers:Container[] containers*:Container[] ephemeralContainers:object[] volumes:Volume[] restartPolicy terminationGracePeriodSeconds:long activeDeadlineSeconds:long affinity:Affinity nodeSelector:string{} nodeName schedulerName tolerations:Toleration[] topologySpreadConstraints:Spread[] priorityClassName priority:int preemptionPolicy runtimeClassName imagePullSecrets:LocalName[] hostNetwork:bool hostPID:bool hostIPC:bool hostUsers:bool hostname hostnameOverride subdomain setHostnameAsFQDN:bool shareProcessNamespace:bool dnsPolicy dnsConfig:DnsConfig hostAliases:HostAlias[] enableServiceLinks:bool readinessGates:object[] schedulingGates:object[] resourceClaims:object[] resources:Resources overhead:quantity{} os:object',
  Container: `name* image imagePullPolicy command:string[] args:string[] workingDir ports:ContainerPort[] env:Env[] envFrom:EnvFrom[] resources:Resources resizePolicy:object[] restartPolicy restartPolicyRules:object[] volumeMounts:Mount[] volumeDevices:Device[] startupProbe:Probe livenessProbe:Probe readinessProbe:Probe lifecycle:Lifecycle terminationMessagePath terminationMessagePolicy securityContext:Security stdin:bool stdinOnce:bool tty:bool`,
  ContainerPort: 'name containerPort*:int protocol hostPort:int hostIP',
  Env: 'name* value valueFrom:EnvSource',
  EnvSource:
    'fieldRef:EnvField resourceFieldRef:EnvResource configMapKeyRef:KeyRef secretKeyRef:KeyRef fileKeyRef:object',
  EnvField: 'apiVersion fieldPath*',
  EnvResource: 'containerName resource* divisor:quantity',
  KeyRef: 'name key* optional:bool',
  EnvFrom: 'prefix configMapRef:EnvMap secretRef:EnvMap',
  EnvMap: 'name optional:bool',
  Resources: 'requests:quantity{} limits:quantity{} claims:object[]',
  Mount: 'name* mountPath* subPath subPathExpr readOnly:bool recursiveReadOnly mountPropagation',
  Device: 'name* devicePath*',
  Probe: PROBE,
  Exec: 'command:string[]',
  HttpGet: 'path port*:int-or-string scheme host httpHeaders:HttpHeader[]',
  HttpHeader: 'name* value*',
  TcpSocket: 'port*:int-or-string host',
  Grpc: 'port*:int service',
  Lifecycle: 'postStart:Hook preStop:Hook stopSignal',
  Hook: 'exec:Exec httpGet:HttpGet tcpSocket:TcpSocket sleep:Sleep',
  Sleep: 'seconds*:long',
  Security: `${SECURITY} allowPrivilegeEscalation:bool privileged:bool readOnlyRootFilesystem:bool procMount capabilities:Capabilities`,
  PodSecurity: `${SECURITY} fsGroup:long fsGroupChangePolicy supplementalGroups:long[] supplementalGroupsPolicy seLinuxChangePolicy sysctls:object[]`,
  Profile: 'type* localhostProfile',
  Capabilities: 'add:string[] drop:string[]',
  Volume: `name* ${VOLUME_SOURCES}`,
  EmptyDir: 'medium sizeLimit:quantity',
  ConfigMapVolume: 'name items:object[] defaultMode:int optional:bool',
  SecretVolume: 'secretName items:object[] defaultMode:int optional:bool',
  ClaimVolume: 'claimName* readOnly:bool',
  HostPath: 'path* type',
  Projected: 'sources:object[] defaultMode:int',
  LocalName: 'name',
  Toleration: 'key operator value effect tolerationSeconds:long',
  Spread:
    'maxSkew*:int topologyKey* whenUnsatisfiable* labelSelector:Selector minDomains:int matchLabelKeys:string[] nodeAffinityPolicy nodeTaintsPolicy',
  Affinity: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity',
  NodeAffinity: `preferred${AFFINITY}WeightedNodeTerm[] required${AFFINITY}NodeTerms`,
  NodeTerms: 'nodeSelectorTerms*:NodeTerm[]',
  NodeTerm: 'matchExpressions:SelectorTerm[] matchFields:SelectorTerm[]',
  WeightedNodeTerm: 'weight*:int preference*:NodeTerm',
  PodAffinity: POD_AFFINITY,
  PodTerm:
    'topologyKey* labelSelector:Selector namespaceSelector:Selector namespaces:string[] matchLabelKeys:string[] mismatchLabelKeys:string[]',
  WeightedPodTerm: 'weight*:int podAffinityTerm*:PodTerm',
  DnsConfig: 'nameservers:string[] searches:string[] options:object[]',
  HostAlias: 'ip hostnames:string[]',
};
