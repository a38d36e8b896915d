import { countUnanswered } from 'rolloutguard/telemetry';
import { required, serveParent } from './child.ts';
import { seededRandom } from './random.ts';
import { createRouter, type Target } from './router.ts';

/**
 * The router as a process of its own. A version that is down cannot report its own failures, so the router counts the
 * requests that got no answer, by the instance that was asked. It reports under its own service name: the answers that
 * it passes on are counted once, by the service that gave them.
 */
const service = required('DEMO_TARGET_SERVICE');
const deploymentIds = { canary: required('DEMO_CANARY_DEPLOYMENT'), stable: required('DEMO_STABLE_DEPLOYMENT') };

const router = createRouter({
  random: seededRandom(Number(required('DEMO_SEED')), 'router'),
  now: Date.now,
  answerWithinMs: 5_000,
  onUnanswered: ({ cohort, pod }, error) =>
    countUnanswered({ service, cohort, pod, deploymentId: deploymentIds[cohort] }, error),
});

serveParent(router.server, Number(required('DEMO_PORT')), {
  setTargets: (targets: readonly Target[]) => router.setTargets(targets),
  setCanaryWeight: (percent: number) => router.setCanaryWeight(percent),
  observedCanaryShare: () => router.observedCanaryShare(),
});
