/**
 * What counts as a value of each field, and in which form it is used.
 *
 * A value that is too long is refused and not cut: two ids that differ behind the cut would become one deployment.
 * Letters beyond ASCII are kept as they are, since OTLP carries UTF-8 and the id must equal the one that the judge is asked
 * for. Characters that cannot be seen are refused, because two values would look the same.
 */
import { visibleText } from '../../visible-text.ts';
import { EMITTED_COHORTS, parseCohort } from '../cohort/cohort.ts';
import type { IdentityField } from './deployment-identity.ts';
import { readTimestamp } from './timestamp.ts';

/** Longest value in UTF-16 units, which is also the longest in OTEL_RESOURCE_ATTRIBUTES; URLs may be longer. */
const MAX_LENGTH = 255;
const MAX_URL_LENGTH = 2048;

/**
 * What a text says about a field: a value; nothing, as a script writes it that knew no better; a template that nobody
 * filled in; or something else than was expected.
 */
export type Reading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly reason: string };

const NOTHING: Reading = { kind: 'nothing' };

const NOT_SAID: ReadonlySet<string> = new Set(['', 'unknown', 'undefined', 'null', 'none', '$latest']);

/** `$(VAR)` of Kubernetes, `$(command)` and `${VAR}` of shells, `{{ x }}` and `<no value>` of Helm, `$VAR` alone, `%VAR%`. */
const TEMPLATE = /\$\([^)]+\)|\$\{[^}]*\}|\{\{|<no value>|^\$[A-Za-z_]\w*$|^%\w+%$/;

/** A commit as Git has it, shortened or whole. Needed where a variable's name does not say that it is one. */
export function looksLikeRevision(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

/** Reads a value of a field. Never throws; the reason of a wrong one does not hold the value. */
export function readValue(field: IdentityField, text: string): Reading {
  const trimmed = text.trim();
  if (NOT_SAID.has(trimmed.toLowerCase())) return NOTHING;
  const longest = field === 'repositoryUrl' || field === 'pipelineRunUrl' ? MAX_URL_LENGTH : MAX_LENGTH;
  if (trimmed.length > longest) return wrong(`it is longer than ${longest} characters`);
  if (TEMPLATE.test(trimmed)) return wrong('it is a template that was not filled in');
  if (!isVisible(trimmed)) return wrong('there are control characters in it, or others that cannot be seen');
  const reading = READERS[field]?.(trimmed) ?? { kind: 'value', value: trimmed };
  // What has come out may again be nothing, or too long.
  return reading.kind === 'value' && reading.value !== trimmed ? readValue(field, reading.value) : reading;
}

/** Looked at in two steps, since to build the expression for all of Unicode takes three milliseconds of a start. */
function isVisible(text: string): boolean {
  return /^[ -~]*$/.test(text) || visibleText(text) === text;
}

const READERS: { readonly [Field in IdentityField]?: (text: string) => Reading } = {
  service: (text) => (/^unknown_service(?::|$)/.test(text) ? NOTHING : { kind: 'value', value: text }),
  commit: (text) => known(/\s/.test(text) ? null : text, 'expected a revision'),
  branch,
  repositoryUrl: (text) => known(repositoryUrl(text), 'expected the URL of a repository'),
  pipelineRunUrl: (text) => known(webUrl(text)?.href, 'expected an http or https URL'),
  strategy: (text) => known(strategyOf(text), 'expected a word such as canary, blue-green or rolling'),
  timestamp: (text) =>
    known(
      readTimestamp(text),
      'expected a time of this century: ISO 8601 with its zone, or seconds or milliseconds since 1970',
    ),
  cohort: (text) => known(parseCohort(text), `expected ${EMITTED_COHORTS.join(', ')}, preview or active`),
};

function branch(text: string): Reading {
  const name = text.replace(/^(?:refs\/(?:heads|remotes)\/|origin\/)+/, '');
  // A pull request or a tag is no branch.
  return name.startsWith('refs/') ? NOTHING : known(name, 'expected a branch');
}

/** As a browser shows it: OpenTelemetry wants it without `.git`, and a clone's URL often holds a token. */
function repositoryUrl(text: string): string | null {
  const [, host, path] = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(text) ?? [];
  const url = webUrl(host === undefined ? text : `https://${host}/${path}`);
  if (url === null) return null;
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/(?:\/|\.git)+$/, '');
  return url.href;
}

function webUrl(text: string): URL | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = '';
  url.password = '';
  return url;
}

const STRATEGIES: ReadonlyMap<string, string> = new Map([
  ['bluegreen', 'blue-green'],
  ['rollingupdate', 'rolling'],
  ['mirror', 'shadow'],
]);

/** Any word, in one spelling: lower case with hyphens, so that `BLUE_GREEN` and `BlueGreen` are one strategy. */
function strategyOf(text: string): string {
  const words = text
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replace(/[\s_-]+/g, '-')
    .replace(/^-|-$/g, '');
  return STRATEGIES.get(words.replaceAll('-', '')) ?? words;
}

function known(value: string | null | undefined, reason: string): Reading {
  return value === null || value === undefined || value === '' ? wrong(reason) : { kind: 'value', value };
}

function wrong(reason: string): Reading {
  return { kind: 'wrong', reason };
}
