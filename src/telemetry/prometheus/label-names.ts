/**
 * Makes attributes fit for labels, before they are written.
 *
 * Prometheus knows no dots, so different attributes may become one label (`a.b` and `a_b`), or one that the endpoint sets
 * itself. A series with one label twice makes Prometheus refuse the whole answer, and all metrics are lost for one of them.
 */
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

type Attributes = Readonly<Record<string, unknown>>;

/** What the serializer adds to series itself. */
const SCOPE_LABELS = ['otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'] as const;

/** The bound of a histogram's bucket. */
const BUCKET_LABEL = 'le';

/** The name of a label as the serializer writes it; one that begins with a digit is none. */
export function labelName(attribute: string): string {
  const name = attribute.replaceAll(/[^a-zA-Z0-9_]/g, '_').replaceAll(/_{2,}/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}

/**
 * The same metrics with attributes that make each label once. Values of attributes that become one label are joined with
 * `;`, as OpenTelemetry asks. One that would hide a label of the endpoint's own gets `exported_` before it, as Prometheus
 * does.
 *
 * @param constant - the attributes of the resource that every series carries.
 */
export function withFitLabels(metrics: ResourceMetrics, constant: readonly string[]): ResourceMetrics {
  const reserved = new Set([...SCOPE_LABELS, BUCKET_LABEL, ...constant.map(labelName)]);
  const resource = { attributes: fitted(metrics.resource.attributes, new Set()) };
  return {
    ...metrics,
    resource: resource as unknown as ResourceMetrics['resource'],
    scopeMetrics: metrics.scopeMetrics.map((scoped) => ({
      ...scoped,
      metrics: scoped.metrics.map((metric) => ({
        ...metric,
        dataPoints: metric.dataPoints.map((point) => ({ ...point, attributes: fitted(point.attributes, reserved) })),
      })),
    })) as unknown as ResourceMetrics['scopeMetrics'],
  };
}

function fitted(attributes: Attributes, reserved: ReadonlySet<string>): Attributes {
  const labels = new Map<string, unknown>();
  for (const [key, value] of Object.entries(attributes)) {
    if (key === '') continue;
    const plain = labelName(key);
    const name = reserved.has(plain) ? `exported_${plain}` : plain;
    labels.set(name, labels.has(name) ? `${textOf(labels.get(name))};${textOf(value)}` : value);
  }
  return Object.fromEntries(labels);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
