import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkOutcome, type Outcome } from '../../examples/demo/outcome.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../examples/demo/scenarios.ts';

/** The outcome of a real run of each scenario, kept as the demo wrote it. */
function recordedFile(name: ScenarioName): string {
  return fileURLToPath(new URL(`./recorded/${name}.outcome.json`, import.meta.url));
}

function recorded(name: ScenarioName): Outcome {
  return JSON.parse(readFileSync(recordedFile(name), 'utf8')) as Outcome;
}

function start(...words: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const main = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
}

async function demo(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...words);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

describe('a recorded run', () => {
  const pairs = SCENARIO_NAMES.flatMap((ran) => SCENARIO_NAMES.map((judged) => [ran, judged] as const));
  test.each(pairs)('of %s, judged as %s', (ran, judged) => {
    const wrong = checkOutcome(judged, recorded(ran));
    if (ran === judged) expect(wrong).toEqual([]);
    else expect(wrong).not.toEqual([]);
  });
});

describe('the command line', () => {
  test('a healthy run judged as errors exits 1 and says what was wrong', async () => {
    const { code, stdout } = await demo('--outcome', recordedFile('healthy'), '--expect', 'errors');
    expect(code).toBe(1);
    expect(stdout).toContain('Wrong: this is not what ought to happen in "errors"');
    expect(stdout).toContain('  - there was no rollback: the run ended promoted');
  });

  test('a healthy run judged as healthy exits 0', async () => {
    const { code, stdout } = await demo('--outcome', recordedFile('healthy'), '--expect', 'healthy');
    expect(stdout).toContain('Right: this is what ought to happen in "healthy"');
    expect(code).toBe(0);
  });

  test('an unknown scenario exits 2 and lists the known ones', async () => {
    const { code, stdout, stderr } = await demo('--scenario', 'nonsense');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      'there is no scenario named "nonsense". Known are errors, latency, down, healthy, external.',
    );
  });

  test('an outcome that cannot be read exits 2', async () => {
    const { code, stderr } = await demo('--outcome', 'no/such/file.json');
    expect(code).toBe(2);
    expect(stderr).toContain('no/such/file.json');
  });

  test('help exits 0', async () => {
    const { code, stdout } = await demo('--help');
    expect(stdout).toContain('--scenario');
    expect(code).toBe(0);
  });
});

// The processes of the demo import the package by its name, so it has to be built; `npm test` does that first.
const built = existsSync(new URL('../../dist/register.js', import.meta.url));

describe.skipIf(!built)('a run that comes to nothing', () => {
  test('a port in use exits 1 with the reason, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, stderr } = await demo('--port', String(port));
    other.close();
    // Had a process been left behind, it would hold the pipes open, and `demo` would not have returned.
    expect(stderr).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}. Use another port`);
    expect(code).toBe(1);
  });

  test('a reader that goes away ends it too', async () => {
    const child = start('--scenario', 'healthy');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(141);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it in good order, with all its processes', async (signal, code) => {
    const child = start('--scenario', 'healthy');
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    while (!stdout.includes('v1 serves alone for')) await once(child.stdout, 'data');
    const router = connect(Number(/the router listens at http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]), '127.0.0.1');
    await once(router, 'connect');
    // Not once(), which takes the reset of a killed router for a failure.
    const gone = new Promise((resolve) => router.on('error', () => {}).once('close', resolve));
    child.kill(signal);
    const [exitCode] = await once(child, 'exit');
    await gone;
    expect(exitCode).toBe(code);
  });
});
