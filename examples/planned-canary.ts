/**
 * A canary whose steps follow from what they must find: three times the errors, nine times in ten, while few users see
 * it. The Rollout says in an annotation why its steps are as they are. At the end a target that no steps can reach.
 */
import { buildAll, canaryRollout, istio, probes, services, virtualService } from 'rolloutguard/rollouts';
import { plannedCanary } from 'rolloutguard/rollouts/planned';
import { print } from 'rolloutguard/rollouts/yaml';

const name = 'checkout';
const namespace = 'shop';
const traffic = { requestsPerSecond: 200, baselineErrorRate: 0.01, replicas: 20 };
const find = { ratio: 3, power: 0.9 };

const planned = plannedCanary({
  ...traffic,
  find,
  exposure: { mostUsersExposed: 3000, withinSeconds: 1800 },
  analysis: { verdict: { url: 'http://rolloutguard.ops:8080' }, namespace },
});
if (!planned.feasible) throw new Error(planned.because);
console.log(`${planned.target}\n\n${planned.text}`);

const to = services(name, { namespace });
const rollout = canaryRollout(name)
  .namespace(namespace)
  .annotations(planned.annotations)
  .replicas(traffic.replicas)
  .container({
    name: 'checkout',
    image: 'registry.example.com/checkout:3.0.0',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '256Mi' } },
    ...probes({ ready: { path: '/ready', port: 'http' }, live: { path: '/live', port: 'http' } }),
  })
  .services(to)
  .traffic(istio({ virtualService: name }))
  .canary(planned.strategy); // the steps, and the analysis beside them
const all = [rollout, planned.analysisTemplate, to.stable, to.canary, virtualService(name, { namespace, to })] as const;
console.log(print(buildAll(all, { complete: true }).objects));

const hasty = plannedCanary({ ...traffic, find: { ratio: 1.5 }, exposure: { withinSeconds: 300 } });
if (!hasty.feasible) console.log(`${hasty.because}: ${hasty.mends.map(({ words }) => words).join(', or ')}.`);
