/** What the doctor can say about the way to the collector. */

/** Codes about addresses, about what the collector answers, and about time. */
export const FINDINGS_OF_EXPORT = {
  // Addresses
  ENDPOINT_PATH_TWICE: {
    severity: 'error',
    about: 'The path of a signal is in the address of all signals, so it is appended twice: /v1/traces/v1/traces.',
    mend: 'Give OTEL_EXPORTER_OTLP_ENDPOINT without it, or put the whole address into OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and its like.',
  },
  ENDPOINT_PATH_MISSING: {
    severity: 'warning',
    about: 'The address of one signal has no path. Unlike that of all signals it is used as it stands.',
    mend: 'Append /v1/traces, /v1/metrics or /v1/logs.',
  },
  ENDPOINT_GRPC_PORT: {
    severity: 'warning',
    about: 'OTLP over HTTP goes to port 4317, where collectors expect gRPC.',
    mend: 'Use port 4318.',
  },
  ENDPOINT_HTTP_PORT: {
    severity: 'warning',
    about: 'OTLP over gRPC goes to port 4318, where collectors expect HTTP.',
    mend: 'Use port 4317, or the protocol http/protobuf.',
  },
  PROXY_NOT_USED: {
    severity: 'info',
    about: 'A proxy is set in the environment. The exporters do not use it.',
    mend: 'Run a collector that can be reached without a proxy and let it forward.',
  },
  CERTIFICATE_UNREADABLE: {
    severity: 'error',
    about: 'A variable names a certificate or a key that cannot be read.',
    mend: 'Mount the file, and let the user of the process read it.',
  },

  // What the collector answers
  ENDPOINT_UNKNOWN_HOST: {
    severity: 'error',
    about: 'The name of the collector is not known to DNS.',
    mend: 'Correct the name. In Kubernetes it is service.namespace when the collector is in another namespace.',
  },
  ENDPOINT_REFUSED: {
    severity: 'error',
    about: 'Nobody listens at the address of the collector.',
    mend: 'Start the collector, or set OTEL_EXPORTER_OTLP_ENDPOINT to where it is: in a pod, localhost is the pod itself.',
  },
  ENDPOINT_UNREACHABLE: {
    severity: 'error',
    about: 'The network has no way to the collector.',
    mend: 'Look at routes, network policies and firewalls.',
  },
  ENDPOINT_TIMEOUT: {
    severity: 'error',
    about: 'The collector did not answer in time.',
    mend: 'Look at network policies and firewalls, which drop packets in silence, and at the load of the collector.',
  },
  ENDPOINT_CLOSED: {
    severity: 'error',
    about: 'The connection was closed before an answer came.',
    mend: 'Look at what is between the app and the collector: a service mesh, a load balancer, or another protocol at that port.',
  },
  ENDPOINT_CERTIFICATE: {
    severity: 'error',
    about: 'The certificate of the collector is not trusted, has expired, or is for another name.',
    mend: 'Name the authority in OTEL_EXPORTER_OTLP_CERTIFICATE or NODE_EXTRA_CA_CERTS, or use the name that the certificate has.',
  },
  ENDPOINT_TLS: {
    severity: 'error',
    about: 'The collector ended the TLS handshake: it wants a certificate of the client, or another version of TLS.',
    mend: 'Name certificate and key in OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY.',
  },
  ENDPOINT_NO_TLS: {
    severity: 'error',
    about: 'The address begins with https, and the collector does not speak TLS.',
    mend: 'Use http, or switch TLS on in the collector.',
  },
  ENDPOINT_WANTS_TLS: {
    severity: 'error',
    about: 'The address begins with http, and the collector expects TLS.',
    mend: 'Use https.',
  },
  ENDPOINT_SPEAKS_GRPC: {
    severity: 'error',
    about: 'The collector answers HTTP/2 only: it is its port for gRPC.',
    mend: 'Use the port for HTTP, usually 4318.',
  },
  ENDPOINT_NOT_HTTP: {
    severity: 'error',
    about: 'What answers at the address does not speak HTTP.',
    mend: 'Correct host and port.',
  },
  ENDPOINT_REFUSED_BODY: {
    severity: 'error',
    about: 'Status 400: it does not take an empty OTLP request, so it is probably something else.',
    mend: 'Correct host, port and path.',
  },
  ENDPOINT_UNAUTHORIZED: {
    severity: 'error',
    about: 'Status 401 or 403: the collector does not accept the credentials.',
    mend: 'Correct OTEL_EXPORTER_OTLP_HEADERS; its values are percent-encoded (a space is %20).',
  },
  ENDPOINT_NOT_FOUND: {
    severity: 'error',
    about: 'Status 404: there is a server, and it does not know this path.',
    mend: 'Correct the path. OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces and its like appended, the addresses of single signals do not.',
  },
  ENDPOINT_NOT_ALLOWED: {
    severity: 'error',
    about: 'Status 405: nothing is received by POST there, so it is not a collector, or not this path of it.',
    mend: 'Correct host, port and path.',
  },
  ENDPOINT_MEDIA_TYPE: {
    severity: 'error',
    about: 'Status 415: the collector does not take this encoding.',
    mend: 'Set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, or to http/json if it wants that.',
  },
  ENDPOINT_REDIRECT: {
    severity: 'error',
    about: 'Status 3xx: the collector is elsewhere, and exporters do not follow.',
    mend: 'Use the address to which it leads.',
  },
  ENDPOINT_BUSY: {
    severity: 'warning',
    about: 'Status 429, 502, 503 or 504: the collector, or what is behind it, cannot take telemetry at the moment.',
    mend: 'Look at the collector; exporters try again for a while.',
  },
  ENDPOINT_STATUS: {
    severity: 'warning',
    about: 'The collector answered with a status that is no success.',
    mend: 'Look at the log of the collector.',
  },
  ENDPOINT_NOT_PROBED: {
    severity: 'info',
    about: 'An address was not tried: it cannot be, or the examination was called off.',
    mend: 'Look at the metrics of the collector.',
  },

  PROMETHEUS_ENDPOINT: {
    severity: 'error',
    about: 'The endpoint for Prometheus does not listen, so nobody can scrape it.',
    mend: 'Choose a free port by OTEL_EXPORTER_PROMETHEUS_PORT; two processes of one pod cannot share one.',
  },
  EXPORT_FAILED: {
    severity: 'error',
    about: 'Exports of this process have failed.',
    mend: 'Look at what the doctor says about the way to the collector, and at the log of the collector.',
  },

  // Time
  CLOCK_SKEW: {
    severity: 'warning',
    about:
      'The clock of the collector differs from that of this machine by more than 5 seconds, half an interval of the judge.',
    mend: 'Synchronise the clocks by NTP.',
  },
  METRIC_INTERVAL_LONG: {
    severity: 'warning',
    about:
      'Metrics are exported less often than the judge looks, which is every 10 seconds: decisions come later by that much.',
    mend: 'Leave OTEL_METRIC_EXPORT_INTERVAL out, or set it to 10000.',
  },
  METRICS_OFF: {
    severity: 'warning',
    about: 'Metrics are not exported, so the judge has nothing to judge by.',
    mend: 'Remove none from OTEL_METRICS_EXPORTER.',
  },
} as const;
