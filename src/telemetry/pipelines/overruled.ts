/**
 * Objects that a program brings along against variables that name such objects.
 *
 * `OTEL_TRACES_EXPORTER` and its like say what is configured automatically, so an object given in code is not touched by
 * them, not even by `none`: as in OpenTelemetry's own NodeSDK. But whoever set the variable expects something of it, so
 * that it is without effect is reported. What switches everything off is OTEL_SDK_DISABLED.
 */
import type { BootContext } from '../boot-context.ts';
import type { PipelineOptions } from './options.ts';

/** The option; reported when the variable of the same purpose is set, too. */
export function chosenInCode<K extends keyof PipelineOptions>(
  { plan, env, report }: BootContext,
  option: K,
  variable: string,
): PipelineOptions[K] {
  const chosen = plan.options[option];
  const named = env.text(variable)?.toLowerCase();
  // The endpoint for Prometheus is no exporter that another could stand in for: both are there.
  if (chosen !== undefined && named !== undefined && named !== 'prometheus') {
    const message = `${variable} has no effect: the app brings its own ${option}. OTEL_SDK_DISABLED=true switches everything off.`;
    report({ code: 'OVERRULED_SETTING', message });
  }
  return chosen;
}
