// Pictures of one element, and how much two of them differ.
import fs from 'node:fs/promises';
import path from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { SCREENS } from './paths.mjs';

/** Edge of the squares at the corners that are not compared: what is seen there is the page behind round corners. */
const CORNER = 16;
/** Lines at the edges that are not compared either: a fraction of a point of the page may be seen there. */
const EDGE = 1;
/** How much a colour may differ, 0 to 1: below what is seen. */
const COLOUR = 0.1;
/** Share of the points that may differ: a glyph may stand on another fraction of a point. */
const SHARE_MAX = 0.002;

/**
 * A picture of what a locator finds, or of a page's window. It must stand still: this puts no style into the page,
 * which policies refuse.
 */
export async function picture(shown) {
  return PNG.sync.read(await shown.screenshot({ animations: 'allow', caret: 'initial' }));
}

/**
 * Throws unless the pictures are the same to the eye; then the two and their difference are left in target/screens.
 *
 * @param {string} name what the files are called
 */
export async function assertSamePicture(found, expected, name) {
  const { width, height } = expected;
  const sizes = `${found.width} × ${found.height}, not ${width} × ${height}`;
  const pictures = { found, expected };
  let problem = sizes;
  if (found.width === width && found.height === height) {
    for (const each of [found, expected]) blank(each);
    pictures.difference = new PNG({ width, height });
    const points = pixelmatch(found.data, expected.data, pictures.difference.data, width, height, { threshold: COLOUR });
    if (points <= SHARE_MAX * width * height) return;
    problem = `${points} of ${width * height} points differ`;
  }
  await fs.mkdir(SCREENS, { recursive: true });
  for (const [kind, each] of Object.entries(pictures)) {
    await fs.writeFile(path.join(SCREENS, `${name}-${kind}.png`), PNG.sync.write(each));
  }
  throw new Error(`${name} does not look as on a plain page: ${problem}; see target/screens/${name}-*.png`);
}

function blank({ width, height, data }) {
  for (let y = 0; y < height; y += 1) {
    const fromEnd = Math.min(y, height - 1 - y);
    const out = fromEnd < EDGE ? width : fromEnd < CORNER ? CORNER : EDGE;
    const start = 4 * y * width;
    data.fill(255, start, start + 4 * out);
    data.fill(255, start + 4 * (width - out), start + 4 * width);
  }
}
