/** The command line run inside the test's own process, with text for its edges and real files in a folder of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edges, Output } from '../../src/cli/edges.ts';
import { main } from '../../src/cli/main.ts';
import { createPendingFile } from '../../src/cli/pending-file.ts';

/** What a run left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may be given. */
export interface Given extends Partial<Omit<Edges, 'stdin' | 'stdout' | 'stderr'>> {
  /** Text, or `null` for a terminal at which nobody types. */
  readonly stdin?: string | readonly Uint8Array[] | null;
  readonly stderrIsTerminal?: boolean;
}

/** A temporary folder; `using` removes it. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'rolloutguard-cli-'));

  /** Writes a file, objects as JSON, and returns its path. */
  write(name: string, content: string | object): string {
    const path = join(this.path, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  names(): string[] {
    return readdirSync(this.path).sort();
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Runs the command line. */
export async function runCli(words: readonly string[], given: Given = {}): Promise<Finished> {
  const stdout = output(false);
  const stderr = output(given.stderrIsTerminal ?? false);
  const input = given.stdin ?? [];
  const code = await main(words, {
    stdin: {
      isTerminal: given.stdin === null,
      async *[Symbol.asyncIterator]() {
        yield* typeof input === 'string' ? [input] : input;
      },
    },
    ...{ stdout, stderr },
    env: given.env ?? {},
    cwd: given.cwd ?? tmpdir(),
    readFile: given.readFile ?? ((path) => readFile(path)),
    createFile: given.createFile ?? createPendingFile,
    signal: given.signal ?? new AbortController().signal,
    now: given.now ?? ((): number => 0),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function output(isTerminal: boolean): Output & { text: string } {
  return {
    text: '',
    isTerminal,
    async write(text) {
      this.text += text;
    },
  };
}
