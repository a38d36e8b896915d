import { nearestName } from '../../../nearest.ts';
import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { checkWord, type Pod } from './pod.ts';
import { isPort, isPortName } from './port.ts';

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'];
const HOOKS = ['exec', 'httpGet', 'sleep', 'tcpSocket'];
const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];
/** What Kubernetes takes where 0 is written (Kubernetes: pkg/apis/core/v1/defaults.go). */
const DEFAULTS = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
};

/** Probes and lifecycle hooks of one container. */
export function checkProbes(pod: Pod, container: Field): void {
  const { reject, spec } = pod;
  const runsOnce = container.path.includes('initContainers') && container.at('restartPolicy').text !== 'Always';
  for (const key of [...PROBES, 'lifecycle']) {
    const probe = container.at(key);
    if (!probe.present || typeof probe.value !== 'object') continue;
    if (runsOnce)
      reject(
        'probe-on-init',
        probe,
        `An init container has no ${key}.`,
        'Leave it out, or make it a sidecar: restartPolicy Always.',
      );
    else if (key !== 'lifecycle') {
      checkHandler(pod, container, probe, HANDLERS);
      checkTiming(pod, key, probe);
    } else
      for (const hook of ['postStart', 'preStop'])
        if (probe.at(hook).present) checkHandler(pod, container, probe.at(hook), HOOKS);
  }
  const sleep = container.at('lifecycle', 'preStop', 'sleep', 'seconds');
  const grace = spec.at('terminationGracePeriodSeconds').number ?? 30;
  if (sleep.number !== undefined && (sleep.number < 0 || sleep.number > grace) && grace >= 0)
    reject(
      'bad-timing',
      sleep,
      `${sleep.number} s is not within the grace period of ${grace} s.`,
      'Raise terminationGracePeriodSeconds.',
    );
}

function checkHandler(pod: Pod, container: Field, at: Field, kinds: readonly string[]): void {
  const { reject } = pod;
  const used = kinds.filter((kind) => at.at(kind).present);
  if (used.length !== 1)
    reject('handler-count', at, `It has ${used.join(' and ') || 'no handler'}.`, `Give one of ${kinds.join(', ')}.`);
  const command = at.at('exec', 'command');
  if (
    at.at('exec').present &&
    !(command.present && command.items.length !== 0) &&
    (!command.present || Array.isArray(command.value))
  )
    reject('missing-field', command, 'exec has no command.', 'Give it as a list: ["cat", "/tmp/ready"].');
  checkWord(pod, at.at('httpGet', 'scheme'), 'HTTP|HTTPS');
  for (const kind of ['httpGet', 'tcpSocket', 'grpc']) checkPort(pod, container, at.at(kind, 'port'));
}

function checkPort({ reject, context }: Pod, container: Field, port: Field): void {
  const { text, number } = port;
  const names = container.at('ports').items.map((one) => one.at('name').text ?? '');
  if (number !== undefined && !isPort(number))
    reject('bad-port', port, `${number} is no port.`, 'Use a number from 1 to 65535.');
  else if (text !== undefined && !isPortName(text))
    reject(
      'bad-port',
      port,
      `${shown(text)} is neither a number nor a name of a port.`,
      'Write numbers without quotes.',
    );
  else if (text !== undefined && !names.includes(text)) {
    const near = nearestName(text, names);
    context.report.unsafe(
      'port-name-unknown',
      port,
      `The container has no port named ${shown(text)}.`,
      'The check fails each time: pods never become ready, or are killed again and again.',
      near ? `Did you mean ${near}?` : 'Name a port of this container, or give its number.',
    );
  }
}

function checkTiming({ reject, context }: Pod, key: string, probe: Field): void {
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const field = probe.at(name);
    const { number } = field;
    if (number === undefined) continue;
    if (number < 0) reject('bad-timing', field, `${number} is negative.`, `Leave it out: ${standard} is usual.`);
    else if (number === 0 && standard > 0)
      context.report.unsafe(
        'bad-timing',
        field,
        '0 is not possible.',
        `Kubernetes takes ${standard}.`,
        'Write what you want.',
      );
    else if (name === 'successThreshold' && number > 1 && key !== 'readinessProbe')
      reject('bad-timing', field, `${number} must be 1 for a ${key}.`, 'Leave it out.');
  }
  const grace = probe.at('terminationGracePeriodSeconds');
  if (key === 'readinessProbe' ? grace.present : grace.number !== undefined && grace.number <= 0)
    reject('bad-timing', grace, `A ${key} cannot have a grace period of ${shown(grace.value)}.`, 'Leave it out.');
}
