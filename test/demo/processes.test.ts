import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProcessGroup, type ProcessOptions } from '../../examples/demo/processes.ts';

let lifeLine: Server;
let group: ProcessGroup;

/** A child's end of the life line: it closes when the child ends, by whatever cause. */
function nextChild(): Promise<Socket> {
  return once(lifeLine, 'connection').then(([socket]) => (socket as Socket).resume().on('error', () => {}));
}

function child(behaviour = '', more: Partial<ProcessOptions> = {}): ProcessOptions {
  const env = { LIFE_LINE: String(portOf(lifeLine)), BEHAVIOUR: behaviour };
  return { name: 'child', file: new URL('./fixtures/child.ts', import.meta.url), env, ...more };
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

beforeEach(async () => {
  lifeLine = createServer().listen(0, '127.0.0.1');
  await once(lifeLine, 'listening');
  group = new ProcessGroup();
});

afterEach(async () => {
  await group.stop();
  lifeLine.close();
});

describe('ProcessGroup', () => {
  test('starts a process, calls it, and leaves nothing behind', async () => {
    const connected = nextChild();
    const running = await group.start(child());
    expect(running.port).toBeGreaterThan(0);
    expect(await running.call('double', 21)).toBe(42);
    await expect(running.call('refuse')).rejects.toMatchObject({
      code: 'BAD_CALL',
      message: 'child refused: not today',
    });
    await expect(running.call('toString')).rejects.toMatchObject({ code: 'BAD_CALL' });
    expect(group.size).toBe(1);

    const ended = once(await connected, 'close');
    await group.stop();
    await ended;
    expect(group.size).toBe(0);
    expect(group.deaths).toEqual([]);
    await expect(running.call('double', 1)).rejects.toMatchObject({ code: 'PROCESS_DIED' });
  });

  test('a process that dies is named, and the call it was at is answered with an error', async () => {
    const running = await group.start(child());
    await expect(running.call('die')).rejects.toMatchObject({ code: 'PROCESS_DIED', message: 'child is gone' });
    expect(group.deaths).toMatchObject([{ name: 'child', message: 'child exited with code 7' }]);
  });

  test('a death that belongs to the story is no problem', async () => {
    const running = await group.start(child());
    group.expectDeath('child');
    await expect(running.call('die')).rejects.toMatchObject({ code: 'PROCESS_DIED' });
    expect(group.deaths).toEqual([]);
  });

  test('a process that ends before it listens is reported with its last words', async () => {
    const starting = group.start(child('ends before it listens'));
    await expect(starting).rejects.toMatchObject({
      code: 'PROCESS_NOT_READY',
      message: 'child exited with code 3 before it listened. Its last words:\nno such table: orders',
    });
    expect(group.size).toBe(0);
  });

  test('a process that never listens is given up and ended', async () => {
    const connected = nextChild();
    const starting = group.start(child('never listens', { readyWithinMs: 1_500 }));
    await expect(starting).rejects.toMatchObject({ code: 'PROCESS_NOT_READY', message: /within 1.5 s/ });
    const socket = await connected;
    if (!socket.closed) await once(socket, 'close');
  });

  test('a port in use is told apart from other failures', async () => {
    const env = { LIFE_LINE: String(portOf(lifeLine)), PORT: String(portOf(lifeLine)) };
    await expect(group.start(child('', { env }))).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });

  test('Ctrl-C on the terminal reaches a child too, and leaves it to the parent', async () => {
    const running = await group.start(child());
    await running.call('hearCtrlC');
    expect(await running.call('double', 1)).toBe(2);
  });

  test('a process that hangs is ended too', async () => {
    const connected = nextChild();
    const running = await group.start(child());
    const ended = once(await connected, 'close');
    const answer = running.call('hang').catch((error: Error) => error.message);
    await group.stop();
    await ended;
    expect(await answer).toBe('child is gone');
    expect(group.size).toBe(0);
  });

  test('nothing is started any more once the group is stopped', async () => {
    await group.stop();
    await expect(group.start(child())).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('children end with their parent', () => {
  async function parentOf(...words: string[]): Promise<{ kill: () => void; childEnded: Promise<unknown> }> {
    const connected = nextChild();
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url)), ...words],
      {
        env: { ...process.env, LIFE_LINE: String(portOf(lifeLine)) },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const socket = await connected;
    const childEnded = socket.closed ? Promise.resolve() : once(socket, 'close');
    if (words[1] !== 'throws') await once(parent.stdout, 'data');
    return { kill: () => parent.kill('SIGKILL'), childEnded };
  }

  test('when it is killed by SIGKILL', async () => {
    const { kill, childEnded } = await parentOf();
    kill();
    await childEnded;
  });

  test('when it ends by an exception, without a chance to tidy up', async () => {
    const { childEnded } = await parentOf('', 'throws');
    await childEnded;
  });
});
