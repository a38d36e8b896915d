/** Secrets that a test plants, and how they are found again. */
import fc from 'fast-check';

/** A text that occurs nowhere by chance. */
const secretText: fc.Arbitrary<string> = fc.stringMatching(/^[a-z0-9]{6,12}$/).map((text) => `hunter2${text}`);

/** The forms in which the secret stands in `shown`: as it is, percent-encoded, in base64. None must. */
export function formsIn(shown: string, secret: string): string[] {
  const percent = [...secret].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
  const bytes = Buffer.from(secret);
  // Base64 of a text in the middle of another one: three ways to begin, and its ends depend on the neighbours.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const forms = [secret, secret.toUpperCase(), percent, bytes.toString('base64url'), bytes.toString('hex'), ...base64];
  return forms.filter((form) => shown.toLowerCase().includes(form.toLowerCase()));
}

/** An environment with the secret in places where people put secrets, and where they put them by mistake. */
export const plantedEnvironment: fc.Arbitrary<{ secret: string; env: Record<string, string> }> = secretText.chain(
  (secret) =>
    fc.record({
      secret: fc.constant(secret),
      env: fc.dictionary(variableName, valueWith(secret), { minKeys: 1, maxKeys: 8 }),
    }),
);

/** Variables that may hold anything; those of the identity are on all telemetry, so whoever puts a secret there has published it. */
const variableName: fc.Arbitrary<string> = fc.constantFrom(
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_CLIENT_KEY',
  'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_EXPORTER',
  'OTEL_PROPAGATORS',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_SDK_DISABLED',
  'OTEL_LOG_LEVEL',
  'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
  'OTEL_SOME_VENDOR_KEY',
  'OTEL_CONFIG_FILE',
  'ROLLOUTGUARD_LOG_LEVEL',
  'ROLLOUTGUARD_TOKEN',
  'ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS',
  'ROLLOUTGUARD_PROPAGATE_TO',
  'HTTPS_PROXY',
  'no_proxy',
  'NODE_OPTIONS',
  'NODE_ENV',
  'AWS_SECRET_ACCESS_KEY',
  'DATABASE_URL',
);

function valueWith(secret: string): fc.Arbitrary<string> {
  const base64 = Buffer.from(`user:${secret}`).toString('base64');
  const percent = encodeURIComponent(`p@ss ${secret}`);
  return fc.constantFrom(
    secret,
    `authorization=Bearer ${secret}`,
    `x-api-key=${secret},other=1`,
    `authorization=Basic%20${base64}`,
    `authorization: Bearer ${secret}`,
    `https://user:${secret}@collector:4318`,
    `https://${secret}@collector:4318/v1/traces`,
    `https://user:${percent}@collector/`,
    `https://collector:4318/${secret}/v1/traces?api_key=${secret}#${secret}`,
    `http://user:${secret}`,
    `grpc://user:${secret}@collector`,
    `team=${secret},link=http://x?y=${secret}`,
    `--import data:text/javascript,${secret} --title=${secret} --require "./a b ${secret}.js"`,
    JSON.stringify({ token: secret }),
    `\u001b[31m${secret}\u202e`,
    `12 ${secret}`,
    `otlp,${secret}`,
    `${' '.repeat(5_000)}${secret}`,
  );
}
