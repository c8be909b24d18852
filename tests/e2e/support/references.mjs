// Reference pictures: how each screen looked when it was last looked at, and where its parts stood.
//
// Two machines draw the same letters only if they have the same fonts and the same Chromium. So a sample of each script
// is drawn first: where it comes out as it did when the references were made, pictures are compared; where it does not, a
// script is compared by the places of its parts, which the style sheet decides and not the font.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { PNG } from 'pngjs';
import { REFERENCES } from './paths.mjs';
import { assertSamePicture, picture } from './picture.mjs';

const BOOK = path.join(REFERENCES, 'references.json');
const SAMPLES = { fr: 'Être satisfait, 0123456789 ★×', de: 'Größe, 0123456789', ar: 'شكرا جزيلا 0123456789', ja: 'ご満足いただけましたか 0123456789' };
/** Steps of a colour that are kept: files of half the size, and far below what the comparison lets pass. */
const STEP = 16;
/** Points by which a place may differ. */
const NEAR = 1;

/** What was recorded with the pictures when they were made, or null. */
export const readBook = () => fs.readFile(BOOK, 'utf8').then(JSON.parse, () => null);

/** Writes it: for each screen a line, so that a change is read in the diff. */
export async function writeBook({ chromium, glyphs, places }) {
  const lines = Object.entries(places).sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, found]) => `    ${JSON.stringify(name)}: ${JSON.stringify(found)}`);
  await fs.writeFile(BOOK, `{
  "chromium": ${JSON.stringify(chromium)},
  "glyphs": ${JSON.stringify(glyphs)},
  "places": {
${lines.join(',\n')}
  }
}
`);
}

/** A digest of how this machine draws each script, in the survey's own fonts. */
export async function drawGlyphs(page, font) {
  const glyphs = {};
  for (const [lang, sample] of Object.entries(SAMPLES)) {
    await page.setContent(`<!doctype html><html lang="${lang}"><p style='width: max-content; font: 16px/1.5 ${font}'>${sample} <b>${sample}</b>`);
    const { width, height, data } = await picture(page.locator('p'));
    glyphs[lang] = createHash('sha256').update(`${width}x${height}`).update(data).digest('hex').slice(0, 16);
  }
  return glyphs;
}

/** Where the parts of a survey stand: what a font cannot change. The card's width; each part's left edge and width. */
export const places = (form) => form.evaluate((card) => {
  const { left, width } = card.getBoundingClientRect();
  const parts = [...card.querySelectorAll('.close, .skip, .prompt, .cell, .send, textarea')].map((part) => {
    const box = part.getBoundingClientRect();
    const name = (part.className || part.localName).replace('quiet ', '');
    // What is as wide as its words is held by one edge only.
    const [start, end] = getComputedStyle(card).direction === 'rtl' ? ['right', 'left'] : ['left', 'right'];
    if (name === 'prompt') return [name, Math.round(box[start] - left)];
    if (['send', 'skip'].includes(name)) return [name, Math.round(box[end] - left)];
    return [name, Math.round(box.left - left), Math.round(box.width)];
  });
  return [['card', Math.round(width)], ...parts];
});

/** Throws unless the parts stand where they stood. */
export function assertSamePlaces(found, expected, name) {
  const same = found.length === expected.length && found.every(([part, ...numbers], place) =>
    part === expected[place][0] && numbers.every((number, each) => Math.abs(number - expected[place][each + 1]) <= NEAR));
  if (!same) assert.deepEqual(found, expected, `${name}: parts of the survey stand elsewhere`);
}

const fileOf = (name) => path.join(REFERENCES, `${name}.png`);

/** Writes a picture with fewer colours and no transparency. */
export async function writePicture(name, { width, height, data }) {
  const coarse = Buffer.from(data.map((value) => Math.min(255, Math.round(value / STEP) * STEP)));
  const png = PNG.sync.write({ width, height, data: coarse }, { colorType: 2, deflateLevel: 9, inputHasAlpha: true });
  await fs.writeFile(fileOf(name), png);
  return png.length;
}

/** Throws unless a picture is the reference to the eye; then both and their difference are in target/screens. */
export async function assertReference(found, name) {
  const expected = PNG.sync.read(await fs.readFile(fileOf(name)));
  await assertSamePicture(found, expected, name).catch((cause) => {
    throw new Error(`${name} is not as its reference; UPDATE_SNAPSHOTS=1 renews it after a look`, { cause });
  });
}
