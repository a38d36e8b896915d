import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostMatcher, normalHost, parseHostPattern } from '../../../src/telemetry/propagation/hosts.ts';

function matches(patterns: readonly string[], host: string, port = 80): boolean {
  const parsed = patterns.map((text) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern === 'string') throw new Error(`${text} must ${pattern}`);
    return pattern;
  });
  const normal = normalHost(host);
  return normal !== null && hostMatcher(parsed)(normal, port);
}

describe('a pattern names the hosts that it means', () => {
  test.each<[pattern: string, host: string, port: number]>([
    ['payments', 'payments', 80],
    ['payments', 'payments', 8080],
    ['payments:8080', 'payments', 8080],
    ['PayMents', 'payments', 80],
    ['payments', 'PAYMENTS.', 80],
    ['payments.', 'payments', 80],
    ['*.shop.svc.cluster.local', 'payments.shop.svc.cluster.local', 80],
    ['*.shop.svc.cluster.local', 'pod-0.payments.shop.svc.cluster.local', 80],
    ['*.shop.svc.cluster.local:8080', 'payments.shop.svc.cluster.local.', 8080],
    ['*.local', 'payments.local', 80],
    ['bücher.example', 'xn--bcher-kva.example', 443],
    ['*.xn--bcher-kva.example', 'shop.BÜCHER.example', 443],
    ['10.0.0.7', '10.0.0.7', 80],
    ['127.0.0.1', '127.1', 80],
    ['1.2.3.4', '01.2.3.4', 80],
    ['1.2.3.4', '1.2.3.4.', 80],
    ['[fd00::7]:8080', 'FD00:0:0::7', 8080],
    ['fd00::7', '[fd00::7]', 80],
    ['under_score.svc', 'under_score.svc', 80],
    [' payments ', 'payments', 80],
  ])('%s: %s, port %d', (pattern, host, port) => {
    expect(matches([pattern], host, port)).toBe(true);
  });
});

describe('and no others', () => {
  test.each<[pattern: string, host: string, port: number]>([
    ['payments', 'payments.evil.example', 80],
    ['payments', 'evil-payments', 80],
    ['payments', 'evil.payments', 80],
    ['payments:8080', 'payments', 80],
    ['*.shop.local', 'shop.local', 80],
    ['*.shop.local', '.shop.local', 80],
    ['*.shop.local', 'evilshop.local', 80],
    ['*.shop.local', 'payments.shop.local.evil.example', 80],
    ['*.shop.local:8080', 'payments.shop.local', 8081],
    ['10.0.0.7', '10.0.0.71', 80],
    ['1.2.3.4', '1.2.3.4.5', 80],
    ['1.2.3.4', '1.2.3.256', 80],
    ['10.0.0.7', '7.10.0.0.7', 80],
    ['fd00::7', 'fd00::71', 80],
    ['payments', '%70ayments', 80],
    ['payments', 'user@payments', 80],
    ['payments', 'payments/path', 80],
    ['payments', 'payments#evil.example', 80],
    ['payments', 'payments\\.evil.example', 80],
    ['payments', 'payments evil', 80],
    ['payments', 'payments:80', 80],
    ['payments', `${'a'.repeat(260)}.payments`, 80],
    ['constructor', '__proto__', 80],
  ])('%s: not %s, port %d', (pattern, host, port) => {
    expect(matches([pattern], host, port)).toBe(false);
  });

  test('a name that ends like a permitted one, however it is made up', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(label, label, (before, after) => {
        expect(matches(['*.shop.local'], `${before}shop.local`)).toBe(false);
        expect(matches(['shop.local', '*.shop.local'], `shop.local.${after}x`)).toBe(false);
        expect(matches(['*.shop.local'], `${before}.shop.local`)).toBe(true);
      }),
    );
  });
});

describe('a pattern that says too much, or nothing, is refused with the reason', () => {
  test.each<[pattern: string, reason: RegExp]>([
    ['*', /bare \* would tell every host/],
    ['', /empty/],
    ['*.com', /ends in \.com/],
    ['*.', /be a host name/],
    ['*.*.local', /star at the front/],
    ['pay*.shop.local', /star at the front/],
    ['*shop.local', /star at the front/],
    ['*.10.0.0.7', /IP address in full/],
    ['*.7', /IP address in full/],
    ['10.0.0.0/8', /not a URL or an address range/],
    ['https://payments', /not a URL/],
    ['user:secret@payments', /not a URL/],
    ['payments:http', /port from 1/],
    ['payments:0', /port from 1/],
    ['payments:65536', /port from 1/],
    ['payments:', /port from 1/],
    ['pay ments', /be a host name/],
    ['[fd00::7', /be a host name/],
    ['fe80::1%eth0', /be a host name/],
  ])('%s', (pattern, reason) => {
    expect(parseHostPattern(pattern)).toMatch(reason);
  });

  test('a reason never shows the text: it may be a URL with a password', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (secret) => {
        const parsed = parseHostPattern(`https://u:Q${secret}Q@payments`);
        expect(parsed).toBeTypeOf('string');
        expect(parsed).not.toContain(`Q${secret}Q`);
      }),
    );
  });
});

test('no text makes the parser throw, and the normal form is its own normal form', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
      parseHostPattern(text);
      const normal = normalHost(text);
      if (normal !== null) expect(normalHost(normal)).toBe(normal);
    }),
  );
});
