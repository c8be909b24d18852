// Every screen compared with its reference picture, in tests/e2e/references; UPDATE_SNAPSHOTS=1 makes them anew, to be looked at.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { can, UPDATE } from '../support/browser.mjs';
import { REFERENCES } from '../support/paths.mjs';
import { picture } from '../support/picture.mjs';
import {
  assertReference, assertSamePlaces, drawGlyphs, places, readBook, writeBook, writePicture,
} from '../support/references.mjs';
import { NAMES, showAll } from '../support/screens.mjs';
import { onPage } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** Bytes of all references together: they travel with every clone. */
const BYTES_MAX = 3_000_000;

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
const DESK = { viewport: { width: 1280, height: 900 } };
const SETS = [
  ['fr', 'card', PHONE, 'light'], ['fr', 'modal', DESK, 'light'], ['fr', 'inline', DESK, 'light'], ['fr', 'inline', PHONE, 'light'],
  ['fr', 'banner', DESK, 'light'], ['fr', 'banner', PHONE, 'dark'], ['fr', 'card', DESK, 'dark'],
  ['de', 'card', PHONE, 'light'], ['ar', 'card', PHONE, 'light'], ['ja', 'card', PHONE, 'light'],
].map(([lang, display, options, theme]) => ({
  name: [lang, display, options.viewport.width, theme].join('-'), lang, display,
  options: { ...options, colorScheme: theme },
}));

describe('reference pictures', () => {
  let world;
  let glyphs;
  before(async () => {
    world = await startWorld();
    await onPage(world, { order: 'R-font' }, async ({ context }, form) => {
      const font = await form.evaluate((card) => getComputedStyle(card).fontFamily);
      glyphs = await drawGlyphs(await context.newPage(), font);
    });
  });
  after(() => world?.stop());

  it('each screen looks as it did', async (t) => {
    const made = {};
    const wrong = [];
    let bytes = 0;
    let [pictures, boxes] = [0, 0];
    if (UPDATE) {
      await fs.rm(REFERENCES, { recursive: true, force: true });
      await fs.mkdir(REFERENCES, { recursive: true });
    }
    const book = await readBook();
    assert.ok(UPDATE || book, 'there are no references; UPDATE_SNAPSHOTS=1 makes them');
    const comparable = can(t, 'pictures');
    await showAll(world, SETS, async (screen, form, _page, { name, lang }) => {
      const full = `${name}-${screen}`;
      made[full] = await places(form);
      if (UPDATE) {
        const length = await writePicture(full, await picture(form));
        bytes += length;
        return;
      }
      try {
        assert.ok(book.places[full], `${full} has no reference; UPDATE_SNAPSHOTS=1 makes it`);
        assertSamePlaces(made[full], book.places[full], full);
        boxes += 1;
        if (!comparable || glyphs[lang] !== book.glyphs[lang]) return;
        await assertReference(await picture(form), full);
        pictures += 1;
      } catch (error) {
        wrong.push(error.cause ? `${error.message}: ${error.cause.message}` : error.message);
      }
    });
    if (UPDATE) {
      await writeBook({ chromium: world.browser.version(), glyphs, places: made });
      t.diagnostic(`${Object.keys(made).length} references, ${bytes} bytes`);
      assert.ok(bytes <= BYTES_MAX, `${bytes} bytes of references are more than ${BYTES_MAX}`);
      return;
    }
    const other = Object.keys(book.glyphs).filter((lang) => glyphs[lang] !== book.glyphs[lang]);
    t.diagnostic(`${boxes} screens by the places of their parts, ${pictures} of them by their pictures`);
    if (comparable && other.length > 0) {
      t.diagnostic(`only places in ${other.join(', ')}: Chromium ${world.browser.version()} with this machine’s fonts draws `
        + `other letters than Chromium ${book.chromium} with the fonts of the references`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(Object.keys(book.places).sort(), Object.keys(made).sort(), 'a reference that no screen has');
    assert.equal(boxes, SETS.length * NAMES.length);
  });

  it('would see another colour, another place and a part that is gone', async (t) => {
    if (UPDATE) return;
    const { lang, display, options, name } = SETS[0];
    const full = `${name}-satisfaction`;
    const book = await readBook();
    const faults = {
      places: (card) => { card.querySelector('.options').style.marginInlineStart = '4px'; },
      parts: (card) => card.querySelector('.option').remove(),
      picture: (card) => { card.querySelector('.face').style.background = '#ddd'; },
    };
    for (const [fault, make] of Object.entries(faults)) {
      await onPage(world, { order: `R-${fault}`, lang, display }, async (_visit, form) => {
        await form.waitFor();
        await form.evaluate(make);
        const found = await places(form);
        if (fault !== 'picture') assert.throws(() => assertSamePlaces(found, book.places[full], full));
        else if (can(t, 'pictures') && glyphs[lang] === book.glyphs[lang]) {
          await assert.rejects(assertReference(await picture(form), full), /UPDATE_SNAPSHOTS/);
        }
      }, { options: { ...options, reducedMotion: 'reduce' } });
    }
  });
});
