/** Who is silent about what should be judged, and from when on that is said. */
import { describe, expect, it } from 'vitest';
import { MissingValues, missingWords, type Voice } from '../../src/engine/criteria/missing-values.ts';

const SPEAKS: Voice = { asked: true, reported: true };
const SILENT: Voice = { asked: true, reported: false };
const IDLE: Voice = { asked: false, reported: false };

/** Who is silent after each slot of `seconds`. */
function told(slots: readonly (readonly [canary: Voice, stable: Voice])[], seconds = 10): unknown[] {
  let silence = new MissingValues();
  return slots.map(([canary, stable], i) => {
    silence = new MissingValues(JSON.parse(JSON.stringify(silence.state())) as ReturnType<MissingValues['state']>);
    silence.observe(canary, stable, { startSeconds: i * seconds, endSeconds: (i + 1) * seconds });
    return silence.who;
  });
}
const times = (count: number, canary: Voice, stable: Voice) =>
  Array.from({ length: count }, () => [canary, stable] as const);

describe('an arm that reports nothing', () => {
  it('is missing after 60 s, whatever the length of the slots is', () => {
    expect(told(times(7, SILENT, SPEAKS))).toEqual([null, null, null, null, null, 'The canary', 'The canary']);
    expect(told(times(3, SILENT, SPEAKS), 30)).toEqual([null, 'The canary', 'The canary']);
    expect(told(times(6, SPEAKS, SILENT)).at(-1)).toBe('Stable');
    expect(told(times(6, SILENT, SILENT)).at(-1)).toBe('Nobody');
  });

  it('is there again with its first report, and its next silence is counted anew', () => {
    const slots = [...times(6, SILENT, SPEAKS), [SPEAKS, SPEAKS] as const, ...times(6, SILENT, SPEAKS)];
    expect(told(slots).slice(5)).toEqual(['The canary', null, null, null, null, null, null, 'The canary']);
  });

  it('is not missing while it has no requests to report of', () => {
    expect(told(times(20, IDLE, SPEAKS)).at(-1)).toBeNull();
    expect(told([...times(1, SILENT, SPEAKS), ...times(20, IDLE, SPEAKS)]).at(-1)).toBeNull();
    expect(told([[SILENT, SPEAKS], ...times(5, IDLE, SPEAKS), [SILENT, SPEAKS]]).at(-1)).toBe('The canary');
  });

  it('is named in a sentence', () => {
    expect(missingWords('The canary', 'orders')).toBe('The canary reports no orders.');
    expect(missingWords('Nobody', 'orders')).toBe('Nobody reports orders.');
  });
});
