/** A plain HTTP client for tests: one connection a request, everything under control. */
import { type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a body and waits for the answer. */
export function post(
  url: string,
  body: Buffer | string,
  headers: OutgoingHttpHeaders = {},
  { method = 'POST', agent = false }: { method?: string; agent?: Agent | false } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The message of an error response, in either format. */
export function messageOf({ headers, body }: Answer): string {
  if (headers['content-type'] === JSON_TYPE) return (JSON.parse(body.toString()) as { message: string }).message;
  // google.rpc.Status: field 2, length-prefixed.
  if (body[0] !== 0x12) throw new Error('not a Status message');
  return body.subarray(body[1]! < 0x80 ? 2 : 3).toString();
}
