/** Amounts as Kubernetes writes them: `100m`, `1.5`, `2Gi`, `1e3`. */

/**
 * The number that a quantity stands for: `1500m` is 1.5, `2Ki` is 2048.
 *
 * @returns `null` when Kubernetes cannot read it, such as `1GB`, `1 Gi` or `1Kb` (Kubernetes: api/resource/quantity.go).
 */
export function parseQuantity(text: string): number | null {
  const [, amount, binary, decimal = ' ', exponent = ''] =
    /^([-+]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE])i|([numkMGTPE])|([eE][-+]?\d+))?$/.exec(text) ?? [];
  if (amount === undefined) return null;
  const number = Number(amount + exponent);
  if (binary !== undefined) return number * 1024 ** (1 + 'KMGTPE'.indexOf(binary));
  const power = 3 * 'num kMGTPE'.indexOf(decimal) - 9;
  // A division keeps `1100m` equal to `1.1`; a product with 0.001 may miss it by the last bit.
  return power < 0 ? number / 10 ** -power : number * 10 ** power;
}
