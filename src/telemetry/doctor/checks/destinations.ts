/** What can be seen of an address before it is tried, and how often it is used. */

import { shownUrl } from '../../shown-text.ts';
import type { Destination } from '../destinations.ts';
import type { Check, DoctorFacts } from '../facts.ts';
import { finding, type TelemetryFinding } from '../finding.ts';

/** The judge looks at intervals of this length. */
const JUDGED_INTERVAL_MS = 10_000;

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'all_proxy'] as const;

/** Addresses, proxies, certificates and the interval of the metrics. */
export const checkDestinations: Check = (facts) => [
  ...facts.destinations.flatMap(checkAddress),
  ...checkProxy(facts),
  ...[...new Set(facts.certificates.filter(({ readable }) => !readable).map(({ variable }) => variable))].map(
    (variable) => finding('CERTIFICATE_UNREADABLE', `the file of ${variable} cannot be read.`),
  ),
  ...checkInterval(facts),
];

function checkAddress({ url, signals, protocol }: Destination): TelemetryFinding[] {
  const what = `${signals.join(' and ')} go to ${shownUrl(url)}`;
  if (protocol === 'grpc')
    return /:4318\/?$/.test(url) ? [finding('ENDPOINT_HTTP_PORT', `${what}, and 4318 is the port of HTTP.`)] : [];
  if (!URL.canParse(url)) return [];
  const { pathname, port } = new URL(url);
  const twice = /\/v1\/(?:traces|metrics|logs)\/+v1\/(?:traces|metrics|logs)\/?$/.test(pathname);
  return [
    ...(twice ? [finding('ENDPOINT_PATH_TWICE', `${what}.`)] : []),
    ...(pathname === '/' ? [finding('ENDPOINT_PATH_MISSING', `${what}, without a path.`)] : []),
    ...(port === '4317' ? [finding('ENDPOINT_GRPC_PORT', `${what}, and 4317 is the port of gRPC.`)] : []),
  ];
}

function checkProxy({ env, destinations }: DoctorFacts): TelemetryFinding[] {
  const variable = PROXIES.find((name) => env[name]?.trim());
  const distant = destinations.filter(({ url }) => URL.canParse(url) && !isNear(new URL(url).hostname));
  if (variable === undefined || distant.length === 0) return [];
  return [
    finding('PROXY_NOT_USED', `${variable} is set, and exporters connect to ${shownUrl(distant[0]!.url)} directly.`),
  ];
}

/** Hosts that nobody reaches by a proxy: this machine, names without a dot, and those within a cluster. */
function isNear(host: string): boolean {
  return !host.includes('.') || /^127\.|^10\.|^192\.168\.|^\[|\.(?:svc|local|internal|localhost)$/.test(host);
}

function checkInterval({ plan: { settings, options } }: DoctorFacts): TelemetryFinding[] {
  if (settings.disabled) return [];
  const { metricIntervalMs, exporters } = settings;
  const own = options.metricExporter !== undefined || (options.metricReaders?.length ?? 0) > 0;
  if (exporters.metrics.length === 0 && !own) return [finding('METRICS_OFF', 'metrics are not exported.')];
  return settings.metrics !== null && metricIntervalMs > JUDGED_INTERVAL_MS
    ? [finding('METRIC_INTERVAL_LONG', `metrics are exported every ${metricIntervalMs} ms.`)]
    : [];
}
