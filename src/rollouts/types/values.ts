/** Texts that mean something: what a plain `string` would let pass is refused by the compiler. */

type OneUnit = 'h' | 'm' | 's' | 'ms' | 'us' | 'µs' | 'ns';

/**
 * A length of time as Go reads it: `30s`, `5m`, `1h30m`, `1.5h`. There are no days, and a number without its unit is
 * refused. A text that is only known at run time comes in by `goDuration(text)`.
 */
export type GoDuration =
  | `${number}${OneUnit}`
  | `${number}h${number}m`
  | `${number}h${number}s`
  | `${number}m${number}s`
  | `${number}s${number}ms`
  | `${number}h${number}m${number}s`;

/** A share such as `25%`. Without the sign Argo checks it as a number and executes it as a percentage. */
export type Percent = `${number}%`;

/** A number, or a share of all: `3` or `'25%'`. */
export type IntOrPercent = number | Percent;

/** A number, or the same in quotes, as Kubernetes calls it. */
export type IntOrString = number | `${number}`;

/**
 * A text with an argument of the analysis template in it: `{{args.limit}}`. Argo fills it in when the run starts, after
 * the API server has looked at the object: so only fields that may be strings can have one.
 */
export type ArgReference = `${string}{{args.${string}}}${string}` | `${string}{{ args.${string}}}${string}`;

/** A number of a metric: itself, in quotes, or given by an argument. */
export type MetricNumber = IntOrString | ArgReference;

/** A length of time of a metric: itself, or given by an argument. */
export type MetricDuration = GoDuration | ArgReference;

/** A moment as Kubernetes writes it (RFC 3339): `2026-01-31T12:00:00Z`. */
export type Timestamp = string;

/** Name of a plugin as the controller's configuration has it: `argoproj-labs/gatewayAPI`. */
export type PluginName = `${string}/${string}`;
