import type { PastDeployment } from './decision.ts';
import type { CallOptions } from './metrics-client.ts';

/** What became of past deployments: a file, a table, the labels of a retrospective. */
export interface DeploymentRecord {
  readonly name: string;
  /** All of a service that may count, in any order; an empty list where none is known. */
  getPastDeployments(service: string, options: CallOptions): Promise<readonly PastDeployment[]>;
}
