/** A process of its own that takes exports, counts them, and answers at once; also the backend of services that call one. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived since the last question. */
export interface Collected {
  readonly exports: number;
  readonly bytes: number;
}

let exports = 0;
let bytes = 0;

const server = createServer((request, response) => {
  if (request.url !== '/stock') exports++;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => response.end());
});
process.on('message', () => {
  process.send?.({ exports, bytes } satisfies Collected);
  exports = 0;
  bytes = 0;
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
