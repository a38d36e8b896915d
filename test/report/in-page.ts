/** Functions that look at the page from inside the browser. Each is sent there as text, so it uses nothing from outside itself. */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';

/** A text of a plot, in CSS pixels on the screen. */
export interface TextBox {
  text: string;
  className: string;
  fontPx: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Every visible text in the plots, as it came out on the screen. */
export function textBoxes(): TextBox[] {
  return [...document.querySelectorAll<SVGTextElement>('svg.plot text')]
    .filter((text) => text.getClientRects().length > 0 && getComputedStyle(text).display !== 'none')
    .map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const fontPx = Number.parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM()!.d;
      const plot = text.closest('svg.plot')!.id;
      return {
        text: text.textContent ?? '',
        className: `${plot} ${text.classList[0]}`,
        fontPx,
        left,
        right,
        top,
        bottom,
      };
    });
}

/** The values of a line, read off the screen as a person does: against the labels of both axes. */
export function plottedOnScreen({ plot, series }: { plot: string; series: string }): { time: number; value: number }[] {
  const svg = document.getElementById(plot)!;
  const middle = (box: DOMRect): number => (box.top + box.bottom) / 2;
  const labels = (name: string): [Element, number][] =>
    [...svg.querySelectorAll(name)].map((label) => [label, Number.parseFloat(label.textContent ?? '')]);
  const marks = [...svg.querySelectorAll('.time-mark')].map((mark) => mark.getBoundingClientRect().left);
  const lines = [...svg.querySelectorAll('.grid, .base')].map((line) => middle(line.getBoundingClientRect()));
  const times = labels('.time-tick').map(([, value], i) => [marks[i]!, value] as const);
  const values = labels('.value-tick').map(([, value], i) => [lines[i]!, value] as const);
  const reader = (ticks: (readonly [number, number])[]): ((at: number) => number) => {
    const [from, a] = ticks[0]!;
    const [to, b] = ticks[ticks.length - 1]!;
    return (at) => a + ((at - from) / (to - from)) * (b - a);
  };
  const [timeAt, valueAt] = [reader(times), reader(values)];
  const path = svg.querySelector<SVGPathElement>(`path[data-series="${series}"]`)!;
  const matrix = path.getScreenCTM()!;
  return [...path.getAttribute('d')!.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => {
    const point = new DOMPoint(Number(x), Number(y)).matrixTransform(matrix);
    return { time: timeAt(point.x), value: valueAt(point.y) };
  });
}

/** Texts whose contrast is below WCAG AA: 4.5 to 1, or 3 to 1 for large ones. */
export function faintTexts(): string[] {
  type Colour = [number, number, number, number];
  const parse = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text === 'none' ? [0, 0, 0, 0] : [r, g, b, a];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = (colour: Colour): number => {
    const linear = (i: 0 | 1 | 2): number => {
      const share = colour[i] / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
  };
  const backgroundOf = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
  };
  const faint: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const written = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!written || element.getClientRects().length === 0 || element.closest('title, desc, style')) continue;
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const flag = element.parentElement?.classList.contains('flag') ? element.parentElement.querySelector('rect') : null;
    let background = flag ? parse(getComputedStyle(flag).fill) : backgroundOf(element);
    // Words on the shaded zone of a plot stand on its colour.
    const zone = element.closest('svg.plot')?.querySelector('.zone');
    if (drawn && !flag && zone) background = over(parse(getComputedStyle(zone).fill), background);
    const colour = over(parse(drawn ? style.fill : style.color), background);
    const [a, b] = [luminance(colour), luminance(background)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${element.textContent?.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}

/** Presses Tab `times` times, and says where the focus was each time. */
export async function tabStops(page: Page, times: number): Promise<string[]> {
  const stops: string[] = [];
  for (let i = 0; i < times; i++) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate(() => {
        const focused = document.activeElement!;
        const name = focused.tagName.toLowerCase();
        const by = focused.id ? `#${focused.id}` : focused.classList[0] ? `.${focused.classList[0]}` : '';
        return `${name}${by}`;
      }),
    );
  }
  return stops;
}
