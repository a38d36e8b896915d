/** Past deployments under two policies: what each said of them, and how well that would have been. */

import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { DeploymentLabel } from '../../src/replay/labels.ts';
import { replayOne } from '../../src/replay/replay-one.ts';
import type { ReplayedDeployment, ReplayedPolicy, ReplayReport } from '../../src/replay/replay-report.ts';
import { actedAtMs, badFromMs, ScoreSheet } from '../../src/replay/score-sheet.ts';
import { html, type Markup } from '../../src/report/escape.ts';
import { formatDuration } from '../../src/report/format.ts';
import { outcomeOf, type ReplayOutcome, replayGroups } from '../../src/report/replay-order.ts';
import { timelineOf } from '../../src/report/replay-timeline.ts';
import { rowWords } from '../../src/report/replay-words.ts';
import { px, svgFile, text } from '../../src/report/svg-file.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';

/** Three services: the failed share of the first is that of the usual limit of 1 %, the third has little traffic. */
const SERVICES = [
  { service: 'search', requestsPerSecond: 200, errorRate: 0.009 },
  { service: 'checkout', requestsPerSecond: 100, errorRate: 0.003 },
  { service: 'invoices', requestsPerSecond: 20, errorRate: 0.01 },
] as const;
const DEPLOYMENTS = 40;
const MINUTES = 30;
/** Every eighth deployment is bad, from the fifth minute on, by these factors. */
const FAULTS = [10, 5, 3, 20, 2.5];
const EACH_FAULT = 8;
const BAD_FROM_MS = 5 * 60_000;

const POLICIES = {
  evidence: definePolicy({ criteria: [errorRate()] }),
  thresholds: thresholdPolicy(),
} as const;

const STRIPS = { x: 206, width: 310 };
const ROW = 18;
const SHOWN_EACH = 3;
const STYLE =
  '.said{stroke-width:7}.continue{stroke:var(--axis);stroke-opacity:.5}.hold{stroke:var(--warn);stroke-opacity:.7}.end{stroke:var(--page)}';

export function drawReplay(): string {
  const deployments = Array.from({ length: DEPLOYMENTS }, (_, i) => replayed(i));
  const scores = Object.keys(POLICIES).map((name, i) => {
    const sheet = new ScoreSheet(name, '');
    for (const each of deployments) sheet.add(each, each.policies[i]!);
    return sheet.score;
  });
  const groups = replayGroups({ deployments } as ReplayReport, DEPLOYMENTS);
  let y = 96;
  const body: Markup[] = [];
  for (const { heading, count, shown } of groups) {
    const some = shown.slice(0, SHOWN_EACH);
    const of = some.length < count ? `, ${some.length} of ${count}` : '';
    body.push(text({ x: 20, y, look: 'heading' }, `${heading}${of}`));
    y += 24;
    for (const each of some) {
      body.push(deploymentRows(each, y));
      y += each.policies.length * ROW + 10;
    }
    y += 10;
  }
  y -= 6;
  const axis = [0, 10, 20, 30].map((minute) =>
    text(
      { x: STRIPS.x + (STRIPS.width * minute) / MINUTES, y, anchor: 'middle', look: 'quiet' },
      minute === 0 ? '0' : `${minute} min`,
    ),
  );
  const sentences = scores.map(
    ({ policy, caught, bad, falseRollbacks, good }) =>
      `${policy}: ${falseRollbacks} of ${good} good ones rolled back, ${caught} of ${bad} bad ones caught`,
  );
  return svgFile({
    height: y + 30,
    title: 'A replay of past deployments under two policies',
    description: `${DEPLOYMENTS} simulated deployments of three services, replayed under evidence and under fixed thresholds. ${sentences.join('. ')}. Each deployment has a line for each policy, from the deployment to the thirtieth minute, with a diamond where it rolled back and a dot where it promoted.`,
    style: STYLE,
    body: [
      text({ x: 20, y: 26, look: 'heading' }, `The same ${DEPLOYMENTS} deployments under two policies`),
      sentences.map((sentence, i) => text({ x: 20, y: 48 + i * 18, look: 'quiet' }, sentence)),
      body,
      axis,
    ],
  });
}

