/** Where the CPU time of a server goes, by package: what a set-up adds, and what could be dropped. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from './measure.ts';
import { type Helpers, startService } from './processes.ts';
import type { Variant } from './variants.ts';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds of CPU time a request, by the key that `keyOf` gives to a function. */
export async function profileLoad(
  app: string,
  variant: Variant,
  requests: number,
  helpers: Helpers,
  keyOf: (url: string, functionName: string) => string,
): Promise<Map<string, number>> {
  const directory = mkdtempSync(join(tmpdir(), 'rolloutguard-profile-'));
  try {
    const service = await startService(app, variant, ['--cpu-prof', '--cpu-prof-dir', directory]);
    await helpers.load({ port: service.port, path: pathOf(app), connections: 10, requests });
    await service.stop(true);
    const found = new Map<string, number>();
    for (const file of readdirSync(directory)) {
      const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
      const keys = new Map(nodes.map(({ id, callFrame }) => [id, keyOf(callFrame.url, callFrame.functionName)]));
      samples.forEach((id, index) => {
        const key = keys.get(id) ?? '?';
        found.set(key, (found.get(key) ?? 0) + (timeDeltas[index] ?? 0) / requests);
      });
    }
    found.delete('(idle)');
    return found;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The package that a file belongs to. */
export function packageOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  if (url.startsWith('node:')) return 'node';
  const inside = url.split('/node_modules/').at(-1) ?? '';
  if (inside !== url)
    return inside
      .split('/')
      .slice(0, inside.startsWith('@') ? 2 : 1)
      .join('/');
  return url.includes('/dist/') ? 'rolloutguard' : 'the service';
}
