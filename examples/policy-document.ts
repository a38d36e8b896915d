/** A policy as a JSON document: written down before the deployment, read back, and refused when somebody mistyped it. */
import {
  crashLoop,
  definePolicy,
  errorRate,
  latency,
  panicErrorRate,
  parsePolicy,
  policyDigest,
  unansweredShare,
} from 'rolloutguard';

const policy = definePolicy({
  falseRollbackRate: 0.01,
  deadlineSeconds: 1800,
  criteria: [
    errorRate({ importance: 'critical' }),
    errorRate({ name: 'errors at checkout', segments: ['/cart', '/pay'], max: 0.05 }),
    latency({ quantile: 0.99, maxMs: 500 }),
    latency({ quantile: 0.5, importance: 'informational' }), // shown, never decides
  ],
  hardStops: [panicErrorRate({ max: 0.5 }), unansweredShare(), crashLoop()],
});

const text = JSON.stringify(policy, null, 2); // what goes into the repository, for review
const read = parsePolicy(JSON.parse(text));
console.log(policyDigest(read), policyDigest(read) === policyDigest(policy) ? 'the same rules' : 'other rules');

// The budget of false rollbacks is shared by the weights.
for (const { name, weight } of [...policy.criteria, ...policy.hardStops]) {
  console.log(`${(weight * 100).toFixed(1).padStart(5)} %  ${name}`);
}

// Nothing is filled in and nothing is ignored: a document means what it says.
try {
  parsePolicy(JSON.parse(text.replace('"maxRelativeIncrease": 0.25', '"maxRelativeIncrease": "25 %"')));
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
