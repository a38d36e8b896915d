/**
 * `node leftovers.ts <NAME=value> <folder> [grace in ms]`: fails when a process that was started with this environment variable still
 * runs, or when the folder is not empty. Linux only: it reads /proc. A port needs a process, so none is open either.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Caches of compiled code that Node's own tools (npm, tsc) keep for their next start. */
const TOOL_CACHES = ['node-compile-cache', 'v8-compile-cache-0'];

// The grace is what an ended process may take to disappear.
const [mark = '', folder = '', graceMs = '3000'] = process.argv.slice(2);
if (!/^\w+=.+$/.test(mark) || folder === '') throw new Error('usage: node leftovers.ts <NAME=value> <folder> [grace]');

function markedProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) return [];
        return [`process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
      } catch {
        return []; // it ended meanwhile, or belongs to somebody else
      }
    });
}

const deadline = Date.now() + Number(graceMs);
while (markedProcesses().length > 0 && Date.now() < deadline) await setTimeout(100);

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => !TOOL_CACHES.some((cache) => file === cache || file.startsWith(`${cache}/`)),
);
const left = [...markedProcesses(), ...files.map((file) => `file ${file}`)];
for (const line of left) console.log(line);
process.exitCode = left.length === 0 ? 0 : 1;
