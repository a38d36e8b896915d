/**
 * A net below what the app brings along. The SDK calls processors, samplers, id generators and views in the middle of the
 * app's work: one that throws would end the request that is being served, and one that throws at the end would keep our
 * own exporter from sending the rest. What is thrown is reported once for each part.
 */
import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';
import type { BootContext } from '../boot-context.ts';
import type { IdGeneratorLike, SamplerLike, ViewLike } from './components.ts';

type Context = Pick<BootContext, 'report'>;

/** Called in the middle of the app's work. */
const HOT = ['onStart', 'onEnding', 'onEnd', 'onEmit'] as const;
/** Called at a flush and at the end. */
const LAST = ['forceFlush', 'shutdown'] as const;

/** Of the SDK's ExportResultCode. */
const FAILED = 1;
/** How a metric exporter wants its metrics, and what is usual: cumulative, and as the instrument says. */
const SELECTIONS = { selectAggregationTemporality: 1, selectAggregation: { type: 0 } } as const;

/** Wraps processors of spans or log records. Methods that one lacks stay absent: the SDK asks for them. */
export function guardedProcessors<P extends object>(
  context: Context,
  option: string,
  own: readonly object[] = [],
): P[] {
  return own.map((processor, index) => {
    const methods = processor as Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;
    const tell = teller(context, `${option}[${index}]`);
    const guarded: Record<string, unknown> = {};
    for (const name of HOT) if (methods[name] !== undefined) guarded[name] = attempt(processor, name, tell, () => {});
    // Of a record: whether anybody wants it.
    if (methods['enabled'] !== undefined) guarded['enabled'] = attempt(processor, 'enabled', tell, () => true);
    for (const name of LAST) guarded[name] = quietly(processor, name, tell);
    return guarded as P;
  });
}

/** Wraps an exporter: what it throws is a failed export. It stays as it is itself, whatever the pipelines put around it. */
export function guardedExporter<E extends object>(context: Context, option: string, own: E): E {
  const methods = own as Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;
  const tell = teller(context, option);
  const guarded: Record<string, unknown> = {
    export(batch: unknown, done: (result: unknown) => void): void {
      try {
        methods['export']?.call(own, batch, done);
      } catch (error) {
        tell('export');
        done({ code: FAILED, error });
      }
    },
  };
  for (const name of LAST) if (methods[name] !== undefined) guarded[name] = quietly(own, name, tell);
  for (const [name, usual] of Object.entries(SELECTIONS)) {
    if (methods[name] !== undefined) guarded[name] = attempt(own, name, tell, () => usual);
  }
  return guarded as E;
}

/** Wraps a sampler: where it fails, the trace is kept. */
export function guardedSampler(context: Context, own: SamplerLike): Sampler {
  const tell = teller(context, 'sampler');
  // Of the SDK's SamplingDecision: record and sample.
  const keep = (): { decision: 2 } => ({ decision: 2 });
  const sample = attempt(own, 'shouldSample', tell, keep);
  return {
    shouldSample: (...args) => (sample(...args) ?? keep()) as ReturnType<Sampler['shouldSample']>,
    toString: () => String(own),
  };
}

/** Wraps a generator of ids: where it fails, those of `fallback` are used. */
export function guardedIds(context: Context, own: IdGeneratorLike, fallback: IdGenerator): IdGenerator {
  const tell = teller(context, 'idGenerator');
  const id = (name: keyof IdGenerator): (() => string) =>
    attempt(own, name, tell, () => fallback[name]()) as () => string;
  return { generateTraceId: id('generateTraceId'), generateSpanId: id('generateSpanId') };
}

/** Wraps what views do to attributes: where it fails, they stay as they are. */
export function guardedViews(context: Context, own: readonly ViewLike[]): ViewLike[] {
  return own.map((view, index) => {
    if (!Array.isArray(view.attributesProcessors)) return view;
    const tell = teller(context, `views[${index}].attributesProcessors`);
    const attributesProcessors = view.attributesProcessors.map((processor) => ({
      process: attempt(processor, 'process', tell, (attributes) => attributes),
    }));
    return { ...view, attributesProcessors };
  });
}

function quietly(own: object, name: string, tell: (method: string) => void): () => Promise<void> {
  return async () => {
    try {
      await (own as Record<string, (() => unknown) | undefined>)[name]?.();
    } catch {
      tell(name);
    }
  };
}

function attempt(
  own: object,
  name: string,
  tell: (method: string) => void,
  otherwise: (...args: unknown[]) => unknown,
): (...args: unknown[]) => unknown {
  const method = (own as Record<string, (...args: unknown[]) => unknown>)[name];
  return (...args) => {
    try {
      return method?.apply(own, args);
    } catch {
      tell(name);
      return otherwise(...args);
    }
  };
}

/** The error stays out: it is the app's, and may hold anything. */
function teller({ report }: Context, path: string): (method: string) => void {
  let told = false;
  return (method) => {
    if (told) return;
    told = true;
    report({ code: 'COMPONENT_FAILED', message: `${path} threw in ${method}; the app goes on without it. Said once.` });
  };
}
