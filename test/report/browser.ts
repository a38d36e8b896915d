/** The real browser for the tests of the page: Chromium, headless, with nothing that calls home. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const REQUIRED = process.env['ROLLOUTGUARD_REQUIRE_CHROMIUM'] === '1';

/** Without Chromium the tests are skipped, unless it is required: then they run, and fail. */
export const SKIP_BROWSER: boolean = !existsSync(EXECUTABLE) && !REQUIRED;

/** Ends the name of a test that is skipped. */
export const SKIP_REASON: string = SKIP_BROWSER ? ` [skipped: no Chromium at ${EXECUTABLE}; set CHROMIUM_PATH]` : '';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that was opened from disk, and what happened meanwhile. */
export interface OpenedPage {
  page: Page;
  url: string;
  /** Addresses of everything that was asked for. */
  requests: string[];
  /** Addresses of what was not let through, and why. */
  blocked: string[];
  /** Console messages, uncaught errors, dialogs, and violations of the page's security policy. */
  complaints: string[];
}

/** A running browser and its folder of pages. */
export class ReportBrowser {
  readonly #browser: Browser;
  readonly #folder: string;
  #pages = 0;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<ReportBrowser> {
    const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
    return new ReportBrowser(browser, await mkdtemp(join(tmpdir(), 'rolloutguard-report-')));
  }

  async open(html: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const file = join(this.#folder, `${this.#pages++}.html`);
    await writeFile(file, html);
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const url = pathToFileURL(file).href;
    const opened: OpenedPage = { page, url, requests: [], blocked: [], complaints: [] };
    page.on('request', (request) => opened.requests.push(request.url()));
    page.on('requestfailed', (request) => {
      opened.blocked.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on('console', (message) => opened.complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => opened.complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      opened.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url, { waitUntil: 'load' });
    return opened;
  }

  /** Closes all pages; the browser stays. */
  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
