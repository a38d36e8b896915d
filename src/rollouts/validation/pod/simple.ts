/** Rules of one field each, as a table: a number within bounds, a name, a word of a list, one of several fields, nothing. */
import { nearestName } from '../../../nearest.ts';
import type { PodCode } from '../codes/pod.ts';
import { shown } from '../shown.ts';
import { isDnsLabel, isDnsSubdomain, isLabelKey } from '../syntax.ts';
import { CONTAINERS, each, HOOKS, PROBES } from './places.ts';
import type { Pod } from './pod.ts';
import { VOLUME_SOURCES } from './table.ts';

const C = CONTAINERS;
const PROBE = `${C}.${PROBES}`;
const HOOK = `${C}.${HOOKS}`;
const AFFINITY = 'DuringSchedulingIgnoredDuringExecution';
const POD_AFFINITY = 'affinity.podAffinity,podAntiAffinity';
const SPREAD = 'topologySpreadConstraints';

/** Code, places, smallest and largest number. */
const NUMBERS: readonly (readonly [PodCode, string, number, number])[] = [
  ['bad-port', `${C}.ports.containerPort`, 1, 65535],
  ['bad-port', `${C}.ports.hostPort`, 0, 65535],
  ['bad-port', `${PROBE}.httpGet,tcpSocket,grpc.port`, 1, 65535],
  ['bad-port', `${HOOK}.httpGet,tcpSocket.port`, 1, 65535],
  [
    'bad-timing',
    `${PROBE}.initialDelaySeconds,periodSeconds,timeoutSeconds,successThreshold,failureThreshold`,
    0,
    2 ** 31,
  ],
  ['bad-timing', `${PROBE}.terminationGracePeriodSeconds`, 1, 2 ** 63],
  ['bad-timing', `${C}.startupProbe,livenessProbe.successThreshold`, 0, 1],
  ['bad-spread', `${SPREAD}.maxSkew,minDomains`, 1, 2 ** 31],
  ['bad-affinity', `affinity.nodeAffinity,podAffinity,podAntiAffinity.preferred${AFFINITY}.weight`, 1, 100],
];

/** Places, and the words that are possible there. */
const WORDS: readonly (readonly [string, string])[] = [
  ['restartPolicy', 'Always'],
  [`${C}.imagePullPolicy`, 'Always|IfNotPresent|Never'],
  [`${C}.terminationMessagePolicy`, 'File|FallbackToLogsOnError'],
  [`${C}.ports.protocol`, 'TCP|UDP|SCTP'],
  [`${PROBE}.httpGet.scheme`, 'HTTP|HTTPS'],
  ['dnsPolicy', 'ClusterFirst|ClusterFirstWithHostNet|Default|None'],
  ['preemptionPolicy', 'PreemptLowerPriority|Never'],
  ['tolerations.operator', 'Exists|Equal|Gt|Lt'],
  ['tolerations.effect', 'NoSchedule|PreferNoSchedule|NoExecute'],
  [`${SPREAD}.whenUnsatisfiable`, 'DoNotSchedule|ScheduleAnyway'],
];

const PORT_NAME = 'Use at most 15 small letters, digits and single "-".';
const TOPOLOGIES = `${POD_AFFINITY}.required${AFFINITY}.topologyKey`;
/** Places, what is a name there, whether it must not be empty, and how to write one. */
const NAMES: readonly (readonly [string, (text: string) => boolean, boolean, string?])[] = [
  [`${C},volumes.name`, isDnsLabel, true],
  ['hostname,subdomain', isDnsLabel, false],
  ['serviceAccountName,priorityClassName', isDnsSubdomain, false],
  [`${C}.ports.name`, isPortName, false, PORT_NAME],
  [`${PROBE}.httpGet,tcpSocket.port`, isPortName, true, `Write a number without quotes, or the name of a port.`],
  // Printable, and no `=`.
  [`${C}.env.name`, (text) => /^[ -<>-~]+$/.test(text), true, 'Use letters, digits and "_".'],
  ['tolerations.key', isLabelKey, false],
  [`${SPREAD}.topologyKey`, isLabelKey, true],
  [TOPOLOGIES, isLabelKey, true],
  [TOPOLOGIES.replace('required', 'preferred').replace('.topo', '.podAffinityTerm.topo'), isLabelKey, true],
];

