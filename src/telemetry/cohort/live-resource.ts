/**
 * The resource with the cohort of this moment, for metrics.
 *
 * Views could add an attribute to every point, but a view counts twice as soon as a second one matches, cancels the
 * reader's aggregation, and under cumulative temporality keeps every old cohort for ever. Swapping the resource at the
 * moment of collection has none of this and costs nothing per measurement.
 */
import { ATTRIBUTE } from '../attributes.ts';
import type { CohortSource, EmittedCohort } from './cohort.ts';

/** A resource, as far as it is merged here. */
export interface MergeableResource<R> {
  merge(other: R | null): R;
}

/** Makes a resource from attributes: the SDK's `resourceFromAttributes`. */
export type ResourceFactory<R> = (attributes: Record<string, string>) => R;

/**
 * Returns a function from a base resource to the same resource with the cohort of this moment. For one base and one
 * cohort it always returns the same object, because exporters group by the identity of the resource. For `withLiveResource`,
 * in set-ups with an SDK of your own.
 *
 * @param key - the attribute's name. Defaults to `rolloutguard.cohort`.
 */
export function liveResource<R extends object & MergeableResource<R>>(
  source: CohortSource,
  makeResource: ResourceFactory<R>,
  key: string = ATTRIBUTE.cohort,
): (base: R) => R {
  const known = new WeakMap<R, Map<EmittedCohort, R>>();
  return (base) => {
    const cohort = source.current;
    if (cohort === null) return base;
    let byCohort = known.get(base);
    if (byCohort === undefined) {
      byCohort = new Map();
      known.set(base, byCohort);
    }
    let merged = byCohort.get(cohort);
    if (merged === undefined) {
      merged = base.merge(makeResource({ [key]: cohort }));
      byCohort.set(cohort, merged);
    }
    return merged;
  };
}
