import { describe, test } from 'vitest';
import { WalkLattice } from '../../src/statistics/walk-lattice.ts';
import { expectClose } from '../helpers/close.ts';

function moments(lattice: WalkLattice, chances: Float64Array): { total: number; mean: number; variance: number } {
  const at = (i: number): number => (i - lattice.zero) * lattice.cell;
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  const mean = chances.reduce((sum, chance, i) => sum + chance * at(i), 0);
  return { total, mean, variance: chances.reduce((sum, chance, i) => sum + chance * (at(i) - mean) ** 2, 0) };
}

describe('a walk on a lattice', () => {
  test.each([
    ['rare jumps', 3, 3],
    ['large jumps', 10, 200],
    ['many jumps', 1000, 1500],
  ])('keeps its mean and its variance: %s', (_name, mean, variance) => {
    const deviation = Math.sqrt(variance);
    const lattice = new WalkLattice(deviation / 12, 12 * deviation, 14 * deviation);
    const chances = lattice.start();
    const law = lattice.jumps(mean, variance);
    for (let i = 0; i < 4; i++) lattice.step(chances, law);
    const found = moments(lattice, chances);
    expectClose(found.total, 1, 1e-6);
    expectClose(found.mean / deviation, 0, 0, 'mean', 0.01);
    expectClose(found.variance, 4 * variance, 0.02, 'variance');
  });

  test('loses nothing at its ends', () => {
    const lattice = new WalkLattice(1, 3, 3);
    const chances = lattice.start();
    for (let i = 0; i < 50; i++) lattice.step(chances, lattice.normal(4));
    expectClose(moments(lattice, chances).total, 1, 1e-6);
  });

  test('takes out what is beyond a distance, and a part of everything', () => {
    const lattice = new WalkLattice(1, 20, 20);
    const chances = lattice.start();
    lattice.step(chances, lattice.law([-5, 0, 5], [0.25, 0.5, 0.25]));
    expectClose(lattice.takeAbove(chances, 4.5), 0.25, 1e-9);
    expectClose(lattice.takeAbove(chances, 4.5), 0, 0);
    expectClose(lattice.takePart(chances, 0.2), 0.15, 1e-9);
    expectClose(moments(lattice, chances).total, 0.6, 1e-9);
  });

  test('shrinks distances and keeps the chances', () => {
    const lattice = new WalkLattice(0.5, 20, 20);
    const chances = lattice.start();
    lattice.step(chances, lattice.law([-6, 4], [0.4, 0.6]));
    const { total, mean } = moments(lattice, lattice.shrink(chances, 0.25));
    expectClose(total, 1, 1e-9);
    expectClose(mean, 0, 0, 'mean', 1e-9);
  });
});
