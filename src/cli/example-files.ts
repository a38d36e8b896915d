/** Small files to try every command on: two policies, simulated deployments that were good or bad, and their labels. */
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../testing/traffic.ts';

interface Deployment {
  readonly name: string;
  /** Fault of the canary, if it is a bad one. */
  readonly fault?: { readonly atSecond: number; readonly ratio?: number; readonly add?: number };
}

const DEPLOYED_AT_MS = Date.UTC(2026, 0, 5, 9);
const DAY_MS = 86_400_000;
const CANARY_SHARE = 0.2;

/** Errors near 1 %, where many teams have their threshold, and the noise of an ordinary service. */
const DEPLOYMENTS: readonly Deployment[] = [
  { name: 'good-1' },
  { name: 'good-2' },
  { name: 'good-3' },
  { name: 'bad-1', fault: { atSecond: 120, ratio: 5 } },
  { name: 'bad-2', fault: { atSecond: 60, ratio: 2.5 } },
  { name: 'bad-3', fault: { atSecond: 0, add: 0.9 } },
];

/** A rollout that the API server accepts but for one letter, and that would not do what it says. */
const ROLLOUT = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  replicas: 10
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: registry.example/checkout:1.4.2
          env:
            - name: NEW_PRICES
              value: yes # Kubernetes reads the boolean true, and a variable must be a text
  strategy:
    canary:
      stesp: # a slip: the canary would get all of the traffic at once
        - setWeight: 20
        - pause: { duration: 10m }
`;

/** An example file by its path inside the folder. The same bytes every time. */
export interface ExampleFile {
  readonly path: string;
  readonly text: string;
}

/** All example files. */
export function exampleFiles(): ExampleFile[] {
  const recordings = DEPLOYMENTS.map((deployment, day) => recording(deployment, DEPLOYED_AT_MS + day * DAY_MS));
  const labels = DEPLOYMENTS.map(({ name, fault }, day): [string, object] => [
    name,
    fault === undefined
      ? { outcome: 'good' }
      : { outcome: 'bad', badFromMs: DEPLOYED_AT_MS + day * DAY_MS + fault.atSecond * 1000 },
  ]);
  return [
    file('policy.json', { preset: 'webService', soakSeconds: 120 }),
    file('thresholds.json', { preset: 'thresholds', maxErrorRate: 0.01 }),
    file('labels.json', Object.fromEntries(labels)),
    { path: 'manifests/rollout.yaml', text: ROLLOUT },
    ...recordings.map((telemetry) => ({
      path: `recordings/${telemetry.deploymentId}.json`,
      text: `${JSON.stringify(telemetry)}\n`,
    })),
  ];
}

function recording({ name, fault }: Deployment, deployedAtMs: number): DeploymentTelemetry {
  const traffic = simulateTraffic({
    seed: name,
    seconds: 900,
    historySeconds: 600,
    requestsPerSecond: 300,
    canaryShare: CANARY_SHARE,
    errorRate: 0.009,
    pods: { canary: 2, stable: 4 },
    noise: TRAFFIC_NOISE.mixed,
    ...(fault === undefined ? {} : { fault }),
  });
  return {
    ...simulatedTelemetry(traffic, 10, deployedAtMs),
    service: 'checkout',
    deploymentId: name,
    weights: [{ atMs: deployedAtMs, canaryShare: CANARY_SHARE }],
  };
}

function file(path: string, value: object): ExampleFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
}
