/**
 * `npm run bench:telemetry`: what telemetry costs a server, beside none at all and beside OpenTelemetry's own preload. Every
 * set-up runs in processes of its own, one after the other in each round, and ratios are taken within a round.
 */
import { parseArgs } from 'node:util';
import { measureLoad, measureStart, type Point, type Round, rounds } from './measure.ts';
import { startHelpers } from './processes.ts';
import { packageOf, profileLoad } from './profile.ts';
import { head, row } from './table.ts';
import { makeVariants, VARIANTS, type Variant, type VariantName } from './variants.ts';

const USAGE = `Usage: npm run bench:telemetry -- [options]

  --apps a,b       services: http, calls, express, fastify (all)
  --setups a,b     ${VARIANTS.join(', ')} (all but lean)
  --pairs N        rounds under load (10)
  --requests N     measured requests a round and set-up, in thousands or more (10000)
  --starts N       rounds of starts (15)
  --profile        where the time goes under load instead, in microseconds a request, by package
  --functions RE   with --profile: functions of the packages that match instead`;

const { values } = parseArgs({
  options: {
    apps: { type: 'string', default: 'http,calls,express,fastify' },
    setups: { type: 'string', default: 'bare,stock,again,plain,ours' },
    pairs: { type: 'string', default: '10' },
    requests: { type: 'string', default: '10000' },
    starts: { type: 'string', default: '15' },
    profile: { type: 'boolean', default: false },
    functions: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await run();

async function run(): Promise<void> {
  await using helpers = await startHelpers();
  const all = makeVariants(helpers);
  const chosen = values.setups.split(',') as VariantName[];
  const variants = Object.fromEntries(chosen.map((name) => [name, all[name]])) as Record<VariantName, Variant>;
  const apps = values.apps.split(',');
  const requests = Number(values.requests);
  if (values.profile) {
    for (const app of apps) await showProfile(app);
    return;
  }
  console.log(head(chosen));
  for (const app of apps) {
    const points: Round<Point>[] = [];
    for (let pair = 0; pair < Number(values.pairs); pair++)
      points.push(await measureLoad(app, variants, requests, helpers));
    console.log(row(`${app}: CPU a request, µs`, chosen, points, ({ cpuUs }) => cpuUs));
    console.log(row(`${app}: ... in quiet slices, µs`, chosen, points, ({ quietCpuUs }) => quietCpuUs));
    console.log(row(`${app}: memory after the load, MB`, chosen, points, ({ rssMb }) => rssMb));
    console.log(row(`${app}: ... garbage collected, MB`, chosen, points, ({ rssAfterGcMb }) => rssAfterGcMb));
    const starts = await rounds(Number(values.starts), variants, (variant) => measureStart(app, variant));
    console.log(row(`${app}: start, ms`, chosen, starts, ({ clockMs }) => clockMs));
    console.log(row(`${app}: ... CPU, ms`, chosen, starts, ({ cpuMs }) => cpuMs));
  }

  async function showProfile(app: string): Promise<void> {
    const only = values.functions === undefined ? undefined : new RegExp(values.functions);
    const keyOf = (url: string, functionName: string): string => {
      const name = packageOf(url, functionName);
      return only?.test(name) === true ? `${name} ${functionName} ${url.split('/').at(-1)}` : only ? '' : name;
    };
    const found = await rounds(1, variants, (variant) => profileLoad(app, variant, requests, helpers, keyOf));
    for (const [name, profile] of Object.entries(found[0] ?? {})) {
      console.log(`\n## ${app}, ${name}\n`);
      const lines = [...profile].filter(([key]) => key !== '').sort(([, a], [, b]) => b - a);
      for (const [key, us] of lines.slice(0, 30)) console.log(`${us.toFixed(1).padStart(8)}  ${key}`);
    }
  }
}
