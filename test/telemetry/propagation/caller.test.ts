import { defaultTextMapGetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withCallerEntries, withoutCallerEntries } from '../../../src/telemetry/propagation/baggage-text.ts';
import { CALLER, callerEntries, readClaim } from '../../../src/telemetry/propagation/caller.ts';
import { claimSplitter } from '../../../src/telemetry/propagation/inbound.ts';

const OURS = ['rolloutguard.caller.service=shop'];
const foreignEntry = fc.tuple(fc.stringMatching(/^[a-z.%*~-]{1,12}$/), fc.stringMatching(/^[!-+\--:<-~]{0,12}$/));

describe('the text of the header', () => {
  test('what is not ours stays as it is, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(foreignEntry), (entries) => {
        const header = entries.map(([key, value]) => `${key} = ${value};p=1`).join(' , ');
        expect(withoutCallerEntries(header)).toBe(header);
        expect(withCallerEntries(header, OURS).startsWith(header)).toBe(true);
      }),
    );
  });

  test('what was added can be taken out again', () => {
    fc.assert(
      fc.property(fc.array(foreignEntry, { minLength: 1 }), (entries) => {
        const header = entries.map(([key, value]) => `${key}=${value}`).join(',');
        expect(withoutCallerEntries(withCallerEntries(header, OURS))).toBe(header);
      }),
    );
  });

  test.each([
    ['rolloutguard.caller.service=evil', ''],
    ['a=1, rolloutguard.caller.service = x ;p=1 ,b=2', 'a=1,b=2'],
    ['rollout%67uard.caller.cohort=canary,a=1', 'a=1'],
    ['rolloutguard.caller.unheard-of=1,rolloutguard.other=2', 'rolloutguard.other=2'],
    ['rolloutguard.caller.service,a=1', 'a=1'],
    ['%=1,a=rolloutguard.caller.service', '%=1,a=rolloutguard.caller.service'],
  ])('%s leaves %j', (header, left) => {
    expect(withoutCallerEntries(header)).toBe(left);
  });

  test('the limits of W3C hold: beyond them entries of the app could be dropped, so ours stay at home', () => {
    const longest = 'a'.repeat(8192 - (OURS[0] as string).length - 1);
    expect(withCallerEntries(longest, OURS)).toHaveLength(8192);
    expect(withCallerEntries(`${longest}a`, OURS)).toBe(`${longest}a`);
    const full = Array.from({ length: 64 }, (_, index) => `k${index}=1`);
    expect(withCallerEntries(full.join(','), OURS)).toBe(full.join(','));
    expect(withCallerEntries(full.slice(1).join(','), OURS)).toBe([...full.slice(1), ...OURS].join(','));
  });

  test('time grows no faster than the header', () => {
    const header = 'rolloutguard.caller.x=%,;=%'.repeat(200_000);
    expect(withoutCallerEntries(header).length).toBeLessThan(header.length);
  });
});

describe('a header that comes in', () => {
  const entry = fc.tuple(
    fc.constantFrom(
      ...Object.values(CALLER),
      'rolloutguard.caller.other',
      'rolloutguard%2Ecaller.cohort',
      'tenant',
      '%zz',
    ),
    fc.oneof(fc.constantFrom('shop', 'canary', '%41b', '%', '', '%0a'), fc.stringMatching(/^[!-+\--:<-~]{0,9}$/)),
    fc.constantFrom('', ';p=1', ' '),
  );
  const header = fc
    .array(entry, { maxLength: 8 })
    .map((all) => all.map(([key, value, end]) => `${key}=${value}${end}`).join(','));

  test('gives what OpenTelemetry would read of it, and leaves the rest', () => {
    const baggageOf = (text: string): [string, { value: string; metadata: string }][] => {
      const context = new W3CBaggagePropagator().extract(ROOT_CONTEXT, { baggage: text }, defaultTextMapGetter);
      const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
      return entries.map(([key, { value, metadata }]) => [key, { value, metadata: String(metadata) }]);
    };
    const split = claimSplitter();
    fc.assert(
      fc.property(header, (text) => {
        const found = split(text);
        expect(found?.claim ?? null).toEqual(readClaim(baggageOf(text)));
        const others = baggageOf(text).filter(([key]) => !key.startsWith('rolloutguard.caller.'));
        expect(baggageOf(found?.others ?? text)).toEqual(others);
      }),
    );
  });

  test('is remembered for a few callers only: strangers make up new ones', () => {
    const split = claimSplitter();
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 500; index++) {
        const claim = { [CALLER.service]: `s${index}` };
        expect(split(`a=1,${CALLER.service}=s${index}`)).toEqual({ others: 'a=1', claim });
      }
    }
  });
});

describe('a claim', () => {
  const baggage = (entries: Record<string, string>): [string, { value: string }][] =>
    Object.entries(entries).map(([key, value]) => [key, { value }]);

  test('what is sent is what is read, whatever characters a name has', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(name, fc.constantFrom('canary', 'stable', 'baseline', null), (service, cohort) => {
        const entries = callerEntries({ service, deploymentId: 'deploy-7', cohort });
        for (const entry of entries) expect(entry).toMatch(/^[!-+\--:<-~]+$/);
        const pairs = entries.map((entry) => entry.split('=') as [string, string]);
        const claim = readClaim(pairs.map(([key, value]) => [key, { value: decodeURIComponent(value) }]));
        expect(claim?.[CALLER.deploymentId]).toBe('deploy-7');
        expect(claim?.[CALLER.cohort]).toBe(cohort ?? undefined);
        if (entries.length === (cohort === null ? 2 : 3)) expect(claim?.[CALLER.service]).toBe(service);
      }),
    );
  });

  test.each<[entries: Record<string, string>, claim: Record<string, string> | null]>([
    [{ [CALLER.service]: 'shop', 'deployment.id': 'mine', a: '1' }, { [CALLER.service]: 'shop' }],
    [{ [CALLER.cohort]: 'preview' }, { [CALLER.cohort]: 'canary' }],
    [{ [CALLER.cohort]: 'everybody' }, null],
    [{ [CALLER.service]: 'a'.repeat(256), [CALLER.deploymentId]: 'd' }, { [CALLER.deploymentId]: 'd' }],
    [{ [CALLER.service]: 'a\u001b[31m' }, null],
    [{ [CALLER.service]: 'a\u202eb' }, null],
    [{ [CALLER.service]: 'a\ud800' }, null],
    [{ [CALLER.service]: '  ' }, null],
    [{ 'rolloutguard.caller.secret': 'x' }, null],
    [{}, null],
  ])('%j', (entries, claim) => {
    expect(readClaim(baggage(entries))).toEqual(claim);
  });

  test('of what is unknown or unfit nothing is sent, and half a character does not throw', () => {
    expect(callerEntries({ service: undefined, deploymentId: 7, cohort: null })).toEqual([]);
    expect(callerEntries({ service: 'a\ud800', deploymentId: 'a\nb', cohort: 'stable' })).toEqual([
      'rolloutguard.caller.cohort=stable',
    ]);
  });
});
