/** A process of its own, so that its memory is that of the replay alone. Arguments: the file of recordings. */
import { performance } from 'node:perf_hooks';
import { definePolicy, errorRate, latency } from '../src/index.ts';
import { readRecordings, replay } from '../src/replay/index.ts';

const [path = ''] = process.argv.slice(2);
// Nothing is promoted before the end, so that every interval is judged.
const policy = definePolicy({ soakSeconds: 86_400, criteria: [errorRate(), latency()] });
const from = performance.now();
const cpu = process.cpuUsage();
const { deployments, scores, skippedCount } = await replay({ policy }, readRecordings([path]));
const seconds = (performance.now() - from) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    deployments: scores[0]?.deployments,
    open: deployments.filter(({ policies }) => policies[0]?.verdict === 'continue').length,
    skippedCount,
  }),
);
