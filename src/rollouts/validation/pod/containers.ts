import { type Field, pathText } from '../field.ts';
import { shown } from '../shown.ts';
import { isDnsLabel } from '../syntax.ts';
import { checkWord, containersOf, type Pod } from './pod.ts';
import { isPort, isPortName } from './port.ts';
import { checkProbes } from './probes.ts';

const PORT = 'Use a number from 1 to 65535.';

/** Containers, their images, ports, environment and probes. */
export function checkContainers(pod: Pod): void {
  const { spec, reject } = pod;
  const containers = spec.at('containers');
  if (!containers.present || (Array.isArray(containers.value) && containers.value.length === 0))
    reject('pod-no-containers', containers, 'The pod has no container.', 'Write at least one, with name and image.');
  const names = new Set<string>();
  for (const container of containersOf(pod)) {
    checkNames(pod, container.at('name'), names, isDnsLabel, 'At most 63 lower-case letters, digits and "-".');
    checkWord(pod, container.at('imagePullPolicy'), 'Always|IfNotPresent|Never');
    checkWord(pod, container.at('terminationMessagePolicy'), 'File|FallbackToLogsOnError');
    checkImage(pod, container.at('image'), container);
    checkEnvironment(pod, container);
    checkProbes(pod, container);
  }
  checkPorts(pod);
}

/** A name that is well written, and that none before it has. */
export function checkNames(
  { reject }: Pod,
  name: Field,
  seen: Set<string>,
  isName: (text: string) => boolean,
  mend: string,
): void {
  const { text } = name;
  if (text === undefined) return;
  if (!isName(text)) reject('bad-name', name, `${shown(text)} is no name.`, mend);
  else if (seen.has(text)) reject('pod-duplicate', name, `${shown(text)} is there twice.`, 'Give each its own name.');
  seen.add(text);
}

function checkImage({ reject, context }: Pod, image: Field, container: Field): void {
  const { text } = image;
  if (text === '' || (!image.present && container.present))
    reject('image-missing', image, 'The container has no image.', 'Name it with its version: registry/name:1.2.3.');
  else if (text !== undefined && text !== text.trim())
    context.report.unsafe(
      'image-spaces',
      image,
      `The image ${shown(text)} has spaces around it.`,
      'The API server refuses every pod: the new version never starts.',
      'Take them out.',
    );
}

function checkPorts(pod: Pod): void {
  const { spec, reject } = pod;
  const hostNetwork = spec.at('hostNetwork').value === true;
  const onHost = new Set<string>();
  for (const container of containersOf(pod)) {
    const names = new Set<string>();
    const isInit = container.path.includes('initContainers');
    for (const port of container.at('ports').items) {
      const name = port.at('name');
      if (name.text) checkNames(pod, name, names, isPortName, 'At most 15 lower-case letters, digits and single "-".');
      checkWord(pod, port.at('protocol'), 'TCP|UDP|SCTP');
      const inside = port.at('containerPort').number;
      for (const key of ['containerPort', 'hostPort']) {
        const { number } = port.at(key);
        // A hostPort of 0 is none.
        if (number !== undefined && !(isPort(number) || (key === 'hostPort' && number === 0)))
          reject('bad-port', port.at(key), `${number} is no port.`, PORT);
      }
      const host = port.at('hostPort').number || (hostNetwork ? inside : 0);
      if (!host || isInit) continue;
      if (hostNetwork && host !== inside)
        reject('host-port-differs', port.at('hostPort'), `${host} is not ${inside}.`, 'With hostNetwork leave it out.');
      const key = JSON.stringify([port.at('protocol').text || 'TCP', port.at('hostIP').text ?? '', host]);
      if (onHost.has(key))
        reject('pod-duplicate', port.at('hostPort'), `Two containers want port ${host} of the host.`, 'Keep one.');
      onHost.add(key);
    }
  }
}

const ENV_SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

function checkEnvironment({ reject, context }: Pod, container: Field): void {
  const seen = new Map<string, Field>();
  for (const variable of container.at('env').items) {
    const name = variable.at('name');
    const from = variable.at('valueFrom');
    // Printable ASCII without `=`.
    if (name.text !== undefined && !/^[ -<>-~]+$/.test(name.text))
      reject('bad-name', name, `${shown(name.text)} is no name of a variable.`, 'Use letters, digits and "_".');
    const sources = from.entries.map(([key]) => key).filter((key) => ENV_SOURCES.includes(key));
    if (from.present && variable.at('value').text)
      reject('env-sources', from, 'It has a value and a valueFrom.', 'Keep one.');
    else if (sources.length > 1) reject('env-sources', from, `It has ${sources.join(' and ')}.`, 'Keep one.');
    const before = name.text ? seen.get(name.text) : undefined;
    if (before !== undefined)
      context.report.advice(
        'env-twice',
        name,
        `${shown(name.text)} is set here and at ${pathText(before.path)}.`,
        'The last one counts.',
        'Keep one.',
      );
    if (name.text) seen.set(name.text, name);
  }
  for (const source of container.at('envFrom').items) {
    const kinds = ['configMapRef', 'secretRef'].filter((key) => source.at(key).present);
    if (kinds.length !== 1)
      reject('env-sources', source, `It has ${kinds.join(' and ') || 'no source'}.`, 'Give configMapRef or secretRef.');
  }
}
