/**
 * A whole rollout as code: a canary behind Istio, in four steps, with three templates that must agree before it goes on.
 * Prints YAML for `kubectl apply`; what Argo Rollouts would refuse never gets so far.
 */
import {
  analyze,
  buildAll,
  businessMetricTemplate,
  canaryRollout,
  circuitBreaker,
  destinationRule,
  errorRateTemplate,
  istio,
  latencyTemplate,
  pause,
  probes,
  safeRetries,
  services,
  setWeight,
  virtualService,
} from 'rolloutguard/rollouts';
import { checkPromql } from 'rolloutguard/rollouts/promql';
import { print } from 'rolloutguard/rollouts/yaml';

const name = 'api-service';
const namespace = 'production';
const to = services(name, { namespace });

// Each compares the canary with a limit, and with stable at the same time.
const templates = [
  errorRateTemplate({ max: 0.01, maxTimesStable: 2 }),
  latencyTemplate({ maxSeconds: 0.5, maxTimesStable: 1.3 }),
  businessMetricTemplate({ good: 'checkout_completed_total', total: 'checkout_started_total', minTimesStable: 0.95 }),
].map((template) => template.namespace(namespace));

const rollout = canaryRollout(name)
  .namespace(namespace)
  .replicas(50)
  .history({ revisions: 5, successfulRuns: 3, unsuccessfulRuns: 10 })
  .progressDeadline(600, { abort: true })
  .container({
    name: 'api',
    image: 'registry.example.com/api-service:2.4.1',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    ...probes({ ready: { path: '/ready', port: 'http' }, live: { path: '/live', port: 'http' }, startSeconds: 120 }),
  })
  .cohortFiles()
  .antiAffinity(50)
  .services(to)
  .traffic(istio({ virtualService: { name, routes: ['primary'] } }))
  .steps(
    setWeight(5),
    pause('2m'),
    analyze(templates, { args: { service: name } }),
    setWeight(20),
    pause('5m'),
    setWeight(50),
    pause('10m'),
    setWeight(100),
  );

const { objects, warnings } = buildAll(
  [
    rollout,
    ...templates,
    to.stable,
    to.canary,
    virtualService(name, { namespace, to, timeout: '5s', retries: safeRetries() }),
    // Not for the canary: a pod that is ejected would hide what the new version does.
    destinationRule(name, { namespace, host: to.stable.metadata!.name!, outlierDetection: circuitBreaker() }),
  ],
  { complete: true, promql: checkPromql }, // a reference to anything else would be refused, and so would a wrong query
);
for (const { severity, path, message, mend } of warnings) console.error(`${severity} ${path}: ${message} ${mend}`);
console.log(print(objects));
