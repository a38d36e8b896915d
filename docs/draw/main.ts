/** Draws the pictures of the documents anew: `npm run docs:pictures`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { PICTURES, pictureFile } from './pictures.ts';

for (const [name, draw] of Object.entries(PICTURES)) {
  const file = pictureFile(name);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, draw());
}
