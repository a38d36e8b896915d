/** A plot of two axes within a picture: grid, lines, bands, and words at their places. */
import { html, type Markup, type Piece } from './escape.ts';
import type { Tick } from './scale.ts';
import { px, text } from './svg-file.ts';

/** One axis. */
export interface PanelAxis {
  low: number;
  high: number;
  /** `log`: equal factors are equal lengths; `low` is above 0. */
  scale: 'linear' | 'log';
  ticks: readonly Tick[];
  title: string;
}

/** A place in the units of the axes. */
export type Point = readonly [x: number, y: number];

/** Where words stand beside a point, in pixels. */
export interface Beside {
  dx?: number;
  dy?: number;
  anchor?: 'start' | 'middle' | 'end';
  look?: string;
}

/** Draws in the units of its axes; what lies beyond them is cut off at the edge. */
export class Panel {
  readonly #id: string;
  readonly #box: { x: number; y: number; width: number; height: number };
  readonly #across: PanelAxis;
  readonly #upwards: PanelAxis;

  /** @param id - unique in the picture. */
  constructor(
    id: string,
    box: { x: number; y: number; width: number; height: number },
    across: PanelAxis,
    upwards: PanelAxis,
  ) {
    this.#id = id;
    this.#box = box;
    this.#across = across;
    this.#upwards = upwards;
  }

  x(value: number): number {
    return this.#box.x + this.#box.width * share(value, this.#across);
  }

  y(value: number): number {
    return this.#box.y + this.#box.height * (1 - share(value, this.#upwards));
  }

  /** Grid, ticks and titles; what is drawn before lies below them. */
  frame(heading: string): Markup {
    const { x, y, width, height } = this.#box;
    const bottom = y + height;
    return html`${text({ x, y: y - 16, look: 'heading' }, heading)}${this.#upwards.ticks.map((tick) => [
      html`<line class="grid" x1="${px(x)}" x2="${px(x + width)}" y1="${px(this.y(tick.value))}" y2="${px(this.y(tick.value))}"/>`,
      text({ x: x - 8, y: this.y(tick.value), anchor: 'end', look: 'quiet' }, tick.label),
    ])}<line class="axis" x1="${px(x)}" x2="${px(x + width)}" y1="${px(bottom)}" y2="${px(bottom)}"/>${this.#across.ticks.map(
      (tick) => [
        html`<line class="axis" x1="${px(this.x(tick.value))}" x2="${px(this.x(tick.value))}" y1="${px(bottom)}" y2="${px(bottom + 5)}"/>`,
        text({ x: this.x(tick.value), y: bottom + 16, anchor: 'middle', look: 'quiet' }, tick.label),
      ],
    )}${text({ x: x + width / 2, y: bottom + 35, anchor: 'middle', look: 'quiet' }, this.#across.title)}${text({ x: x - 66, y: y + height / 2, anchor: 'middle', look: 'quiet', upwards: true }, this.#upwards.title)}<clipPath id="${this.#id}"><rect x="${px(x)}" y="${px(y - 2)}" width="${px(width + 2)}" height="${px(height + 4)}"/></clipPath>`;
  }

  /** A line through the points. */
  line(points: readonly Point[], look: string): Markup {
    return this.#path(this.#through(points), `line ${look}`);
  }

  /** A line that holds each value from its point to the next one. */
  steps(points: readonly Point[], look: string): Markup {
    const path = points.map(([x, y], i) => {
      const to = `${px(this.x(x))}`;
      return i === 0 ? `M${to} ${px(this.y(y))}` : `H${to}V${px(this.y(y))}`;
    });
    return this.#path(path.join(''), `line ${look}`);
  }

  /** What lies between two lines. */
  band(points: readonly (readonly [x: number, low: number, high: number])[], look: string): Markup {
    const there = points.map(([x, , high]) => [x, high] as const);
    const back = points.map(([x, low]) => [x, low] as const).reverse();
    return this.#path(`${this.#through([...there, ...back])}Z`, `fill ${look}`);
  }

  /** A hatched span of the axis across. */
  span(from: number, to: number): Markup {
    const pattern = `${this.#id}-hatch`;
    const { y, height } = this.#box;
    const place = html`x="${px(this.x(from))}" y="${px(y)}" width="${px(this.x(to) - this.x(from))}" height="${px(height)}"`;
    return html`
<pattern id="${pattern}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V7"/></pattern><rect class="span" ${place}/><rect fill="url(#${pattern})" ${place}/>`;
  }

  /** Shades what is above a value. */
  zoneAbove(value: number): Markup {
    const { x, y, width } = this.#box;
    return html`
<rect class="zone" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(this.y(value) - y)}"/>`;
  }

  /** A line across at a value. */
  level(value: number, look: string): Markup {
    const { x, width } = this.#box;
    return html`
<line class="line ${look}" x1="${px(x)}" x2="${px(x + width)}" y1="${px(this.y(value))}" y2="${px(this.y(value))}"/>`;
  }

  /** A line upwards at a value, over the whole height or part of it. */
  upright(value: number, look: string, from: number = this.#upwards.low, to: number = this.#upwards.high): Markup {
    return html`
<line class="line ${look}" x1="${px(this.x(value))}" x2="${px(this.x(value))}" y1="${px(this.y(from))}" y2="${px(this.y(to))}"/>`;
  }

  /** A bar below the plot from one value to another, `y` pixels down the picture, with its name at the right. */
  bar(from: number, to: number, y: number, name: string, look: string): Markup {
    const { x, width } = this.#box;
    return html`
<line class="line thick ${look}" x1="${px(this.x(from))}" x2="${px(this.x(to))}" y1="${px(y)}" y2="${px(y)}"/>${text({ x: x + width + 8, y, look }, name)}`;
  }

  /** A dot, or a diamond for a decision. */
  mark([x, y]: Point, look: string, shape: 'dot' | 'diamond' = 'dot'): Markup {
    const [atX, atY] = [px(this.x(x)), px(this.y(y))];
    return shape === 'dot'
      ? html`
<circle class="fill ${look}" cx="${atX}" cy="${atY}" r="3.2"/>`
      : html`
<path class="fill ${look}" d="M${atX} ${px(atY - 7)}l7 7l-7 7l-7-7Z"/>`;
  }

  /** Words beside a point. */
  words([x, y]: Point, words: string, { dx = 0, dy = 0, anchor = 'start', look = '' }: Beside = {}): Piece {
    return text({ x: this.x(x) + dx, y: this.y(y) + dy, anchor, look }, words);
  }

  #through(points: readonly Point[]): string {
    return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(this.x(x))} ${px(this.y(y))}`).join('');
  }

  #path(path: string, look: string): Markup {
    return html`
<path class="${look}" clip-path="url(#${this.#id})" d="${path}"/>`;
  }
}

/** An axis of time since the deployment, in minutes. */
export function minutes(to: number, step: number, from: number = 0): PanelAxis {
  const ticks = Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, i) => ({
    value: from + i * step,
    label: `${from + i * step}`,
  }));
  return { low: from, high: to, scale: 'linear', ticks, title: 'minutes since the deployment' };
}

/** Ticks at these values. */
export function ticksAt(values: readonly number[], label: (value: number) => string = String): Tick[] {
  return values.map((value) => ({ value, label: label(value) }));
}

/** A bit beyond the edge, so that a line that leaves is seen to leave. */
const BEYOND = 0.05;

function share(value: number, { low, high, scale }: PanelAxis): number {
  const at = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(Math.max(at, -BEYOND), 1 + BEYOND);
}
