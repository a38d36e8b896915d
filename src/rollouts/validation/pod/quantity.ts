/** Amounts as Kubernetes writes them: `100m`, `1.5`, `2Gi`, `1e3`. */

const FACTORS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6 };
const DECIMAL = 'GTPE';
const BINARY = 'KMGTPE';

/**
 * The number that a quantity stands for: `1500m` is 1.5, `2Ki` is 2048.
 *
 * @returns `null` when Kubernetes cannot read it, such as `1GB`, `1 Gi` or `1Kb` (Kubernetes: api/resource/quantity.go).
 */
export function parseQuantity(text: string): number | null {
  const [, amount, suffix = ''] = /^([-+]?(?:\d+\.?\d*|\.\d+))([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/.exec(text) ?? [];
  if (amount === undefined) return null;
  if (/^e/i.test(suffix) && suffix !== 'E') return Number(amount + suffix);
  if (suffix.endsWith('i')) return Number(amount) * 1024 ** (BINARY.indexOf(suffix[0]!) + 1);
  const factor = FACTORS[suffix] ?? 1e9 * 1000 ** DECIMAL.indexOf(suffix);
  // A division keeps `1100m` equal to `1.1`; a product with 0.001 may miss it by the last bit.
  return factor < 1 ? Number(amount) / Math.round(1 / factor) : Number(amount) * factor;
}
