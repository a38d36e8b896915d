/** Across services: who is told which deployment calls, and what is believed of what callers tell. */
import type { TextMapPropagator } from '@opentelemetry/api';
import type { BootContext } from '../boot-context.ts';
import type { CohortSource } from '../cohort/cohort.ts';
import type { Identity } from '../identity/identity.ts';
import { callerEntries } from './caller.ts';
import type { CallerPropagation } from './contract.ts';
import { type HostPattern, hostMatcher, parseHostPattern } from './hosts.ts';
import { watchOutgoing } from './outgoing.ts';
import { callerLogRecordProcessor, callerSpanProcessor } from './processors.ts';
import { callerPropagator, fieldsOf } from './propagator.ts';

/** Reads the settings. */
export function createCallerPropagation(
  context: Pick<BootContext, 'plan' | 'env' | 'cohort' | 'peers' | 'report'>,
): CallerPropagation {
  const { plan, env, cohort, peers, report } = context;
  const patterns = readPatterns(context);
  const accept = plan.options.acceptCaller ?? env.flag('ROLLOUTGUARD_ACCEPT_CALLER') ?? true;
  const outgoing = watchOutgoing();
  const matches = hostMatcher(patterns);
  const off = (why: string): void => {
    if (patterns.length > 0) report({ code: 'PROPAGATION_OFF', message: `propagateTo has no effect: ${why}.` });
  };
  let failed = false;
  return {
    spanProcessors: accept ? [callerSpanProcessor()] : [],
    logRecordProcessors: accept ? [callerLogRecordProcessor()] : [],
    hooks: outgoing.hooks,
    notInUse: () => off('other propagators were registered before telemetry was started'),
    around(inner, isOfApp = true): TextMapPropagator {
      const able = fieldsOf(inner).includes('baggage');
      if (!able) off('OTEL_PROPAGATORS names no baggage');
      return callerPropagator({
        peers,
        inner,
        isOfApp,
        outgoing,
        permits: able && patterns.length > 0 ? ({ host, port }) => matches(host, port) : undefined,
        ownEntries: ownEntries(plan.identity, cohort),
        onError: () => {
          if (!failed) off('the baggage of a request could not be written, and the request went without it');
          failed = true;
        },
      });
    },
  };
}

function readPatterns({ plan, env }: Pick<BootContext, 'plan' | 'env'>): HostPattern[] {
  // Options were checked when telemetry was started.
  const given = plan.options.propagateTo;
  const texts = given ?? env.list('ROLLOUTGUARD_PROPAGATE_TO');
  return texts.flatMap((text, index) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern !== 'string') return [pattern];
    env.reject(`ROLLOUTGUARD_PROPAGATE_TO, host ${index + 1},`, `it to ${pattern}`);
    return [];
  });
}

/** The entries change with the cohort and with nothing else. */
function ownEntries({ known: { service, id } }: Identity, cohort: CohortSource): () => readonly string[] {
  let last: { readonly cohort: unknown; readonly entries: readonly string[] } | undefined;
  return () => {
    if (last?.cohort !== cohort.current) {
      const entries = callerEntries({ service: service?.value, deploymentId: id?.value, cohort: cohort.current });
      last = { cohort: cohort.current, entries };
    }
    return last?.entries ?? [];
  };
}
