import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { policyDigest } from '../../src/engine/digest.ts';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('the digest of a policy', () => {
  it('is that of its JSON with sorted keys at every depth, so that records of other versions stay comparable', () => {
    expect(policyDigest({ b: [2, { d: null, c: 'x' }], a: 1 })).toBe(sha256('{"a":1,"b":[2,{"c":"x","d":null}]}'));
  });
  it('does not depend on the order of keys, but on that of lists', () => {
    expect(policyDigest({ a: 1, b: { c: 2, d: 3 } })).toBe(policyDigest({ b: { d: 3, c: 2 }, a: 1 }));
    expect(policyDigest({ criteria: ['a', 'b'] })).not.toBe(policyDigest({ criteria: ['b', 'a'] }));
  });
  it('tells a rule that is absent from one that is null', () => {
    expect(policyDigest({ max: undefined })).toBe(policyDigest({}));
    expect(policyDigest({ max: null })).not.toBe(policyDigest({}));
  });
});
