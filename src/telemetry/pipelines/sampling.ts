/** Samplers by the names of OTEL_TRACES_SAMPLER. */
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { Peers } from '../packages/peers.ts';
import type { SamplerSettings } from './sampler-settings.ts';

/** Makes the sampler that the settings name. */
export function createSampler(peers: Peers, { name, ratio }: SamplerSettings): Sampler {
  const { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler } =
    peers('@opentelemetry/sdk-trace');
  const roots: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const parentBased = name.startsWith('parentbased_');
  const root = (roots[parentBased ? name.slice('parentbased_'.length) : name] as () => Sampler)();
  return parentBased ? new ParentBasedSampler({ root }) : root;
}
