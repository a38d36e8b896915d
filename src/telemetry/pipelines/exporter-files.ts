/** The files that exporters read: with a certificate that is not there, each export would fail in the background. */
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { BootContext } from '../boot-context.ts';

const FILES = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'] as const;

/** Reports the variables of the signals that go out over OTLP whose file cannot be read. */
export function reportUnreadableFiles({ plan, env, report }: BootContext): void {
  const { traces, metrics, logs } = plan.settings;
  const signals = Object.entries({ TRACES: traces, METRICS: metrics, LOGS: logs });
  const names = signals.flatMap(([signal, settings]) =>
    settings === null ? [] : FILES.flatMap((file) => inEffect(env.text, signal, file)),
  );
  for (const name of new Set(names)) {
    if (isReadable(env.text(name) as string)) continue;
    const message = `${name} names a file that cannot be read; exports go on without it.`;
    report({ code: 'BAD_SETTING', message });
  }
}

/** The variable of the signal, or else the general one. */
function inEffect(text: (name: string) => string | undefined, signal: string, file: string): string[] {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_${file}`, `OTEL_EXPORTER_OTLP_${file}`];
  return names.filter((name) => text(name) !== undefined).slice(0, 1);
}

function isReadable(path: string): boolean {
  try {
    accessSync(resolve(path), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
