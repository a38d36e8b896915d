/** Rules of one field each, as a table. */
import type { PodCode } from '../codes/pod.ts';
import type { ShapeCode } from '../codes/shape.ts';
import type { Field } from '../field.ts';
import { meant, shown } from '../shown.ts';
import { isDnsLabel, isDnsSubdomain } from '../syntax.ts';
import { CONTAINERS as C, each, HOOKS, PROBES } from './places.ts';
import type { Pod } from './pod.ts';
import { VOLUME_SOURCES } from './table.ts';

const PROBE = `${C}.${PROBES}`;
const HOOK = `${C}.${HOOKS}`;
const SPREAD = 'topologySpreadConstraints';
const MOST = 2 ** 31;

/** What is wrong with a field, and the mend; `undefined` when nothing is. */
type Check = (field: Field) => readonly [message: string, mend: string] | undefined;

const within =
  (min: number, max = MOST): Check =>
  ({ number }) =>
    number !== undefined && (number < min || number > max)
      ? [`${number} is out of bounds.`, `Use ${min}${max < MOST ? ` to ${max}` : ' or more'}.`]
      : undefined;

const words =
  (...known: readonly string[]): Check =>
  ({ text }) =>
    text && !known.includes(text)
      ? [`It cannot be ${shown(text)}.`, meant(text, known, `Use ${known.join(', ')}.`)]
      : undefined;

/** An empty text is as good as none where a name is not needed. */
const named =
  (isName: (text: string) => boolean, needed = false, mend = 'Use small letters, digits and "-", at most 63.'): Check =>
  ({ text }) =>
    (text || (needed && text === '')) && !isName(text) ? [`${shown(text)} is no name.`, mend] : undefined;

const oneOf =
  (kinds: string, needed = false): Check =>
  (field) => {
    const known = kinds.split(' ');
    const used = known.filter((kind) => field.at(kind).present);
    return used.length > 1 || (needed && used.length === 0)
      ? [`It has ${used.join(' and ') || 'none'}.`, `Give one of ${known.slice(0, 5).join(', ')}.`]
      : undefined;
  };

const never: Check = () => ['It is not possible here.', 'Leave it out.'];

/** Code, places below the pod's spec, and what must hold there. */
const RULES: readonly (readonly [PodCode | ShapeCode, string, Check])[] = [
  ['bad-port', `${C}.ports.containerPort`, within(1, 65535)],
  ['bad-port', `${C}.ports.hostPort`, within(0, 65535)],
  ['bad-port', `${PROBE}.httpGet,tcpSocket,grpc.port`, within(1, 65535)],
  ['bad-port', `${HOOK}.httpGet,tcpSocket.port`, within(1, 65535)],
  [
    'bad-timing',
    `${PROBE}.initialDelaySeconds,periodSeconds,timeoutSeconds,successThreshold,failureThreshold`,
    within(0),
  ],
  ['bad-timing', `${PROBE}.terminationGracePeriodSeconds`, within(1)],
  ['bad-timing', `${C}.startupProbe,livenessProbe.successThreshold`, within(0, 1)],
  ['bad-timing', `${C}.readinessProbe.terminationGracePeriodSeconds`, never],
  ['bad-spread', `${SPREAD}.maxSkew,minDomains`, within(1)],
  ['not-in-template', 'activeDeadlineSeconds,ephemeralContainers', never],
  ['not-one-of', 'restartPolicy', words('Always')],
  ['not-one-of', `${C}.imagePullPolicy`, words('Always', 'IfNotPresent', 'Never')],
  ['not-one-of', `${C}.terminationMessagePolicy`, words('File', 'FallbackToLogsOnError')],
  ['not-one-of', `${C}.ports.protocol`, words('TCP', 'UDP', 'SCTP')],
  ['not-one-of', `${PROBE}.httpGet.scheme`, words('HTTP', 'HTTPS')],
  ['not-one-of', 'dnsPolicy', words('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None')],
  ['not-one-of', 'tolerations.operator', words('Exists', 'Equal', 'Gt', 'Lt')],
  ['not-one-of', 'tolerations.effect', words('NoSchedule', 'PreferNoSchedule', 'NoExecute')],
  ['not-one-of', `${SPREAD}.whenUnsatisfiable`, words('DoNotSchedule', 'ScheduleAnyway')],
  ['bad-name', `${C},volumes.name`, named(isDnsLabel, true)],
  ['bad-name', 'serviceAccountName,priorityClassName,hostname', named(isDnsSubdomain)],
  ['bad-name', `${C}.ports.name`, named(isPortName, false, 'Use at most 15 small letters, digits and "-".')],
  ['bad-name', `${PROBE}.httpGet,tcpSocket.port`, named(isPortName, true, 'Write numbers without quotes.')],
  // Printable, and no `=`.
  ['bad-name', `${C}.env.name`, named((text) => /^[ -<>-~]+$/.test(text), true, 'Use letters, digits and "_".')],
  ['handler-count', PROBE, oneOf('httpGet tcpSocket exec grpc', true)],
  ['handler-count', HOOK, oneOf('exec httpGet sleep tcpSocket', true)],
  ['env-sources', `${C}.env.valueFrom`, oneOf('fieldRef resourceFieldRef configMapKeyRef secretKeyRef')],
  ['env-sources', `${C}.envFrom`, oneOf('configMapRef secretRef', true)],
  ['volume-sources', 'volumes', oneOf(VOLUME_SOURCES.replace(/:\w+/g, ''))],
  ['bad-sub-path', `${C}.volumeMounts`, oneOf('subPath subPathExpr')],
];

/** Where texts must differ: below each owner of the first place, those of the second. */
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
  for (const [code, path, check] of RULES)
    for (const field of each(spec, path)) {
      const problem = check(field);
      if (problem) reject(code, field, ...problem);
    }
  for (const [owners, path] of UNIQUE)
    for (const owner of each(spec, owners)) {
      const seen = new Set<string>();
      for (const field of each(owner, path)) {
        const { text } = field;
        if (text && seen.has(text)) reject('pod-duplicate', field, `${shown(text)} is here twice.`, 'Rename one.');
        seen.add(text ?? '');
      }
    }
}
