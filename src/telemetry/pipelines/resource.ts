/** Everything about this process that does not change: what every span, metric and log record says. */
import type { Resource, ResourceDetector } from '@opentelemetry/resources';
import type { Peers } from '../packages/peers.ts';
import type { TelemetryPlan } from '../plan.ts';
import { detect } from './detectors.ts';

/** Puts the resource together: what the SDK says, what the detectors find, and above both the identity. */
export function createResource(peers: Peers, { attributes, options, settings }: TelemetryPlan): Resource {
  const { defaultResource, resourceFromAttributes } = peers('@opentelemetry/resources');
  const own = options.resourceDetectors as readonly ResourceDetector[] | undefined;
  return defaultResource()
    .merge(detect(peers, settings.detectors, own))
    .merge(resourceFromAttributes({ ...attributes }));
}
