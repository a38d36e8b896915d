import { expect, test } from 'vitest';
import { walkToBound } from '../../../bench/planner/closed-formula.ts';
import { expectClose } from '../../helpers/close.ts';
import { golden } from '../../helpers/golden.ts';

interface Case {
  rps: number;
  weight: number;
  base: number;
  ratio: number;
  s2: number;
  power: number;
  intervals: number;
  minutes: number;
  infoPerInterval: number;
  varPerInterval: number;
  phi: number;
}

test('the closed formula reproduces the study, term by term', () => {
  const { relTol, cases } = golden<{ relTol: number; cases: Case[] }>('planner');
  expect(cases.length).toBeGreaterThanOrEqual(20);
  for (const one of cases) {
    const requests = one.rps * 10;
    const { units, drift, variance, temper } = walkToBound({
      canaryRequests: requests * one.weight,
      stableRequests: requests * (1 - one.weight),
      rate: one.base,
      ratio: one.ratio,
      toleratedRatio: 1.25,
      squaredCv: one.s2,
      bound: Math.log(200),
      clipNats: 2.5,
      power: one.power,
    });
    const name = JSON.stringify(one);
    expectClose(temper, one.phi, relTol, `temper of ${name}`, 0);
    expectClose(drift, one.infoPerInterval, relTol, `drift of ${name}`, 0);
    expectClose(variance, one.varPerInterval, relTol, `variance of ${name}`, 0);
    expectClose(units, one.intervals, relTol, `units of ${name}`, 0);
    expectClose((Math.ceil(units) * 10) / 60, one.minutes, relTol, `minutes of ${name}`, 0);
  }
});
