/**
 * For your own tests: contract suites for adapters, simulated traffic for rollback rules, seeded random numbers.
 *
 * @module
 */
export {
  type ContractOptions,
  clockContract,
  type DeploymentRecordSubject,
  deploymentRecordContract,
  type EventSinkSubject,
  eventSinkContract,
  type MetricsClientSubject,
  metricsClientContract,
  type RegisterTest,
  type RolloutClientSubject,
  rolloutClientContract,
} from './contracts.ts';
export { binomial, gamma, normal, poisson, type Random, seededRandom } from './random.ts';
export {
  type PodSeries,
  type SimulatedTraffic,
  simulatedTelemetry,
  simulateTraffic,
  TRAFFIC_NOISE,
  type TrafficNoise,
  type TrafficOptions,
} from './traffic.ts';
