/** Rules of a pod template that look at more than one field. */
import { type Field, pathText } from '../field.ts';
import { meant, shown } from '../shown.ts';
import { CONTAINERS, each, HOOKS, PROBES } from './places.ts';
import type { Pod } from './pod.ts';

/** What Kubernetes takes where 0 is written (Kubernetes: pkg/apis/core/v1/defaults.go). */
const DEFAULTS = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };

/** Effect of what Argo's controller does not see: to it spaces are a name, and hostNetwork is lost when it copies a template. */
const NO_POD = 'No pod is ever made: the API server refuses them.';

/** Containers, their ports and variables. */
export function checkContainers(pod: Pod): void {
  const { spec, reject, warn } = pod;
  const containers = spec.at('containers');
  // Absent from a spec: the schema says so.
  if (!spec.present || (Array.isArray(containers.value) && containers.items.length === 0))
    reject('pod-no-containers', containers, 'The pod has no container.', 'Write one, with name and image.');
  const onHost = new Set<string>();
  const hostNetwork = spec.at('hostNetwork').value === true;
  for (const container of each(spec, CONTAINERS)) {
    const isInit = container.path.includes('initContainers');
    const image = container.at('image');
    const { text } = image;
    if (text === '' || !image.present) reject('image-missing', image, 'It has no image.', 'Write registry/name:1.2.3.');
    else if (text?.trim() !== text)
      warn('image-spaces', image, `${shown(text)} has spaces around it.`, NO_POD, 'Take them out.');
    for (const port of container.at('ports').items) {
      const inside = port.at('containerPort').number;
      const host = port.at('hostPort').number || (hostNetwork ? inside : 0);
      if (!host || isInit) continue;
      if (hostNetwork && host !== inside)
        warn(
          'host-port-differs',
          port.at('hostPort'),
          `With hostNetwork ${host} must be ${inside}.`,
          NO_POD,
          'Leave it out.',
        );
      const key = JSON.stringify([port.at('protocol').text || 'TCP', port.at('hostIP').text ?? '', host]);
      if (onHost.has(key))
        reject('pod-duplicate', port.at('hostPort'), `Port ${host} of the host is taken.`, 'Keep one.');
      onHost.add(key);
    }
    const seen = new Set<string>();
    for (const variable of container.at('env').items) {
      const [name, from] = [variable.at('name'), variable.at('valueFrom')];
      if (from.present && variable.at('value').text) reject('env-sources', from, 'It has a value too.', 'Keep one.');
      if (name.text && seen.has(name.text))
        pod.advise('env-twice', name, `${shown(name.text)} is set twice.`, 'The last one counts.', 'Keep one.');
      seen.add(name.text ?? '');
    }
    checkProbes(pod, container, isInit && container.at('restartPolicy').text !== 'Always');
  }
}

function checkProbes(pod: Pod, container: Field, runsOnce: boolean): void {
  const { spec, reject, warn } = pod;
  for (const probe of each(container, `${PROBES},lifecycle`))
    if (runsOnce)
      reject(
        'probe-on-init',
        probe,
        'It is not possible in an init container.',
        'Leave it out, or set restartPolicy: Always.',
      );
  for (const exec of each(container, `${PROBES}.exec`).concat(each(container, `${HOOKS}.exec`)))
    if (each(exec, 'command').length === 0)
      reject('missing-field', exec.at('command'), 'It runs nothing.', 'Write a list: ["cat", "/tmp/ready"].');
  const names = each(container, 'ports.name').map(({ text }) => text ?? '');
  for (const port of each(container, `${PROBES}.httpGet,tcpSocket.port`)) {
    if (!port.text || !/[a-z]/.test(port.text) || names.includes(port.text)) continue;
    const effect = 'The probe always fails: the pods never become ready, or are killed again and again.';
    warn(
      'port-name-unknown',
      port,
      `The container has no port ${shown(port.text)}.`,
      effect,
      meant(port.text, names, 'Use a number.'),
    );
  }
  for (const [key, value] of Object.entries(DEFAULTS))
    for (const field of each(container, `${PROBES}.${key}`))
      if (field.number === 0)
        warn('bad-timing', field, '0 means the default.', `Kubernetes takes ${value}.`, 'Write what you want.');
  const sleep = container.at('lifecycle', 'preStop', 'sleep', 'seconds');
  const grace = spec.at('terminationGracePeriodSeconds').number ?? 30;
  if (sleep.number !== undefined && sleep.number > Math.max(grace, 0))
    reject('bad-timing', sleep, `The pod is killed after ${grace} s.`, 'Raise terminationGracePeriodSeconds.');
}

