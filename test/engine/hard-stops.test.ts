import { describe, expect, it } from 'vitest';
import { crashLoop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';

const refused = (path: string) => expect.objectContaining({ code: 'INVALID_POLICY', path });

describe('hard stops', () => {
  it('have defaults', () => {
    expect(panicErrorRate({ max: 0.2 })).toEqual({
      kind: 'panic-error-rate',
      name: 'panic error rate',
      max: 0.2,
      weight: 0.05,
    });
    expect(sloBurnRate({ objective: 0.999 })).toEqual({
      kind: 'slo-burn-rate',
      name: 'SLO burn rate',
      objective: 0.999,
      maxBurnRate: 14.4,
      weight: 0.05,
    });
    expect(unansweredShare()).toEqual({ kind: 'unanswered-share', name: 'unanswered share', max: 0.1, weight: 0.05 });
    expect(crashLoop()).toEqual({ kind: 'crash-loop', name: 'crash loop', maxRestartsPerPodHour: 2, weight: 0.05 });
  });

  it('take a name and a weight', () => {
    expect(crashLoop({ name: 'restarts', weight: 1, maxRestartsPerPodHour: 6 })).toEqual({
      kind: 'crash-loop',
      name: 'restarts',
      maxRestartsPerPodHour: 6,
      weight: 1,
    });
  });

  it.each([
    ['max', () => panicErrorRate({} as never)],
    ['max', () => panicErrorRate({ max: 0 })],
    ['max', () => panicErrorRate({ max: 1 })],
    ['objective', () => sloBurnRate({} as never)],
    ['objective', () => sloBurnRate({ objective: 1 })],
    ['maxBurnRate', () => sloBurnRate({ objective: 0.999, maxBurnRate: 0 })],
    ['max', () => unansweredShare({ max: Number.NaN })],
    ['maxRestartsPerPodHour', () => crashLoop({ maxRestartsPerPodHour: -1 })],
    ['weight', () => crashLoop({ weight: 0 })],
    ['name', () => crashLoop({ name: '' })],
    ['options.importance', () => crashLoop({ importance: 'critical' } as never)],
    ['options', () => panicErrorRate(undefined as never)],
  ])('refuse a wrong %s: %s', (path, make) => {
    expect(make).toThrow(refused(path));
  });

  it('refuse a burn rate that no error rate exceeds', () => {
    // The default of 14.4 needs an objective above 1 - 1 / 14.4, some 93 %.
    expect(() => sloBurnRate({ objective: 0.93 })).toThrow(refused('maxBurnRate'));
    expect(() => sloBurnRate({ objective: 0.5, maxBurnRate: 2 })).toThrow(refused('maxBurnRate'));
    expect(sloBurnRate({ objective: 0.5, maxBurnRate: 1.99 }).maxBurnRate).toBe(1.99);
  });

  it.each([
    ['panicErrorRate', () => panicErrorRate({ max: 2 })],
    ['sloBurnRate', () => sloBurnRate({ objective: 2 })],
    ['unansweredShare', () => unansweredShare({ max: 2 })],
    ['crashLoop', () => crashLoop({ maxRestartsPerPodHour: 0 })],
  ])('say in an error that %s was called', (caller, make) => {
    expect(make).toThrow(new RegExp(`^${caller}: invalid value at `));
  });
});
