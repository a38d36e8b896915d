/** Options of `startDeploymentTelemetry`: one interface a topic, each beside the code that it steers. */
import { COHORT_CHECKS, type LiveCohortOptions } from '../cohort/options.ts';
import { DOCTOR_CHECKS, type DoctorOptions } from '../doctor/log-level.ts';
import type { Environment } from '../environment.ts';
import { EVENT_CHECKS, type EventOptions } from '../events/options.ts';
import { IDENTITY_CHECKS, type IdentityOptions } from '../identity/options.ts';
import { INSTRUMENTATION_CHECKS, type InstrumentationOptions } from '../instrumentation/options.ts';
import { JUDGE_CHECKS, type JudgeOptions } from '../judge/options.ts';
import type { PackageLoader } from '../packages/install.ts';
import { PIPELINE_CHECKS, type PipelineOptions } from '../pipelines/options.ts';
import { PROMETHEUS_CHECKS, type PrometheusEndpointOptions } from '../prometheus/options.ts';
import { PROPAGATION_CHECKS, type PropagationOptions } from '../propagation/options.ts';
import { SHUTDOWN_CHECKS, type ShutdownOptions } from '../shutdown/options.ts';
import { type Checks, callable, checkAll, plainObject } from './checks.ts';

/** Where a start takes from what it does not get as an option. */
export interface SurroundingsOptions {
  /** @defaultValue `process.env` */
  readonly env?: Environment;
  /** Loads an OpenTelemetry package by name. @defaultValue `require()`, from where `sdk-node` is installed */
  readonly loadPackage?: PackageLoader;
}

/** Options of `startDeploymentTelemetry`. All may be left out: the environment is enough. */
export interface DeploymentTelemetryOptions
  extends IdentityOptions,
    LiveCohortOptions,
    PipelineOptions,
    PrometheusEndpointOptions,
    InstrumentationOptions,
    JudgeOptions,
    PropagationOptions,
    EventOptions,
    ShutdownOptions,
    DoctorOptions,
    SurroundingsOptions {}

const CHECKS: Checks<DeploymentTelemetryOptions> = {
  ...IDENTITY_CHECKS,
  ...COHORT_CHECKS,
  ...PIPELINE_CHECKS,
  ...PROMETHEUS_CHECKS,
  ...INSTRUMENTATION_CHECKS,
  ...JUDGE_CHECKS,
  ...PROPAGATION_CHECKS,
  ...EVENT_CHECKS,
  ...SHUTDOWN_CHECKS,
  ...DOCTOR_CHECKS,
  env: (value, path) => void plainObject(value, path),
  loadPackage: callable,
};

/**
 * Checks the options.
 *
 * @throws RolloutGuardError `INVALID_OPTION` with the path of the first bad one; an unknown name is a bad one, since a
 * misspelt `deploymentID` would go unnoticed until the canary is invisible.
 */
export function validateOptions(options: DeploymentTelemetryOptions): void {
  checkAll(options, CHECKS);
}
