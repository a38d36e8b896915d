/**
 * `npm run check:package`: checks the package as its users get it, one line a check, and closes with
 * `N passed, N failed`. Words after `--` select checks: `npm run check:package -- readme types`.
 */
import type { Check, CheckGroup } from './check.ts';
import { consumerChecks } from './checks/consumer.ts';
import { exampleChecks } from './checks/examples.ts';
import { guideChecks } from './checks/guides.ts';
import { programChecks } from './checks/program.ts';
import { readmeChecks } from './checks/readme.ts';
import { repositoryChecks } from './checks/repository.ts';
import { tarballChecks } from './checks/tarball.ts';
import { testChecks } from './checks/tests.ts';
import { killRunning } from './command.ts';
import { Workshop } from './workshop.ts';

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const isSelected = (name: string): boolean =>
  words.length === 0 || words.some((word) => name.toLowerCase().includes(word));

const workshop = new Workshop();
let passed = 0;
let failed = 0;

async function perform(check: Check): Promise<void> {
  if (!isSelected(check.name)) return;
  const startedAt = performance.now();
  const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    const remark = await check.run(workshop);
    passed += 1;
    console.log(`ok    ${check.name} (${elapsed()})${remark === undefined ? '' : `: ${remark}`}`);
  } catch (error) {
    failed += 1;
    const text = error instanceof Error ? (error.name === 'CheckFailure' ? error.message : error.stack) : String(error);
    console.log(`FAIL  ${check.name} (${elapsed()})\n${String(text).replaceAll(/^/gm, '      ')}`);
  }
}

const plan: (Check | CheckGroup)[] = [
  ...repositoryChecks,
  ...tarballChecks,
  ...consumerChecks,
  ...programChecks,
  ...readmeChecks,
  ...guideChecks,
  ...exampleChecks,
  ...testChecks,
];

// A stop by hand or by a timeout must leave neither a process nor the temporary folder behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killRunning();
    workshop.close();
    process.exit(1);
  });
}

try {
  // The other versions of Node take longest to fetch: begin while the first checks run.
  if (words.length === 0) void workshop.nodes();
  for (const item of plan) {
    if ('run' in item) {
      await perform(item);
      continue;
    }
    try {
      for (const check of await item.expand(workshop)) await perform(check);
    } catch (error) {
      await perform({ name: item.name, run: () => Promise.reject(error) });
    }
  }
} finally {
  workshop.close();
}
if (passed + failed === 0) {
  console.log(`no check has a name with ${words.join(' or ')} in it`);
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
