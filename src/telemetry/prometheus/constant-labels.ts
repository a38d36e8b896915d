/** Which resource attributes may be labels of every series. Each of their values multiplies the series that are stored. */
import { ATTRIBUTE } from '../attributes.ts';

/** More than this is a mistake: the rest is on `target_info`. */
export const MAX_CONSTANT_LABELS = 10;

/** Attributes that differ from one instance or one start to the next. */
const PER_INSTANCE: ReadonlySet<string> = new Set([
  ATTRIBUTE.serviceInstanceId,
  ATTRIBUTE.podName,
  'container.id',
  'container.name',
  'faas.instance',
  'host.id',
  'host.ip',
  'host.mac',
  'host.name',
  'k8s.container.restart_count',
  'k8s.pod.ip',
  'k8s.pod.start_time',
  'k8s.pod.uid',
  'process.command_args',
  'process.command_line',
  'process.creation.time',
  'process.parent_pid',
  'process.pid',
]);

/** Whether an attribute names a single instance. */
export function isPerInstance(name: string): boolean {
  return PER_INSTANCE.has(name);
}

/** The labels when nobody names any. */
export function defaultLabels(cohortKey: string): readonly string[] {
  return [ATTRIBUTE.serviceVersion, ATTRIBUTE.environment, cohortKey];
}

/** Fits exactly these names. */
export function patternOf(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`);
}
