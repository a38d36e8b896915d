import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { each } from './places.ts';
import type { Pod } from './pod.ts';

/** What Kubernetes accepts and what spoils a rollout. */
export function checkAdvice({ spec, advise }: Pod): void {
  const containers = each(spec, 'containers');
  for (const container of containers) {
    const image = container.at('image');
    // A digest, or a text that a tool fills in, says which image it is.
    if (image.text && /^[^@${]*$/.test(image.text) && !/:(?!latest$)[^/:]+$/.test(image.text)) {
      const effect = 'A rollback starts what the tag names by then.';
      advise(
        'image-floats',
        image,
        `${shown(image.text)} is another image tomorrow.`,
        effect,
        'Name a version or a digest.',
      );
    }
    const [live, ready] = [container.at('livenessProbe'), container.at('readinessProbe')];
    const killed =
      number(live, 'initialDelaySeconds', 0) +
      number(live, 'periodSeconds', 10) * (number(live, 'failureThreshold', 3) - 1);
    const asked = number(ready, 'initialDelaySeconds', 0);
    if (live.present && killed < asked && !container.at('startupProbe').present) {
      const message = `It may kill the container after ${killed} s, before readiness is asked after ${asked} s.`;
      advise(
        'liveness-kills-start',
        live,
        message,
        'A slow start ends in restarts: the canary looks broken.',
        'Add a startupProbe.',
      );
    }
    const asks = [...each(container, 'resources.requests,limits'), spec.at('resources')].some(({ present }) => present);
    if (!asks && container.at('name').present) {
      const effect = 'Its pods land on crowded nodes: a canary is slow or evicted, and not for its version.';
      advise(
        'no-requests',
        container.at('resources'),
        'It requests no CPU and no memory.',
        effect,
        'Request what it uses.',
      );
    }
  }
  // Who opens no port serves nobody.
  const serving = containers.find((container) => each(container, 'ports').length > 0);
  if (serving && each(spec, 'containers.readinessProbe').length === 0) {
    const effect = 'Pods count as available, and get traffic, before they can answer.';
    advise(
      'no-readiness-probe',
      serving.at('readinessProbe'),
      'No container has a readinessProbe.',
      effect,
      'Probe what requests need.',
    );
  }
}

/** 0 is the default too. */
function number(probe: Field, key: string, standard: number): number {
  return probe.at(key).number || standard;
}