/** Volumes, and the mounts that name them. */
export function checkVolumes({ spec, reject, warn }: Pod): void {
  const names = new Set(each(spec, 'volumes.name').map(({ text }) => text ?? ''));
  for (const volume of each(spec, 'volumes')) {
    if (volume.at('name').present && volume.entries.length === 1)
      warn(
        'volume-without-source',
        volume,
        'It has no source.',
        'It is an empty directory.',
        'Write emptyDir: {} if so.',
      );
    for (const [source, key] of [
      ['configMap', 'name'],
      ['secret', 'secretName'],
    ] as const)
      if (volume.at(source).present && !volume.at(source, key).value)
        reject('missing-field', volume.at(source, key), 'It names nothing.', 'Write the name.');
  }
  for (const mount of each(spec, `${CONTAINERS}.volumeMounts,volumeDevices`)) {
    const { text } = mount.at('name');
    if (text !== undefined && !names.has(text)) {
      const mend = meant(text, names, 'Add it to volumes.');
      reject('volume-unknown', mount.at('name'), `There is no volume ${shown(text)}.`, mend);
    }
    for (const sub of each(mount, 'subPath,subPathExpr'))
      if (sub.text && /^\/|(^|\/)\.\.(\/|$)/.test(sub.text)) {
        // Argo's message leaves out which mount it is.
        const argoPath = pathText(sub.path.filter((_part, index) => index !== sub.path.length - 2));
        reject('bad-sub-path', sub, `${shown(sub.text)} leaves the volume.`, 'Use a path within it.', argoPath);
      }
  }
}

/** What else contradicts itself. */
export function checkOthers(pod: Pod): void {
  const { spec, target, reject, warn } = pod;
  for (const toleration of each(spec, 'tolerations')) {
    const wrong = (key: string, message: string) =>
      reject('bad-toleration', toleration.at(key), message, 'Leave out one of the two.');
    const exists = toleration.at('operator').text === 'Exists';
    if (!toleration.at('key').text && !exists) wrong('operator', 'Without a key only Exists is possible.');
    if (exists && toleration.at('value').text) wrong('value', 'Exists takes no value.');
    if (toleration.at('tolerationSeconds').present && toleration.at('effect').text !== 'NoExecute')
      wrong('effect', 'tolerationSeconds is for NoExecute.');
  }
  if (spec.at('dnsPolicy').text === 'None' && each(spec, 'dnsConfig.nameservers').length === 0)
    reject('dns-without-servers', spec.at('dnsPolicy'), 'None needs name servers.', 'Write dnsConfig.nameservers.');
  const grace = spec.at('terminationGracePeriodSeconds');
  if ((grace.number ?? 0) < 0)
    warn(
      'bad-timing',
      grace,
      'It is negative.',
      'The pods are killed at once, with the requests that they serve.',
      'Write 30 or more.',
    );
  for (const security of each(spec, `${CONTAINERS}.securityContext`)) {
    if (security.at('allowPrivilegeEscalation').value === false) {
      const added = each(security, 'capabilities.add').find(({ text }) => text === 'CAP_SYS_ADMIN');
      if (added) reject('bad-security', added, 'allowPrivilegeEscalation forbids it.', 'Leave it out.');
      const privileged = security.at('privileged');
      const said = ['bad-security', privileged, 'allowPrivilegeEscalation forbids it.'] as const;
      const mend = 'Leave out one of the two.';
      // Before 1.10 Argo takes it away before it looks, so the Rollout passes.
      if (privileged.value === true && target === '1.10') reject(...said, mend, pathText(security.path));
      else if (privileged.value === true) warn(...said, 'The API server refuses the ReplicaSet.', mend);
    }
    const of = (key: string) => (security.at(key).present ? security.at(key) : spec.at('securityContext', key));
    if (of('runAsUser').value === 0 && of('runAsNonRoot').value === true)
      warn(
        'bad-security',
        of('runAsUser'),
        'runAsNonRoot forbids root.',
        'The container never starts.',
        'Use another user.',
      );
  }
}
