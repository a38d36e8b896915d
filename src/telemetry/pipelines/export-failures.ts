/**
 * Says once per signal that its exports fail. A collector that is down is found out at the next look at the handle, not
 * from a line for every batch.
 */
import { visibleText } from '../../visible-text.ts';
import type { BootContext } from '../boot-context.ts';
import { shownUrl } from '../shown-text.ts';

/** An exporter of the SDK, as far as it is watched here. */
interface Exporter {
  // biome-ignore lint/suspicious/noExplicitAny: batch and result are the SDK's own types.
  export(batch: any, done: (result: any) => void): void;
}

/** Makes an exporter report its first failure. The exporter itself is returned: it stays what it is for the SDK. */
export function watched<E extends Exporter>(
  { report }: Pick<BootContext, 'report'>,
  signal: string,
  url: string,
  exporter: E,
): E {
  const send = exporter.export.bind(exporter);
  let told = false;
  exporter.export = (batch, done): void =>
    send(batch, (result: { code: number; error?: unknown }) => {
      if (result.code !== 0 && !told) {
        told = true;
        const message = `${signal} could not be exported to ${shownUrl(url)} (${causeOf(result.error)}); said once.`;
        report({ code: 'EXPORT_FAILED', message });
      }
      done(result);
    });
  return exporter;
}

/** By code alone: a message from outside may hold anything. */
function causeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return code >= 100 ? `HTTP ${code}` : `gRPC status ${code}`;
  if (typeof code === 'string') return visibleText(code.slice(0, 40));
  return message === 'Request timed out' ? 'no answer in time' : 'the collector did not take it';
}
