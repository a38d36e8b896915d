/**
 * A picture for a document: one SVG file that stands alone. It brings its own ground, so that it can be read on a light
 * and on a dark page alike, and takes the darker colours where the reader's system asks for them.
 */
import { html, type Markup, type Piece } from './escape.ts';
import { DARK, LIGHT } from './page-style.ts';

/** Width of every picture in pixels: about that of a column of text. */
export const WIDTH = 720;

/** What stands around a drawing. */
export interface Picture {
  height: number;
  /** A few words, for those who do not see it. */
  title: string;
  /** What it shows, in words and numbers. */
  description: string;
  body: Piece;
  /** A style sheet of our own for this picture alone. */
  style?: string;
}

const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
.ground{fill:var(--page);stroke:var(--hair)}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;fill:var(--ink)}
.quiet{fill:var(--muted)}
.heading{font-weight:600}
.grid{stroke:var(--grid)}
.axis{stroke:var(--axis)}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.thin{stroke-width:1}
.thick{stroke-width:4}
.faint{stroke-opacity:.55}
.dashed{stroke-dasharray:6 4}
.canary{stroke:var(--canary)}.stable{stroke:var(--stable)}.bad{stroke:var(--bad)}.good{stroke:var(--good)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.grey{stroke:var(--axis)}
text.canary,.fill.canary{fill:var(--canary);stroke:none}
text.stable,.fill.stable{fill:var(--stable);stroke:none}
text.bad,.fill.bad{fill:var(--bad);stroke:none}
text.good,.fill.good{fill:var(--good);stroke:none}
text.c1,.fill.c1{fill:var(--c1);stroke:none}
text.c2,.fill.c2{fill:var(--c2);stroke:none}
.fill.pale{fill-opacity:.18}
.fill.bar{fill-opacity:.45}
.zone{fill:var(--zone)}
.span{fill:var(--span)}
.hatch{stroke:var(--hatch)}
text.span-label{fill:var(--warn)}
`.replaceAll('\n', '');

/** The file. */
export function svgFile({ height, title, description, body, style = '' }: Picture): string {
  const picture = html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description"><title id="title">${title}</title><desc id="description">${description}</desc><style>STYLE</style><rect class="ground" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>${body}
</svg>
`;
  // The style is no text from outside: quotes in it are quotes.
  return picture.toString().replace('STYLE', () => STYLE + style);
}

/** Where a text stands. */
export interface TextPlace {
  x: number;
  y: number;
  anchor?: 'start' | 'middle' | 'end';
  look?: string;
  /** Turned to run upwards. */
  upwards?: boolean;
}

/** One line of text; `y` is its middle. */
export function text({ x, y, anchor = 'start', look = '', upwards = false }: TextPlace, words: string): Markup {
  const turn = upwards ? html` transform="rotate(-90 ${px(x)} ${px(y)})"` : null;
  return html`
<text x="${px(x)}" y="${px(y)}" dy=".35em" text-anchor="${anchor}"${look && html` class="${look}"`}${turn}>${words}</text>`;
}

/** A length, to a tenth of a pixel: what differs between two versions of a logarithm is not seen. */
export function px(value: number): number {
  return Number(value.toFixed(1));
}
