/** Codes of pod templates (Argo rule 7), each with its rule in a line without a full stop. */

export type PodCode =
  | 'selector-mismatch'
  | 'pod-no-containers'
  | 'pod-duplicate'
  | 'image-missing'
  | 'image-spaces'
  | 'image-floats'
  | 'bad-port'
  | 'port-name-unknown'
  | 'host-port-differs'
  | 'env-sources'
  | 'env-twice'
  | 'handler-count'
  | 'probe-on-init'
  | 'bad-timing'
  | 'no-readiness-probe'
  | 'liveness-kills-start'
  | 'not-in-template'
  | 'dns-without-servers'
  | 'volume-sources'
  | 'volume-without-source'
  | 'volume-unknown'
  | 'bad-sub-path'
  | 'bad-resource-name'
  | 'bad-quantity'
  | 'quantity-unit'
  | 'requests-over-limits'
  | 'no-requests'
  | 'bad-toleration'
  | 'bad-spread'
  | 'bad-security';

export const POD_RULES: Readonly<Record<PodCode, string>> = {
  'selector-mismatch': 'The selector matches the labels of the pod template',
  'pod-no-containers': 'A pod has a container',
  'pod-duplicate': 'Names, mount paths and ports of the host are unique within a pod',
  'image-missing': 'A container has an image',
  'image-spaces': 'An image has no spaces around it',
  'image-floats': 'An image is named by a version or a digest',
  'bad-port': 'A port is a number from 1 to 65535 or, in a probe, the name of one',
  'port-name-unknown': 'A port that a probe names is one of its container',
  'host-port-differs': 'With hostNetwork the port of the host is that of the container',
  'env-sources': 'A variable comes from one source',
  'env-twice': 'A variable is set once',
  'handler-count': 'A probe or a lifecycle hook has one handler',
  'probe-on-init': 'Init containers that end have no probes and no hooks',
  'bad-timing': 'The times and thresholds of probes, hooks and of the end are possible',
  'no-readiness-probe': 'Pods that serve have a readiness probe',
  'liveness-kills-start': 'A liveness probe leaves the time that readiness allows for a start',
  'not-in-template': 'A template has nothing that only single pods have',
  'dns-without-servers': 'dnsPolicy None comes with name servers',
  'volume-sources': 'A volume has one source',
  'volume-without-source': 'A volume says what it is',
  'volume-unknown': 'A mount names a volume of the pod',
  'bad-sub-path': 'A sub-path stays within its volume',
  'bad-resource-name': 'Requests and limits are of resources that containers have',
  'bad-quantity': 'Amounts are quantities, and not negative',
  'quantity-unit': 'Amounts have a plausible unit',
  'requests-over-limits': 'Requests are not over their limits',
  'no-requests': 'Containers request what they need',
  'bad-toleration': 'A toleration does not contradict itself',
  'bad-spread': 'A spread constraint is possible',
  'bad-security': 'A security context does not contradict itself',
};
