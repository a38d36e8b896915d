/** A digest that names the rules a decision was made by. */

/** Digest of a policy (any plain JSON object), the same for the same rules whatever the order of their keys: `sha256:` and 64 hex digits. */
export function policyDigest(policy: object): string {
  // Asked for when it is needed: loading node:crypto costs a quarter of a bare Node start, and importing must be cheap.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `sha256:${createHash('sha256').update(canonicalJson(policy)).digest('hex')}`;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
