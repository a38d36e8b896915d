/** Holds our semantics against answers of Argo's own code; `test/fixtures/argo/README.md` says how they were made. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Analysis,
  assessMetric,
  assessRun,
  type FinalPhase,
  measured,
} from '../../../src/rollouts/semantics/index.ts';
import type { RunSummary } from '../../../src/rollouts/types/analysis-run.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';

interface Answer {
  metrics: Metric[];
  dryRun?: string[];
  terminate?: boolean;
  sequence: string[];
  invalid?: boolean;
  each: [used: number, phase: string, terminating: string, counts: number[]][];
  phase: string;
  message: string;
  results: [name: string, phase: string, message: string][];
  summary: number[];
  dry: number[];
}

const FILE = new URL('../../fixtures/argo/assessments.json', import.meta.url);
const ANSWERS = JSON.parse(readFileSync(FILE, 'utf8')) as Answer[];
const PHASES: Readonly<Record<string, FinalPhase>> = { S: 'Successful', F: 'Failed', I: 'Inconclusive', E: 'Error' };

function readings(sequence: string): unknown[] {
  return [...sequence].map((letter) => measured(PHASES[letter]!, letter === 'E' ? 'no answer' : ''));
}

function judged(metric: Metric): Metric {
  return { ...metric, provider: { job: { spec: { template: { spec: { restartPolicy: 'Never', containers: [] } } } } } };
}

function analysisOf({ metrics, dryRun = [], terminate = false }: Answer): Analysis {
  return { spec: { metrics: metrics.map(judged), dryRun: dryRun.map((metricName) => ({ metricName })), terminate } };
}

function runOf(answer: Answer): ReturnType<typeof assessRun> {
  const values = answer.metrics.map(({ name }, index) => [name, readings(answer.sequence[index]!)]);
  return assessRun(analysisOf(answer), Object.fromEntries(values));
}

function summaryOf({ count, successful, failed, inconclusive, error }: Required<RunSummary>): number[] {
  return [count, successful, failed, inconclusive, error];
}

describe('as Argo itself answered', () => {
  const valid = ANSWERS.filter(({ invalid }) => invalid !== true);

  test('a metric ends when, and as what, it does there', () => {
    expect(valid.length).toBeGreaterThan(300);
    for (const { metrics, sequence, each } of valid) {
      const ours = metrics.map((metric, index) => {
        const values = readings(sequence[index]!);
        const one = assessMetric(judged(metric), values);
        const { count, successful, failed, inconclusive, error, consecutiveError, consecutiveSuccess } = one;
        const counts = [count, successful, failed, inconclusive, error, consecutiveError, consecutiveSuccess];
        const ended = assessMetric(judged(metric), values, { terminating: true });
        return [one.measurements.length, one.phase, ended.phase, counts];
      });
      expect(ours, JSON.stringify({ metrics, sequence })).toEqual(each);
    }
  });

  test('a run comes to the same phase, message and summaries', () => {
    expect(valid.length).toBeGreaterThan(300);
    for (const answer of valid) {
      const { phase, message, metricResults, runSummary, dryRunSummary } = runOf(answer);
      const results = metricResults.map((result) => [result.name, result.phase, result.message]);
      const ours = { phase, message, results, summary: summaryOf(runSummary), dry: summaryOf(dryRunSummary) };
      const { phase: argo, message: says, results: list, summary, dry } = answer;
      expect(ours, JSON.stringify(answer)).toEqual({ phase: argo, message: says, results: list, summary, dry });
    }
  });

  test('a run that it refuses is refused', () => {
    const refused = ANSWERS.filter(({ invalid }) => invalid === true);
    expect(refused.length).toBeGreaterThan(50);
    for (const answer of refused) {
      const { phase, message } = runOf(answer);
      expect({ phase, message }, JSON.stringify(answer)).toMatchObject({ phase: 'Error' });
      expect(message).toMatch(/^Analysis spec invalid: /);
    }
  });
});
