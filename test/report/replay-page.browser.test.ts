/** The pages of a replay and of a plan in a real browser, opened from disk. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planCurve, planSteps, timeToDetect } from '../../src/planning/index.ts';
import { planHtml, replayHtml } from '../../src/report/index.ts';
import { ReportBrowser, SKIP_BROWSER, SKIP_REASON } from './browser.ts';
import { faintTexts, textBoxes } from './in-page.ts';
import { deploymentOf, everyKind, fullReport, GOOD, reportOf } from './replay-fixture.ts';

const TRAFFIC = { requestsPerSecond: 40, errorRate: 0.01 };
const FAULT = { kind: 'errors', ratio: 2 } as const;
const TARGET = { fault: FAULT, power: 0.9, mostUsersExposed: 2000 };
const LONG = 'web-service-with-a-small-margin-and-a-name-that-nobody-can-remember-v12';
const PAYLOAD = '</script></style>"\'><img src=x onerror="alert(1)"><b id=planted>';

/** A replay whose policies and deployments all have this name. */
function replayNamed(name: string): string {
  const rows = everyKind().map((each) => ({
    ...each,
    service: name,
    policies: each.policies.map((row, i) => ({ ...row, policy: `${name}${i}`, reason: name })),
  }));
  return replayHtml(
    reportOf(rows, {
      unusedLabels: [name],
      skippedCount: 1,
      skipped: [{ source: name, line: null, code: 'UNREADABLE', message: name }],
    }),
  );
}

function plan(): string {
  return planHtml({
    traffic: TRAFFIC,
    detections: [
      { fault: FAULT, canaryShare: 0.05, power: 0.9, detection: timeToDetect(TRAFFIC, FAULT, { canaryShare: 0.05 }) },
    ],
    steps: { target: TARGET, plan: planSteps(TRAFFIC, TARGET) },
    curve: planCurve(TRAFFIC, { kind: 'errors', weights: [1, 2, 5, 10, 20, 30, 50] }),
  });
}

const PAGES = { replay: () => replayHtml(fullReport()), 'replay with long names': () => replayNamed(LONG), plan };

describe.skipIf(SKIP_BROWSER)(`the pages of replays and plans in Chromium${SKIP_REASON}`, () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await ReportBrowser.start();
  }, 60_000);
  afterEach(() => browser?.closePages());
  afterAll(() => browser?.stop());

  const inBrowser = (name: string, run: () => Promise<void>): void => it.skipIf(SKIP_BROWSER)(name + SKIP_REASON, run);

  for (const [name, make] of Object.entries(PAGES)) {
    inBrowser(
      `${name}: asks for nothing, complains of nothing, fits a phone, can be read in light and dark`,
      async () => {
        for (const colorScheme of ['light', 'dark'] as const) {
          const { page, url, requests, complaints } = await browser.open(make(), {
            colorScheme,
            viewport: { width: 360, height: 740 },
          });
          expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
          expect(await page.evaluate(faintTexts)).toEqual([]);
          expect(complaints).toEqual([]);
          const boxes = await page.evaluate(textBoxes);
          expect(boxes.filter((box) => box.left < 0 || box.right > 360)).toEqual([]);
        }
      },
    );
  }

  inBrowser('shows hostile names as text: no element, no dialog', async () => {
    const { page, complaints } = await browser.open(replayNamed(PAYLOAD));
    expect(await page.locator('img, script, #planted, [onerror]').count()).toBe(0);
    expect(await page.locator('h4').first().innerText()).toContain(PAYLOAD);
    expect(complaints).toEqual([]);
  });

  inBrowser('draws what was said where it was said', async () => {
    const said = [
      ['continue', 0],
      ['hold', 10],
      ['continue', 15],
      ['rollback', 24],
    ] as const;
    const report = reportOf([deploymentOf('x', GOOD, [{ said }])]);
    const { page } = await browser.open(replayHtml(report), { viewport: { width: 1200, height: 800 } });
    const places = await page.evaluate(() => {
      const line = document.querySelector('svg.timeline[aria-label*="rollback at +24 min"]')!;
      const box = line.getBoundingClientRect();
      const share = (x: number): number => Math.round(((x - box.left) / box.width) * 30 * 100) / 100;
      const pieces = [...line.querySelectorAll('rect.piece')].map((piece) => piece.getBoundingClientRect());
      const end = line.querySelector('.end path')!.getBoundingClientRect();
      return {
        pieces: pieces.map(({ left, right }) => [share(left), share(right)]),
        end: share((end.left + end.right) / 2),
      };
    });
    expect(places.pieces.flat().map(Math.round)).toEqual([0, 10, 10, 15, 15, 24]);
    expect(places.end).toBeCloseTo(24, 0);
  });

  inBrowser('goes on paper without controls, and can be read by a screen reader', async () => {
    const { page } = await browser.open(replayHtml(fullReport()));
    expect(await page.getByRole('region', { name: 'Scores', exact: true }).getByRole('row').count()).toBe(12);
    expect(
      await page.getByRole('img', { name: 'candidate: caught, rollback at +11 min, 110 bad answers' }).count(),
    ).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('summary:visible').count()).toBe(0);
    expect(await page.locator('svg.timeline:visible').count()).toBe(18);
  });
});
