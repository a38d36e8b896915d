/** A process of its own that sends requests: a few connections, each with one request at a time, as fast as they are answered. */
import { connect } from 'node:net';

/** What to send. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly requests: number;
  readonly connections: number;
}

process.on('message', async ({ port, path, requests, connections }: LoadOrder) => {
  let left = requests;
  const take = (): boolean => left-- > 0;
  try {
    await Promise.all(Array.from({ length: connections }, () => sendOn(port, requestText(path), take)));
    process.send?.('done');
  } catch (error) {
    process.send?.(String(error));
  }
});

/** As a traced caller with baggage sends it. */
function requestText(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'user-agent: bench',
    'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'baggage: tenant=7,rolloutguard.caller.service=edge,rolloutguard.caller.deployment.id=deploy-6,rolloutguard.caller.cohort=stable',
    '',
    '',
  ].join('\r\n');
}

function sendOn(port: number, request: string, take: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const next = (): void => {
      received = '';
      if (take()) socket.write(request);
      else socket.end(resolve);
    };
    socket.setNoDelay(true).setEncoding('latin1').on('connect', next).on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk;
      const status = isComplete(received);
      if (status === 200) next();
      else if (status !== null) reject(new Error(`the service answered ${status}`));
    });
  });
}

/** The status of a whole response; null while some of it is missing. */
function isComplete(text: string): number | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = text.slice(0, end);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const body = text.slice(end + 4);
  const whole = length === undefined ? body.endsWith('0\r\n\r\n') : body.length >= Number(length);
  return whole ? Number(head.slice(9, 12)) : null;
}
