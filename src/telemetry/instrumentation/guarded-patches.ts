/**
 * A net below the instrumentations' patches.
 *
 * A patch runs inside the app's own `import` or `require()`, and OpenTelemetry's SDK lets what it throws through: an
 * instrumentation that meets a package in a shape that it does not know would end the app. Here the app gets the package as
 * it is.
 */
import { messageOf } from '../../errors.ts';
import type { InstrumentationLike } from './options.ts';

type Patch = (exports: unknown, version?: string) => unknown;

/** A module, or one file of it, as an instrumentation describes what it patches. */
interface Patched {
  readonly name?: string;
  patch?: Patch;
  readonly files?: readonly Patched[];
}

/**
 * Guards all patches of an instrumentation. Call it before the app loads what they are for. They are found in a field that
 * the SDK does not promise (its method makes new ones); where a release has no such field, the patches stay as they are.
 *
 * @param failed Called once for each module or file whose patch has thrown, with its name and why.
 */
export function guardPatches(
  instrumentation: InstrumentationLike,
  failed: (module: string, reason: string) => void,
): void {
  const { _modules: definitions } = instrumentation as { _modules?: readonly Patched[] };
  for (const definition of Array.isArray(definitions) ? (definitions as readonly Patched[]) : []) {
    for (const part of [definition, ...(definition.files ?? [])]) guard(part, failed);
  }
}

function guard(part: Patched, failed: (module: string, reason: string) => void): void {
  const { patch } = part;
  if (typeof patch !== 'function') return;
  let told = false;
  part.patch = (exports, version) => {
    try {
      return patch.call(part, exports, version);
    } catch (error) {
      if (!told) failed(part.name ?? 'a module', messageOf(error));
      told = true;
      return exports;
    }
  };
}
