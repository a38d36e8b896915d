/**
 * Lets an instrument count once, however many views match it.
 *
 * Where two views give an instrument one stream (neither renames it), OpenTelemetry's SDK makes one storage of the first
 * view and then records every measurement into it twice: rates double, and a judge sees twice the requests. Here the
 * second view is left out, as its settings were without effect anyway.
 */
import { visibleText } from '../../visible-text.ts';
import type { TelemetryProblem } from '../problems.ts';

/** A view of the SDK's, as far as it is looked at here. */
interface RegisteredView {
  readonly name?: string;
}

/** The private registry of the SDK's `MeterProvider`. */
interface ViewRegistry {
  findViews(instrument: { readonly name: string }, meter: unknown): RegisteredView[];
}

/** Changes the registry of a provider. The first instrument that two views match is reported. */
export function countOnce(provider: object, report: (problem: TelemetryProblem) => void): void {
  const registry = (provider as { _sharedState?: { viewRegistry?: ViewRegistry } })._sharedState?.viewRegistry;
  // Another release of the SDK may have mended it.
  if (typeof registry?.findViews !== 'function') return;
  const findViews = registry.findViews.bind(registry);
  let told = false;
  registry.findViews = (instrument, meter): RegisteredView[] => {
    const views = findViews(instrument, meter);
    const streams = new Map(views.toReversed().map((view) => [view.name ?? instrument.name, view]));
    const first = views.filter((view) => streams.get(view.name ?? instrument.name) === view);
    if (first.length < views.length && !told) {
      told = true;
      const message = `two views match ${visibleText(instrument.name.slice(0, 80))}; the first one is used, merge them into one. Others are not named.`;
      report({ code: 'VIEW_CONFLICT', message });
    }
    return first;
  };
}
