/** The page in a real browser, opened from disk. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/index.ts';
import { cohortPoints } from '../../src/report/series.ts';
import { type OpenedPage, ReportBrowser, SKIP_BROWSER, SKIP_REASON } from './browser.ts';
import { canaryReport, DEPLOYED_AT_MS } from './canary-fixture.ts';
import { faintTexts, plottedOnScreen, tabStops, textBoxes } from './in-page.ts';

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };
const PLOTS = ['plot-weight', 'plot-errors', 'plot-latency', 'plot-evidence'];
const PAYLOAD =
  '</script></style></title></pre>"\'><img src=x onerror="alert(1)"><svg onload="alert(2)"><b id=planted>';

describe.skipIf(SKIP_BROWSER)(`the page in Chromium${SKIP_REASON}`, () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await ReportBrowser.start();
  }, 60_000);
  afterEach(() => browser?.closePages());
  afterAll(() => browser?.stop());

  const inBrowser = (name: string, run: () => Promise<void>): void => it.skipIf(SKIP_BROWSER)(name + SKIP_REASON, run);
  const open = (input = canaryReport(), options = {}): Promise<OpenedPage> => browser.open(htmlReport(input), options);

  inBrowser('opens from disk, asks for nothing else, and has nothing to complain about', async () => {
    const { page, url, requests, complaints } = await open();
    expect(await page.title()).toBe('rollback: checkout / deploy-42');
    expect(await page.locator('.sentence').innerText()).toContain('Error rate is 8.1x stable');
    expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
    expect(await page.evaluate(() => performance.getEntriesByType('resource').length)).toBe(0);
    expect(complaints).toEqual([]);
  });

  inBrowser('lets no script run and nothing be fetched, even if markup were to slip in', async () => {
    const hole = htmlReport(canaryReport()).replace(
      '</main>',
      '<script>document.title = "run"</script><img src="https://example.invalid/x.png" onerror="document.title = \'run\'"/></main>',
    );
    const { page, blocked, complaints } = await browser.open(hole);
    expect(await page.title()).toBe('rollback: checkout / deploy-42');
    expect(blocked).toEqual(['https://example.invalid/x.png: csp']);
    expect(complaints.filter((complaint) => complaint.includes('Content Security Policy')).length).toBeGreaterThan(1);
  });

  inBrowser('shows markup in telemetry as text: no dialog, no element', async () => {
    const plain = canaryReport();
    const { decision } = plain;
    const { page, requests, complaints, url } = await open({
      ...plain,
      title: PAYLOAD,
      facts: [{ label: PAYLOAD, value: PAYLOAD }],
      marks: [{ atMs: DEPLOYED_AT_MS, label: PAYLOAD }],
      history: plain.history.map((point) => ({
        ...point,
        criteria: point.criteria.map((each) => ({ ...each, name: PAYLOAD })),
      })),
      decision: {
        ...decision,
        reason: PAYLOAD,
        service: PAYLOAD,
        deploymentId: PAYLOAD,
        evidence: decision.evidence.map((criterion) => ({ ...criterion, name: PAYLOAD, detail: PAYLOAD })),
        limits: decision.limits!.map((limit) => ({ ...limit, name: PAYLOAD })),
        problems: [{ source: PAYLOAD, code: PAYLOAD, message: PAYLOAD, atMs: 0 }],
        assumptions: [PAYLOAD],
      },
    });
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
    expect(await page.locator('img, script, iframe, #planted, [onload], [onerror]').count()).toBe(0);
    expect(await page.locator('.sentence').innerText()).toBe(PAYLOAD);
    expect(await page.locator('h1').innerText()).toBe(PAYLOAD);
  });

  inBrowser('draws the values where the axis says they are', async () => {
    const input = canaryReport();
    const { page } = await open(input);
    for (const cohort of ['canary', 'stable'] as const) {
      const seen = await page.evaluate(plottedOnScreen, { plot: 'plot-errors', series: `${cohort}-error-rate` });
      const expected = cohortPoints(input.telemetry, cohort);
      expect(seen).toHaveLength(expected.length);
      expected.forEach((point, i) => {
        // Labels are percent and minutes; a pixel is 0.04 % and 0.5 s.
        expect(Math.abs(seen[i]!.value - point.errorRate! * 100)).toBeLessThan(0.05);
        expect(Math.abs(seen[i]!.time - (point.endMs - DEPLOYED_AT_MS) / 60_000)).toBeLessThan(0.02);
      });
    }
    const evidence = await page.evaluate(plottedOnScreen, { plot: 'plot-evidence', series: 'total' });
    input.history.forEach((point, i) => {
      if (point.logE < 20) expect(Math.abs(evidence[i]!.value - point.logE)).toBeLessThan(0.15);
    });
  });

  inBrowser('has all plotted numbers in tables that open', async () => {
    const input = canaryReport();
    const { page } = await open(input);
    const table = page.locator('details.numbers').nth(1);
    expect(await table.locator('table').isVisible()).toBe(false);
    await table.locator('summary').click();
    expect(await table.locator('table').isVisible()).toBe(true);
    const rows = await table.locator('tbody tr').allInnerTexts();
    const canary = cohortPoints(input.telemetry, 'canary');
    expect(rows).toHaveLength(42);
    canary.forEach((point, i) => {
      const [, requests, errors, rate] = rows[i + 6]!.split('\t') as [string, string, string, string];
      expect(Number(requests.replace(',', ''))).toBe(point.requests);
      expect(Number(errors)).toBe(point.errors);
      expect(Number.parseFloat(rate)).toBeCloseTo(point.errorRate! * 100, 1);
    });
    // Before the deployment there is no canary: a gap, and not a zero.
    expect(rows[0]!.split('\t').slice(0, 4)).toEqual(['-0:50', '–', '–', '–']);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    inBrowser(`is readable in ${colorScheme}: every text has the contrast that WCAG AA asks for`, async () => {
      const held = canaryReport({ incidentMs: [60_000, 120_000] });
      const { page } = await open(held, { colorScheme });
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 22, 28)');
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      expect(await page.evaluate(faintTexts)).toEqual([]);
      for (const verdict of ['escalate', 'hold', 'continue', 'promote']) {
        await page.locator('.badge').evaluate((badge, name) => badge.setAttribute('class', `badge ${name}`), verdict);
        expect(await page.evaluate(faintTexts)).toEqual([]);
      }
    });
  }

  inBrowser('fits a phone of 360 px: nothing sticks out, labels are at least 10 px', async () => {
    const input = canaryReport();
    const long = 'checkout_completion_of_returning_customers';
    const { page } = await open(
      {
        ...input,
        history: input.history.map((point) => ({
          ...point,
          criteria: [{ ...point.criteria[0]!, name: long }, point.criteria[1]!],
        })),
      },
      PHONE,
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const boxes = await page.evaluate(textBoxes);
    expect(boxes.length).toBeGreaterThan(50);
    expect(boxes.filter((box) => box.fontPx < 10)).toEqual([]);
    expect(boxes.filter((box) => box.left < 0 || box.right > 360)).toEqual([]);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  for (const width of [360, 768, 1440]) {
    inBrowser(`keeps the labels of an axis apart at ${width} px`, async () => {
      const { page } = await open(canaryReport(), { viewport: { width, height: 800 } });
      const boxes = (await page.evaluate(textBoxes)).filter((box) =>
        /time-tick|value-tick|series-label/.test(box.className),
      );
      const touching = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter(
            (b) =>
              a.className === b.className &&
              a.left < b.right &&
              b.left < a.right &&
              a.top + 2 < b.bottom &&
              b.top + 2 < a.bottom,
          )
          .map((b) => `${a.text} / ${b.text}`),
      );
      expect(touching).toEqual([]);
    });
  }

  inBrowser('can be walked by keyboard: skip link, plots, tables', async () => {
    const { page } = await open();
    const stops = await tabStops(page, 10);
    expect(stops[0]).toBe('a.skip');
    for (const plot of PLOTS) expect(stops).toContain(`svg#${plot}`);
    expect(stops.filter((stop) => stop === 'summary')).toHaveLength(5);
    expect(stops.indexOf('svg#plot-weight')).toBeLessThan(stops.indexOf('svg#plot-errors'));
  });

  inBrowser('shows where the focus is, and follows it', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    const skip = await page.locator('.skip').boundingBox();
    expect(skip!.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('plot-weight');
    const outline = await page
      .locator('.plot-frame')
      .first()
      .evaluate((frame) => getComputedStyle(frame).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(
      await page
        .locator('details.numbers')
        .first()
        .evaluate((details: HTMLDetailsElement) => details.open),
    ).toBe(true);
  });

  inBrowser('names every plot and describes it in numbers to a screen reader', async () => {
    const { page } = await open();
    expect(await page.getByRole('img', { name: 'Error rate' }).count()).toBe(1);
    const snapshot = await page.locator('#plot-errors').evaluate((plot) => {
      const id = plot.getAttribute('aria-describedby')!;
      return document.getElementById(id)!.textContent;
    });
    expect(snapshot).toMatch(/^canary: between 0 % and [\d.]+ %, last [\d.]+ %\. stable: /);
    expect(await page.getByRole('region', { name: 'Criteria' }).getByRole('row').count()).toBe(3);
    expect(await page.getByRole('region', { name: 'Limits' }).getByRole('row').count()).toBe(3);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  });

  inBrowser('goes on paper in light, without controls', async () => {
    const { page } = await open(canaryReport(), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--page'))).toBe(
      '#fff',
    );
    expect(await page.locator('summary:visible').count()).toBe(0);
    expect(await page.locator('svg.plot:visible').count()).toBe(4);
  });

  inBrowser('stands data that is empty, alone, zero or huge', async () => {
    const input = canaryReport();
    const { telemetry } = input;
    const only = telemetry.intervals.filter((interval) => interval.cohort === 'canary').slice(0, 1);
    const zero = telemetry.intervals.map((interval) => ({ ...interval, errors: 0 }));
    const huge = telemetry.intervals.map((interval) => ({
      ...interval,
      requests: interval.requests * 1e12,
      errors: interval.errors * 1e12,
    }));
    for (const intervals of [[], only, zero, huge]) {
      const { page, complaints } = await open({ ...input, telemetry: { ...telemetry, intervals } }, PHONE);
      expect(complaints).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      expect((await page.evaluate(textBoxes)).filter((box) => box.left < 0 || box.right > 360)).toEqual([]);
    }
  });
});
