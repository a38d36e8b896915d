/** The pictures of the documents are what the code draws now, and can be read. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PICTURES, pictureFile } from '../../docs/draw/pictures.ts';
import { WIDTH } from '../../src/report/svg-file.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const PAGES = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(new URL(name, DOCS), 'utf8'))
  .join('\n');

describe.each(Object.entries(PICTURES))('the picture %s', (name, draw) => {
  const drawn = draw();

  test('is the one in docs/pictures', () => {
    const kept = readFileSync(pictureFile(name), 'utf8');
    expect(kept === drawn, 'npm run docs:pictures draws it anew').toBe(true);
  });

  test('has no words on top of others or beyond the edge', () => {
    const boxes = boxesOf(drawn);
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.filter(({ left, right }) => left < 2 || right > WIDTH - 2)).toEqual([]);
    const touching = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b] as const)).filter(overlap);
    expect(touching.map((pair) => pair.map(({ words }) => words))).toEqual([]);
  });

  test('is shown, with words for those who do not see it', () => {
    expect(PAGES).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(pictures/${name}\\.svg\\)`));
    expect(drawn).toMatch(/<desc id="description">[^<]{80,}<\/desc>/);
    expect(drawn).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

test('no picture is left over', () => {
  const kept = readdirSync(new URL('.', pictureFile('any')));
  expect(kept.toSorted()).toEqual(
    Object.keys(PICTURES)
      .map((name) => `${name}.svg`)
      .toSorted(),
  );
});

interface Box {
  words: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** About where each text lies: letters of 13 px are about 7 px wide. */
function boxesOf(svg: string): Box[] {
  const texts = svg.matchAll(/<text x="([^"]+)" y="([^"]+)" dy=".35em" text-anchor="(\w+)"([^>]*)>([^<]*)<\/text>/g);
  return [...texts].map(([, x, y, anchor, more, words]) => {
    const length = words!.length * (more!.includes('heading') ? 7.4 : 6.8);
    const from = anchor === 'start' ? 0 : anchor === 'middle' ? -length / 2 : -length;
    const [across, down] = [Number(x), Number(y)];
    return more!.includes('rotate')
      ? { words: words!, left: across - 7, right: across + 7, top: down - length / 2, bottom: down + length / 2 }
      : { words: words!, left: across + from, right: across + from + length, top: down - 6, bottom: down + 6 };
  });
}

function overlap([a, b]: readonly [Box, Box]): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