/** One deployment, simulated, under every policy. */
function replayed(i: number): ReplayedDeployment {
  const { service, ...traffic } = SERVICES[i % SERVICES.length]!;
  const isBad = i % EACH_FAULT === EACH_FAULT - 1;
  const ratio = FAULTS[Math.floor(i / EACH_FAULT) % FAULTS.length]!;
  const recording = {
    ...simulatedTelemetry(
      simulateTraffic({
        seed: `docs/replay-${i}`,
        seconds: MINUTES * 60,
        historySeconds: 300,
        canaryShare: 0.1,
        noise: TRAFFIC_NOISE.mixed,
        ...traffic,
        ...(isBad ? { fault: { atSecond: BAD_FROM_MS / 1000, ratio } } : {}),
      }),
      10,
    ),
    service,
    deploymentId: `deploy-${i + 1}`,
  };
  const { deploymentId, deployedAtMs, completeUntilMs } = recording;
  const label: DeploymentLabel = isBad
    ? { outcome: 'bad', badFromMs: deployedAtMs + BAD_FROM_MS }
    : { outcome: 'good' };
  return {
    ...{ service, deploymentId, source: 'simulated', line: null, deployedAtMs, endedAtMs: completeUntilMs, label },
    policies: Object.entries(POLICIES).map(([name, policy]) => ({ ...replayOne(policy, recording), policy: name })),
  };
}

function deploymentRows(deployment: ReplayedDeployment, top: number): Markup {
  const { service, deploymentId, policies } = deployment;
  const bad = badFromMs(deployment) === null ? 'good' : 'bad from 5 min';
  return html`${text({ x: 20, y: top }, `${service} ${deploymentId.replace('deploy-', '')}`)}${text({ x: 20, y: top + ROW, look: 'quiet' }, bad)}${policies.map((row, i) => strip(deployment, row, top + i * ROW))}`;
}

function strip(deployment: ReplayedDeployment, row: ReplayedPolicy, y: number): Markup {
  const { pieces, end, badFrom } = timelineOf(deployment, row);
  const at = (share: number): number => px(STRIPS.x + STRIPS.width * share);
  const outcome = outcomeOf(deployment, row);
  const acted = actedAtMs(row);
  const after = acted === null ? '' : `, ${formatDuration(acted - deployment.deployedAtMs)}`;
  return html`${text({ x: STRIPS.x - 8, y, anchor: 'end', look: 'quiet' }, row.policy)}
<line class="grid" x1="${at(0)}" x2="${at(1)}" y1="${px(y)}" y2="${px(y)}"/>${pieces.map(
    ({ from, to, verdict }) =>
      html`<line class="said ${verdict}" x1="${at(from)}" x2="${at(to)}" y1="${px(y)}" y2="${px(y)}"/>`,
  )}${badFrom !== null && html`<line class="line bad dashed" x1="${at(badFrom)}" x2="${at(badFrom)}" y1="${px(y - 8)}" y2="${px(y + 8)}"/>`}${
    end !== null &&
    (end.verdict === 'promote'
      ? html`<circle class="fill good" cx="${at(end.at)}" cy="${px(y)}" r="5"/>`
      : html`<path class="fill bad" d="M${at(end.at)} ${px(y - 7)}l7 7l-7 7l-7-7Z"/>`)
  }${text({ x: STRIPS.x + STRIPS.width + 14, y, look: LOOKS[outcome] ?? 'quiet' }, `${rowWords(deployment, row).outcome}${after}`)}`;
}

const LOOKS: Readonly<Partial<Record<ReplayOutcome, string>>> = {
  'false-rollback': 'bad',
  missed: 'bad',
  caught: 'good',
};
