import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import type { Pod } from './pod.ts';

/** What Kubernetes accepts and what spoils a rollout. */
export function checkAdvice(pod: Pod): void {
  const { report } = pod.context;
  const containers = pod.spec.at('containers').items;
  for (const container of containers) {
    checkTag(pod, container.at('image'));
    checkLiveness(pod, container);
    const { limits, requests } = {
      limits: container.at('resources', 'limits'),
      requests: container.at('resources', 'requests'),
    };
    if (
      container.at('name').present &&
      limits.entries.length + requests.entries.length === 0 &&
      !pod.spec.at('resources').present
    )
      report.advice(
        'no-requests',
        container.at('resources'),
        'The container asks for no CPU and no memory.',
        'Pods land on crowded nodes: the canary is slow or evicted for reasons that are not in its version.',
        'Request what the stable pods use.',
      );
  }
  // Who opens no port serves nobody.
  const serving = containers.find((container) => container.at('ports').items.length > 0);
  if (serving && !containers.some((container) => container.at('readinessProbe').present))
    report.advice(
      'no-readiness-probe',
      serving.at('readinessProbe'),
      'No container has a readinessProbe.',
      'Pods get traffic, and count as available, before they can answer.',
      'Probe what a request needs.',
    );
}

function checkTag({ context }: Pod, image: Field): void {
  const { text } = image;
  if (!text || text.includes('@') || /\{\{|\$/.test(text)) return;
  const [, tag] = /:([^:/]+)$/.exec(text) ?? [];
  if (tag === undefined || tag === 'latest')
    context.report.advice(
      'image-floats',
      image,
      `${shown(text)} is another image tomorrow.`,
      'A rollback starts the same tag again, whatever it is by then.',
      'Give a version or a digest.',
    );
}

/** A container that must be ready after a minute, and is killed after half of it, never starts when it is slow. */
function checkLiveness({ context }: Pod, container: Field): void {
  const [live, ready] = [container.at('livenessProbe'), container.at('readinessProbe')];
  if (container.at('startupProbe').present || !live.present) return;
  const of = (probe: Field, key: string, standard: number) => probe.at(key).number || standard;
  const killedAfter =
    of(live, 'initialDelaySeconds', 0) + of(live, 'periodSeconds', 10) * (of(live, 'failureThreshold', 3) - 1);
  const readyAfter = of(ready, 'initialDelaySeconds', 0);
  if (killedAfter < readyAfter)
    context.report.advice(
      'liveness-kills-start',
      live,
      `It may kill the container ${killedAfter} s after its start, but readiness is asked only after ${readyAfter} s.`,
      'A slow start ends in restarts, and the canary looks broken.',
      'Give a startupProbe with time enough.',
    );
}
