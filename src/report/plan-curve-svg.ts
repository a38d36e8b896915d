/** The curve of a planner as a picture that stands alone: minutes against the size of the fault, a line for each weight. */
import type { PlanCurve } from '../planning/plan-curve.ts';
import { formatDuration } from './format.ts';
import { Panel, type Point } from './panel.ts';
import { effectsAxis, minutesAxis } from './plan-scales.ts';
import { curveGaps, curveTitle, describeCurve, weightText } from './plan-words.ts';
import { svgFile, text, WIDTH } from './svg-file.ts';

/** How the picture looks. */
export interface PlanCurvePictureOptions {
  /** Above the plot. @defaultValue what is shown, and with which chance */
  title?: string;
  /** A time that the reader has, in minutes: drawn as a line across. */
  withinMinutes?: number;
}

/** Colours of the lines; dashes tell apart those that come round again. */
const LOOKS = ['stable', 'canary', 'c1', 'c2', 'c3', 'good', 'c4'];
const STYLE =
  '.c3{stroke:var(--c3)}text.c3,.fill.c3{fill:var(--c3);stroke:none}.c4{stroke:var(--c4)}text.c4,.fill.c4{fill:var(--c4);stroke:none}';
const HEIGHT = 400;
const LINE_HEIGHT = 16;
const MOST_GAPS = 8;

/**
 * The curve as one SVG file of 720 pixels across: minutes upwards and effect across, both logarithmic. A line stops where a
 * fault is not seen within a week, and words below say so. It has its own ground, for light and dark.
 */
export function planCurveSvg(curve: PlanCurve, options: PlanCurvePictureOptions = {}): string {
  const { title = curveTitle(curve), withinMinutes } = options;
  const gaps = gapLines(curve);
  const box = { x: 96, y: 46, width: WIDTH - 96 - 84, height: HEIGHT - 46 - 58 };
  const [across, upwards] = [effectsAxis(curve), minutesAxis(curve)];
  const panel = new Panel(
    'curve',
    box,
    {
      ...across,
      scale: 'log',
      title:
        curve.kind === 'errors'
          ? 'errors of the canary, as a multiple of those of stable'
          : 'latency of the canary, as a multiple of that of stable',
    },
    { ...upwards, scale: 'log', title: 'time until it is seen' },
  );
  const lines = curve.weights.map((weight, i) => ({
    weight,
    look: LOOKS[i % LOOKS.length]! + (i >= LOOKS.length ? ' dashed' : ''),
    runs: runsOf(curve, i),
  }));
  const ends = lines.flatMap(({ weight, look, runs }) => {
    const end = runs[runs.length - 1]?.at(-1);
    return end === undefined ? [] : [{ weight, look, x: panel.x(end[0]), y: panel.y(end[1]) }];
  });
  return svgFile({
    height: HEIGHT + gaps.length * LINE_HEIGHT,
    title,
    description: describeCurve(curve),
    style: STYLE,
    body: [
      panel.frame(title),
      withinMinutes !== undefined && [
        panel.level(withinMinutes, 'grey dashed'),
        panel.words([across.high, withinMinutes], formatDuration(withinMinutes * 60_000), {
          dx: -4,
          dy: -9,
          anchor: 'end',
          look: 'quiet',
        }),
      ],
      lines.map(({ look, runs }) => [
        runs.map((run) => panel.line(run, look)),
        // A point with no neighbour has no line.
        runs.map((run) => run.length === 1 && panel.mark(run[0]!, look)),
      ]),
      apart(ends, box.y, box.y + box.height).map(({ weight, look, x, y }) =>
        text({ x: x + 8, y, look: look.replace(' dashed', '') }, weightText(weight)),
      ),
      gaps.map((words, i) => text({ x: box.x, y: HEIGHT + i * LINE_HEIGHT - 4, look: 'quiet' }, words)),
    ],
  });
}

/** A line in pieces, broken where a fault is not seen. */
function runsOf({ effects, minutes }: PlanCurve, weight: number): Point[][] {
  const runs: Point[][] = [];
  let broken = true;
  for (const [i, effect] of effects.entries()) {
    const value = minutes[weight]?.[i] ?? null;
    if (value === null) broken = true;
    else {
      if (broken) runs.push([]);
      runs[runs.length - 1]!.push([effect, value]);
      broken = false;
    }
  }
  return runs;
}

/** Names at the ends of the lines, moved apart where they would lie on each other. */
function apart<T extends { y: number }>(names: readonly T[], low: number, high: number): T[] {
  const sorted = names.toSorted((a, b) => a.y - b.y).map((name) => ({ ...name }));
  for (const [i, name] of sorted.entries()) name.y = Math.max(name.y, i === 0 ? low : sorted[i - 1]!.y + LINE_HEIGHT);
  for (let i = sorted.length - 1; i >= 0; i--) {
    sorted[i]!.y = Math.min(sorted[i]!.y, i === sorted.length - 1 ? high : sorted[i + 1]!.y - LINE_HEIGHT);
  }
  return sorted;
}

function gapLines(curve: PlanCurve): string[] {
  const gaps = curveGaps(curve);
  const more = gaps.length - MOST_GAPS;
  return more > 0 ? [...gaps.slice(0, MOST_GAPS), `and ${more} more weights`] : gaps;
}