/** Code, places, fields that exclude one another there, and whether there must be one. */
const ONE_OF: readonly (readonly [PodCode, string, string, boolean])[] = [
  ['handler-count', PROBE, 'httpGet tcpSocket exec grpc', true],
  ['handler-count', HOOK, 'exec httpGet sleep tcpSocket', true],
  ['env-sources', `${C}.env.valueFrom`, 'fieldRef resourceFieldRef configMapKeyRef secretKeyRef', false],
  ['env-sources', `${C}.envFrom`, 'configMapRef secretRef', true],
  ['volume-sources', 'volumes', VOLUME_SOURCES.replace(/:\w+/g, ''), false],
  ['bad-sub-path', `${C}.volumeMounts`, 'subPath subPathExpr', false],
];

/** Code and places of what a pod of a ReplicaSet, or a probe of readiness, cannot have. */
const NEVER: readonly (readonly [PodCode, string])[] = [
  ['not-in-template', 'activeDeadlineSeconds,ephemeralContainers'],
  ['bad-timing', `${C}.readinessProbe.terminationGracePeriodSeconds`],
];

/** Code and places of what must be there only once: within each owner, the part after the space. */
const UNIQUE: readonly (readonly [string, string])[] = [
  ['', `${C}.name`],
  ['', 'volumes.name'],
  [C, 'ports.name'],
  [C, 'volumeMounts.mountPath'],
  [C, 'volumeDevices.devicePath'],
];

/** Whether it can name a port (IANA_SVC_NAME): at most 15 of a DNS label's characters, a letter among them, no `--`. */
function isPortName(text: string): boolean {
  return text.length <= 15 && isDnsLabel(text) && /[a-z]/.test(text) && !text.includes('--');
}

/** Applies the tables. */
export function checkSimple({ spec, reject }: Pod): void {
  for (const [code, path, min, max] of NUMBERS)
    for (const field of each(spec, path)) {
      const { number } = field;
      if (number !== undefined && !(number >= min && number <= max)) {
        const bounds = max < 2 ** 31 ? `${min} to ${max}` : `${min} or more`;
        reject(code, field, `${number} is out of bounds.`, `Use ${bounds}.`);
      }
    }
  for (const [path, words] of WORDS)
    for (const field of each(spec, path)) {
      const known = words.split('|');
      if (!field.text || known.includes(field.text)) continue;
      const near = nearestName(field.text, known);
      reject(
        'not-one-of',
        field,
        `It cannot be ${shown(field.text)}.`,
        near ? `Did you mean "${near}"?` : `Use ${known.join(', ')}.`,
      );
    }
  for (const [path, isName, needed, mend = 'Use small letters, digits and "-", at most 63.'] of NAMES)
    for (const field of each(spec, path)) {
      const { text } = field;
      if (text !== undefined && (text || needed) && !isName(text))
        reject('bad-name', field, `${shown(text)} is no name.`, mend);
    }
  for (const [code, path, kinds, needed] of ONE_OF)
    for (const field of each(spec, path)) {
      const known = kinds.trim().split(' ');
      const used = known.filter((kind) => field.at(kind).present);
      if (used.length > 1 || (needed && used.length === 0))
        reject(code, field, `It has ${used.join(' and ') || 'none'}.`, `Give one of ${known.slice(0, 5).join(', ')}.`);
    }
  for (const [code, path] of NEVER)
    for (const field of each(spec, path)) reject(code, field, 'It is not possible here.', 'Leave it out.');
  for (const [owners, path] of UNIQUE)
    for (const owner of each(spec, owners)) {
      const seen = new Set<string>();
      for (const field of each(owner, path)) {
        const { text } = field;
        if (text && seen.has(text))
          reject('pod-duplicate', field, `${shown(text)} is here twice.`, 'Keep one, or rename one.');
        seen.add(text ?? '');
      }
    }
}
