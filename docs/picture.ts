/**
 * Makes the picture of the README from a report of the demo: `npm run demo && node docs/picture.ts`.
 * Needs Chromium (CHROMIUM_PATH, /usr/bin/chromium by default).
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const report = new URL('../demo-report/errors.html', import.meta.url);
const picture = fileURLToPath(new URL('images/report.png', import.meta.url));

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 960, height: 800 }, colorScheme: 'light' });
  await page.goto(report.href);
  // From the verdict to the end of the evidence plot; the tables below it are for reading, not for looking.
  const end = await page.getByRole('heading', { name: 'Criteria' }).boundingBox();
  const height = Math.floor(end?.y ?? 800) - 24;
  await page.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: 960, height } });
} finally {
  await browser.close();
}
