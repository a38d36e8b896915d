/** Whether a selector could tell canary pods from stable ones. */

/** Labels that differ between the two; which ones there are, each cluster decides. */
const LABELS =
  /hash|canary|cohort|role|version|revision|track|subset|variant|release|deployment|image|commit|sha\b|build/i;
const VALUES = /canary|stable|preview|active|baseline|primary/i;

/**
 * Generous, since every cluster has labels of its own: a label or a value that sounds like it will do, and so does any
 * arg, whose value is not known.
 *
 * @param selector - such as `requests_total{service="api"}`.
 */
export function namesCohort(selector: string): boolean {
  if (selector.includes('{{') || VALUES.test(selector)) return true;
  const matchers = /\{(.*)\}/s.exec(selector)?.[1] ?? '';
  return [...matchers.matchAll(/([\w."]+)\s*(?:=~|=|!~|!=)/g)].some(([, label]) => LABELS.test(label!));
}
