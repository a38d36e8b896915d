/** What came of trying the addresses. */

import { shownName, shownUrl } from '../../shown-text.ts';
import type { Check, ProbeFacts } from '../facts.ts';
import { finding, type TelemetryFinding } from '../finding.ts';
import type { FindingCode } from '../findings.ts';

/** Half an interval of the judge. */
const MAX_SKEW_MS = 5_000;

const STATUS: Readonly<Record<number, FindingCode>> = {
  400: 'ENDPOINT_REFUSED_BODY',
  401: 'ENDPOINT_UNAUTHORIZED',
  403: 'ENDPOINT_UNAUTHORIZED',
  404: 'ENDPOINT_NOT_FOUND',
  405: 'ENDPOINT_NOT_ALLOWED',
  415: 'ENDPOINT_MEDIA_TYPE',
  429: 'ENDPOINT_BUSY',
  502: 'ENDPOINT_BUSY',
  503: 'ENDPOINT_BUSY',
  504: 'ENDPOINT_BUSY',
};

const FAILURES: Readonly<Record<string, FindingCode>> = {
  ENOTFOUND: 'ENDPOINT_UNKNOWN_HOST',
  EAI_AGAIN: 'ENDPOINT_UNKNOWN_HOST',
  ECONNREFUSED: 'ENDPOINT_REFUSED',
  EHOSTUNREACH: 'ENDPOINT_UNREACHABLE',
  ENETUNREACH: 'ENDPOINT_UNREACHABLE',
  EADDRNOTAVAIL: 'ENDPOINT_UNREACHABLE',
  ETIMEDOUT: 'ENDPOINT_TIMEOUT',
  EPROTO: 'ENDPOINT_TLS',
};

/** Codes of OpenSSL about certificates, and of those that are no TLS at all. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH|ISSUER|PEM|ASN1/;
const NO_TLS = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH|UNKNOWN_PROTOCOL|HTTP_REQUEST|UNEXPECTED_MESSAGE)/;

/** The way to each collector. */
export const checkReachability: Check = ({ probes }) => [...grouped(probes).flatMap(checkOne), ...checkClock(probes)];

/** One collector that is down is one finding, though three signals go there. */
function grouped(probes: readonly ProbeFacts[]): ProbeFacts[] {
  const groups = new Map<string, ProbeFacts>();
  for (const probe of probes) {
    const { result, url, signals } = probe;
    const { outcome } = result;
    // What has to do with the path differs from signal to signal.
    const place = outcome === 'answered' || !URL.canParse(url) ? url : new URL(url).host;
    const key = JSON.stringify([place, { ...result, clockSkewMs: null }]);
    const same = groups.get(key);
    groups.set(key, same === undefined ? probe : { ...same, signals: [...same.signals, ...signals] });
  }
  return [...groups.values()];
}

function checkOne({ signals, url, result }: ProbeFacts): TelemetryFinding[] {
  const where = `${shownUrl(url)} (${signals.join(', ')})`;
  switch (result.outcome) {
    case 'connected':
      return [];
    case 'skipped':
      return [finding('ENDPOINT_NOT_PROBED', `${where} was not tried.`)];
    case 'timeout':
      return [finding('ENDPOINT_TIMEOUT', `${where} did not answer in time; it hung at ${result.phase}.`)];
    case 'failed':
      return [
        finding(failureCode(result.code, result.phase), `${where}: ${shownName(result.code)} at ${result.phase}.`),
      ];
    case 'foreign':
      return [finding(foreignCode(result.speaks), `${where} does not answer as a collector does over HTTP.`)];
    default: {
      const { status } = result;
      if (status >= 200 && status < 300) return [];
      const code = status >= 300 && status < 400 ? 'ENDPOINT_REDIRECT' : (STATUS[status] ?? 'ENDPOINT_STATUS');
      return [finding(code, `${where} answers with status ${status}.`)];
    }
  }
}

function failureCode(code: string, phase: string): FindingCode {
  if (phase === 'tls' && NO_TLS.test(code)) return 'ENDPOINT_NO_TLS';
  if (phase === 'tls' && /ALERT/.test(code)) return 'ENDPOINT_TLS';
  if (phase === 'tls' && CERTIFICATE.test(code)) return 'ENDPOINT_CERTIFICATE';
  return Object.hasOwn(FAILURES, code) ? (FAILURES[code] as FindingCode) : 'ENDPOINT_CLOSED';
}

function foreignCode(speaks: 'http2' | 'tls' | 'unknown'): FindingCode {
  if (speaks === 'http2') return 'ENDPOINT_SPEAKS_GRPC';
  return speaks === 'tls' ? 'ENDPOINT_WANTS_TLS' : 'ENDPOINT_NOT_HTTP';
}

function checkClock(probes: readonly ProbeFacts[]): TelemetryFinding[] {
  const skewed = probes.find(
    ({ result }) => result.outcome === 'answered' && Math.abs(result.clockSkewMs ?? 0) > MAX_SKEW_MS,
  );
  if (skewed?.result.outcome !== 'answered' || skewed.result.clockSkewMs === null) return [];
  const seconds = Math.round(skewed.result.clockSkewMs / 1_000);
  const which = seconds > 0 ? 'ahead of' : 'behind';
  return [finding('CLOCK_SKEW', `the clock of ${shownUrl(skewed.url)} is ${Math.abs(seconds)} s ${which} this one.`)];
}
