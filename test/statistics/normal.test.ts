import { describe, expect, test } from 'vitest';
import { bivariateNormalCdf, normalCdf, normalQuantile } from '../../src/statistics/normal.ts';
import { expectClose } from '../helpers/close.ts';

describe('the normal distribution', () => {
  // Values to 16 digits from the tables of Wichura's AS 241.
  test.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.26234008979841],
    [0.9, 1.2815515655446004],
  ])('has the quantile of %f', (p, z) => {
    expectClose(normalQuantile(p), z, 1e-12, 'quantile', 0);
  });

  test('is where its quantile says, far into both tails', () => {
    for (const p of [1e-300, 1e-12, 0.02, 0.3, 0.5, 0.77, 0.999_999]) {
      expectClose(normalCdf(normalQuantile(p)), p, 1e-10, `p = ${p}`, 0);
    }
    expect([normalCdf(40), normalCdf(-40) < 1e-300]).toEqual([1, true]);
  });

  test('of two that hang together is what an integral over one of them gives', () => {
    for (const [x, y, correlation] of [
      [0, 0, 0.5],
      [-1, 0.5, 0.9],
      [2, -2, 0.3],
      [-3, -2.5, 0.7],
    ] as const) {
      let sum = 0;
      const step = 0.001;
      for (let z = x - step / 2; z > -9; z -= step) {
        const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
        sum += step * density * normalCdf((y - correlation * z) / Math.sqrt(1 - correlation ** 2));
      }
      expectClose(bivariateNormalCdf(x, y, correlation), sum, 1e-4, `${x}, ${y}, ${correlation}`, 1e-7);
    }
  });
});
