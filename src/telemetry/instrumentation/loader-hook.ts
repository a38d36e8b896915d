/**
 * The loader hook that lets instrumentations patch npm packages which are imported as ES modules.
 *
 * It is installed last: a hook that is there while the SDK loads wraps the SDK's own hundreds of modules, which costs
 * seconds and makes some calls be recorded twice. It wraps only the packages that can be instrumented: wrapping every
 * module of an app breaks some of them.
 */
import { isBuiltin, register } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireInside } from '../packages/install.ts';

/** Marks that the hook is in place; a second one would wrap twice. */
const INSTALLED = Symbol.for('rolloutguard.telemetry.loader-hook');

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options: { include: string[] }): void;
}

/**
 * Installs the hook for these modules. Does nothing when there are none, or when it is already installed.
 *
 * @throws Node's error where threads are not permitted, or the working directory is gone.
 */
export function installLoaderHook(modules: readonly string[]): void {
  const globals = globalThis as Record<symbol, unknown>;
  // Node's own are patched in place. A path is how aws-lambda names the file of its function.
  const include = [...new Set(modules)]
    .filter((name) => !isBuiltin(name))
    .map((name) => (isAbsolute(name) ? pathToFileURL(name).href : name));
  if (include.length === 0 || globals[INSTALLED] === true) return;
  // The hook talks to the instrumentations through its module state, so it must be the copy that they use.
  const require = requireInside('@opentelemetry/instrumentation');
  const { supportsSyncHooks } = require('import-in-the-middle/supports-sync-hooks.mjs') as SyncHooks;
  if (supportsSyncHooks()) {
    (require('import-in-the-middle/register-hooks.mjs') as SyncHooks).register({ include });
  } else {
    // Older releases of Node run the hook on a thread of its own, and wait for ever where that thread cannot start, for
    // want of a working directory: better an error.
    process.cwd();
    const url = pathToFileURL(require.resolve('import-in-the-middle/hook.mjs'));
    register(url, { parentURL: import.meta.url, data: { include } });
  }
  globals[INSTALLED] = true;
}
