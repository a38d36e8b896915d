/**
 * PromQL of analysis metrics, read for the validation. An entry of its own, since its parser is as large as all the rest.
 *
 * @module
 */
export { checkPromql } from './check.ts';
