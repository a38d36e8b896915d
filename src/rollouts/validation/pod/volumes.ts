import { nearestName } from '../../../nearest.ts';
import { pathText } from '../field.ts';
import { shown } from '../shown.ts';
import { isDnsLabel } from '../syntax.ts';
import { checkNames } from './containers.ts';
import { containersOf, type Pod } from './pod.ts';
import { VOLUME_SOURCES } from './table.ts';

/** Volumes, and the mounts that name them. */
export function checkVolumes(pod: Pod): void {
  const { spec, reject, context } = pod;
  const volumes = new Set<string>();
  for (const volume of spec.at('volumes').items) {
    checkNames(pod, volume.at('name'), volumes, isDnsLabel, 'At most 63 lower-case letters, digits and "-".');
    const written = volume.entries.map(([key]) => key).filter((key) => key !== 'name');
    const sources = written.filter((key) => VOLUME_SOURCES.includes(` ${key}:`));
    if (sources.length > 1)
      reject(
        'volume-sources',
        volume,
        `It is ${sources.join(' and ')}.`,
        'A volume has one source: make it two volumes.',
      );
    else if (written.length === 0 && volume.at('name').present)
      context.report.unsafe(
        'volume-without-source',
        volume,
        'The volume has no source.',
        'It is an empty directory, new for every pod.',
        'Write emptyDir: {} if that is what you want.',
      );
    for (const [source, key] of [
      ['configMap', 'name'],
      ['secret', 'secretName'],
    ] as const)
      if (sources.includes(source) && !volume.at(source, key).value)
        reject('missing-field', volume.at(source, key), `It names no ${source}.`, `Give ${key}.`);
  }
  for (const container of containersOf(pod)) {
    const paths = new Set<string>();
    for (const list of ['volumeMounts', 'volumeDevices']) {
      for (const mount of container.at(list).items) {
        const { text } = mount.at('name');
        if (text !== undefined && !volumes.has(text)) {
          const near = nearestName(text, [...volumes]);
          const mend = near ? `Did you mean ${near}?` : 'Add it to spec.volumes of the pod.';
          reject('volume-unknown', mount.at('name'), `The pod has no volume ${shown(text)}.`, mend);
        }
        const path = mount.at(list === 'volumeMounts' ? 'mountPath' : 'devicePath');
        if (path.text !== undefined && paths.has(path.text))
          reject('pod-duplicate', path, `Two volumes are mounted at ${shown(path.text)}.`, 'Give each its own path.');
        if (path.text !== undefined) paths.add(path.text);
        for (const key of ['subPath', 'subPathExpr']) {
          const sub = mount.at(key);
          // Argo's message leaves out which mount it is.
          const argoPath = pathText([...container.path, list, key]);
          if (sub.text && (sub.text.startsWith('/') || sub.text.split('/').includes('..')))
            reject('bad-sub-path', sub, `${shown(sub.text)} leaves the volume.`, 'Use a path within it.', argoPath);
        }
        if (mount.at('subPath').text && mount.at('subPathExpr').text)
          reject('bad-sub-path', mount.at('subPathExpr'), 'It stands beside subPath.', 'Keep one.');
      }
    }
  }
}
