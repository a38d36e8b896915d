/** What every page of ours begins with: nothing may be fetched, no script may run, and no address leaks out. */
import { html, Markup, type Piece } from './escape.ts';
import { PAGE_STYLE } from './page-style.ts';

/** Holds even if some text slipped through the escaping. */
const SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The parts of a page. */
export interface PageParts {
  /** For the tab of the browser. */
  title: string;
  /** What the skip link leads to: `report`. */
  subject: string;
  /** A style sheet of our own that is added to the common one. */
  style?: string;
  /** Above the main part. */
  top: Piece;
  main: Piece;
  /** Empty where none is known. */
  engineVersion: string;
}

/** The whole document. */
export function page({ title, subject, style = '', top, main, engineVersion }: PageParts): string {
  const document = html`<html lang="en"><head><meta charset="utf-8"/><meta http-equiv="Content-Security-Policy" content="${SECURITY_POLICY}"/><meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/><meta name="referrer" content="no-referrer"/><link rel="icon" href="data:,"/><title>${title}</title><style>${new Markup(PAGE_STYLE + style)}</style></head>
<body><a class="skip" href="#main">Skip to the ${subject}</a>
${top}
<main id="main" tabindex="-1" class="wrap">${main}</main>
<footer class="wrap muted"><small>Made by rolloutguard${engineVersion !== '' && ` ${engineVersion}`}</small></footer>
</body></html>
`;
  return `<!DOCTYPE html>\n${document}`;
}
