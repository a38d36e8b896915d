import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a parent sends to a child. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly input: unknown;
}

/** What a child sends to its parent. */
export type ChildMessage =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string };

/** What a child does when its parent calls. A handler refuses by throwing. */
export type Handlers = Readonly<Record<string, (input: never) => unknown>>;

/**
 * Makes this process the child of the demo: listens with `server`, tells the parent the port, then answers its calls.
 *
 * The channel to the parent is also the life line: when it breaks, for whatever reason, even a SIGKILL of the parent,
 * this process ends. So no process can be left behind. Ctrl-C reaches all processes of a terminal at once; the parent
 * alone decides what it means, so that it can tell a stopped service from one that died.
 */
export function serveParent(server: Server, port: number, handlers: Handlers): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => {});
  if (!process.connected) process.exit(0);

  process.on('message', (call: Call) => void answer(call, handlers));
  server.once('error', (error: NodeJS.ErrnoException) => {
    tell({ type: 'failed', code: error.code ?? 'UNKNOWN', message: error.message });
  });
  // Longer than any caller keeps a connection, or callers would now and then write into one that is just being closed.
  server.keepAliveTimeout = 600_000;
  server.listen(port, '127.0.0.1', () => tell({ type: 'ready', port: (server.address() as AddressInfo).port }));
}

async function answer({ id, method, input }: Call, handlers: Handlers): Promise<void> {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  try {
    if (handler === undefined) throw new Error(`there is no call named ${JSON.stringify(method)}`);
    tell({ type: 'answer', id, output: (await handler(input as never)) ?? null });
  } catch (error) {
    tell({ type: 'refusal', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

/** An environment variable that the parent must have set. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this file is started by the demo, not by hand`);
  return value;
}
