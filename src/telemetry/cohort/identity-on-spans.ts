/**
 * Identity as attributes of spans, for backends that do not search resources. The resource carries it anyway, once a
 * batch; here it costs a little on every span, so only what is asked for is stamped.
 */
import { ATTRIBUTE, type AttributeValue } from '../attributes.ts';
import type { BootContext } from '../boot-context.ts';
import { type CohortSpanProcessor, type Stampable, settled } from './processors.ts';

/** What is stamped when nobody names attributes: what tells deployments apart, and nothing of a single instance. */
const IDENTITY_ON_SPANS: readonly string[] = [ATTRIBUTE.deploymentId, ATTRIBUTE.serviceVersion, ATTRIBUTE.environment];

const VARIABLE = 'ROLLOUTGUARD_IDENTITY_ON_SPANS';

/** The processor that stamps identity on spans, for the row before the exporting one; none when it is not wanted. */
export function identityOnSpans({ plan, env, report }: BootContext): readonly CohortSpanProcessor[] {
  const wanted = plan.options.identityOnSpans ?? fromEnvironment(env.list(VARIABLE));
  if (wanted === false) return [];
  const names = wanted === true ? IDENTITY_ON_SPANS : wanted;
  const found: [string, AttributeValue][] = [];
  for (const name of new Set(names)) {
    const value = Object.hasOwn(plan.attributes, name) ? plan.attributes[name] : undefined;
    if (value !== undefined) found.push([name, value]);
    // Of the default ones an unknown value stays absent without a word; a name that somebody wrote may be misspelt.
    else if (wanted !== true) report({ code: 'BAD_SETTING', message: unknownAttribute(name) });
  }
  return found.length > 0 ? [identitySpanProcessor(found)] : [];
}

/** A span processor that sets these attributes when a span starts. */
function identitySpanProcessor(attributes: readonly (readonly [string, AttributeValue])[]): CohortSpanProcessor {
  const onStart = (span: Stampable): void => {
    for (const [key, value] of attributes) span.setAttribute(key, value);
  };
  return { onStart, onEnd: () => {}, forceFlush: settled, shutdown: settled };
}

function fromEnvironment(names: readonly string[]): boolean | readonly string[] {
  const word = names.length === 1 ? names[0]?.toLowerCase() : undefined;
  if (word === 'true' || word === 'false') return word === 'true';
  return names.length > 0 && names;
}

/** What looks like no attribute may be anything, and is not shown. */
const ATTRIBUTE_NAME = /^[a-z][a-z\d_]{0,40}(?:\.[a-z\d_]{1,40}){1,8}$/;

function unknownAttribute(name: string): string {
  const shown = ATTRIBUTE_NAME.test(name) ? name : 'a name that is that of no attribute';
  return `identityOnSpans: ${shown} is not known of this process, so no span carries it.`;
}
