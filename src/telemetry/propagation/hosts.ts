/**
 * The hosts that may learn who calls them: patterns, and the names that requests go to, in one normal form.
 *
 * Whoever reads the baggage of a request learns which deployment made it. So a pattern says less rather than more, and a
 * host whose name cannot be read for sure matches nothing.
 */

/** A pattern that was understood. */
export interface HostPattern {
  /** In normal form; for a wildcard what follows the star, with its dot. */
  readonly host: string;
  /** null stands for any port. */
  readonly port: number | null;
  readonly wildcard: boolean;
}

/** Top-level names that nobody can register, so that `*.local` does not reach strangers. */
const PRIVATE_SUFFIXES: ReadonlySet<string> = new Set(['internal', 'local', 'localhost', 'svc', 'test']);

/** An IPv4 address in its normal form. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The longest name that DNS knows. */
const MAX_NAME_LENGTH = 253;

/**
 * Reads a pattern: `payments`, `payments:8080`, `*.shop.svc.cluster.local`, `10.0.0.7`, `[fd00::7]:8080`. A star stands for
 * one or more labels. Returns what is wrong as a string that completes "must ...".
 */
export function parseHostPattern(text: string): HostPattern | string {
  const pattern = text.trim();
  if (pattern === '') return 'be a host name, not an empty text';
  if (pattern === '*') return 'name hosts: a bare * would tell every host on the internet who calls it';
  if (/[/@]/.test(pattern))
    return 'be a host with or without a port, such as payments:8080, not a URL or an address range';
  const [name, portText] = splitPort(pattern);
  const port = portText === undefined ? null : portNumber(portText);
  if (port === undefined) return 'have a port from 1 to 65535 after the colon';
  const wildcard = name.startsWith('*.');
  if (name.includes('*', wildcard ? 1 : 0))
    return 'have its star at the front, as the only one: *.shop.svc.cluster.local';
  const host = normalHost(wildcard ? name.slice(2) : name);
  if (host === null) return 'be a host name or an IP address';
  if (!wildcard) return { host, port, wildcard };
  if (!isName(host)) return 'name an IP address in full, without a star';
  if (!host.includes('.') && !PRIVATE_SUFFIXES.has(host)) {
    return `have a longer end after the star: everybody can register a name that ends in .${host}`;
  }
  return { host: `.${host}`, port, wildcard };
}

/** Makes a test of a host in normal form and a port. Its time grows with the length of the name, not with the patterns. */
export function hostMatcher(patterns: readonly HostPattern[]): (host: string, port: number) => boolean {
  const known = new Set(patterns.map(({ host, port }) => (port === null ? host : `${host}:${port}`)));
  const has = (key: string, port: number): boolean => known.has(key) || known.has(`${key}:${port}`);
  return (host, port) => {
    if (has(host, port)) return true;
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      if (has(host.slice(dot), port)) return true;
    }
    return false;
  };
}

/**
 * The one form of a host: lower case, without the dot at the end, international names in Punycode, IPv4 with four parts,
 * IPv6 shortened and in brackets. null when it is no host.
 */
export function normalHost(text: string): string | null {
  const host = text.endsWith('.') ? text.slice(0, -1) : text;
  if (host.length === 0 || host.length > MAX_NAME_LENGTH) return null;
  // Nearly always; the rest is a matter for the parser of URLs.
  if (/^[a-z0-9._-]+$/.test(host) && isName(host)) return host.startsWith('.') ? null : host;
  if (IPV4.test(host)) return host;
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  // The parser would decode a percent sign, but the resolver looks the name up as it is.
  if (/[\s/?#@\\%[\]]/.test(bare)) return null;
  const url = `http://${bare.includes(':') ? `[${bare}]` : bare}/`;
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  const normal = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return normal.startsWith('.') ? null : normal;
}

/** Splits `name:port`; an IPv6 address without brackets is all name. */
export function splitPort(text: string): [name: string, port: string | undefined] {
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  if (end <= 0 || text[end] !== ':') return [text, undefined];
  if (!text.startsWith('[') && text.includes(':', end + 1)) return [text, undefined];
  return [text.slice(0, end), text.slice(end + 1)];
}

/** A port, or undefined. */
export function portNumber(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Whether a host in lower case is a name: the last part of an IPv4 address begins with a digit, in all its spellings. */
function isName(host: string): boolean {
  return /^[a-z_]/.test(host.slice(host.lastIndexOf('.') + 1));
}
