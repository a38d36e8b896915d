/** A downward API volume as the kubelet writes it: files are links into `..data`, which is swapped by a rename. */
import { mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PodVolume extends Disposable {
  readonly directory: string;
  readonly labels: string;
  /** Writes other labels, as when the pod is relabelled. */
  relabel(labels: Readonly<Record<string, string>>): void;
  /** Takes the volume's directory away, and what is in it. */
  remove(): void;
}

/** Makes a volume with these labels, in a directory of its own. */
export function podVolume(labels: Readonly<Record<string, string>>, parent: string = tmpdir()): PodVolume {
  const root = mkdtempSync(join(parent, 'rolloutguard-pod-'));
  const directory = join(root, 'podinfo');
  mkdirSync(directory);
  let version = 0;
  const relabel = (values: Readonly<Record<string, string>>): void => {
    const name = `..2026_11_23_10_00_00.${version++}`;
    mkdirSync(join(directory, name));
    const lines = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    writeFileSync(join(directory, name, 'labels'), lines.join('\n'));
    const before = version > 1 ? readlinkSync(join(directory, '..data')) : null;
    symlinkSync(name, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    if (before === null) symlinkSync(join('..data', 'labels'), join(directory, 'labels'));
    else rmSync(join(directory, before), { recursive: true });
  };
  relabel(labels);
  return {
    directory,
    labels: join(directory, 'labels'),
    relabel,
    remove: () => rmSync(directory, { recursive: true }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
