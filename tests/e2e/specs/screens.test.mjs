// Every screen as a picture, to be looked at: target/screens, and target/screens/firefox for Firefox's. With
// UPDATE_SNAPSHOTS=1 the README's picture is renewed, from Chromium's.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BROWSER, open, UPDATE } from '../support/browser.mjs';
import { ROOT } from '../support/paths.mjs';
import { ANSWERS, choose, surveyForm } from '../support/survey.mjs';
import { startWorld } from '../support/world.mjs';

const FOLDER = path.join(ROOT, 'target/screens', BROWSER === 'chromium' ? '' : BROWSER);
const README_PICTURE = path.join(ROOT, 'docs/images/card.png');

/** On each screen: [name of the picture, option that leads on]. */
const WALKS = {
  fr: [['satisfaction', 'Faible'], ['ease', '6'], ['lens', ANSWERS.fr.lens], ['recommend', '3'],
    ['incident', 'Une règle bloquante'], ['forgive', 'Oui, si vous réparez'], ['word', null]],
  en: [['satisfaction', 'Completely'], ['ease', '6'], ['lens', ANSWERS.en.lens], ['recommend', '9'],
    ['delight', 'Sincere attention'], ['word', null]],
};
const WORDS = { fr: 'On m’a fait attendre vingt minutes.', en: 'Camille at the counter.' };
const SEND = { fr: 'Envoyer', en: 'Send' };
const END = { fr: /envoyé/, en: /sent/ };

const VIEWS = ['card', 'inline'].flatMap((display) => [390, 1280].flatMap((width) =>
  ['light', 'dark'].map((theme) => ({ display, width, theme }))));
/** Of the other displays one language is enough. */
const MORE = ['banner', 'modal'].flatMap((display) =>
  [[390, 'light'], [1280, 'dark']].map(([width, theme]) => ({ display, width, theme })));

describe('screens', () => {
  let world;
  before(async () => {
    await fs.mkdir(FOLDER, { recursive: true });
    world = await startWorld();
  });
  after(() => world?.stop());

  for (const lang of ['fr', 'en']) {
    for (const { display, width, theme } of lang === 'fr' ? [...VIEWS, ...MORE] : VIEWS) {
      it(`${lang}, ${display}, ${width} px, ${theme}: nothing overflows, nothing is said on the console`, async () => {
        const phone = width < 600;
        const visit = await open(world.browser, {
          viewport: { width, height: phone ? 780 : 900 }, hasTouch: phone, isMobile: phone, colorScheme: theme,
        });
        try {
          const form = surveyForm(visit.page, lang);
          const picture = async (screen) => {
            if (display === 'inline') await form.scrollIntoViewIfNeeded();
            await form.evaluate((card) => Promise.all(card.getAnimations({ subtree: true }).map((each) => each.finished)));
            const wide = await form.evaluate((card) => card.scrollWidth - card.clientWidth);
            assert.ok(wide <= 0, `${screen} is ${wide} px too wide`);
            const name = [lang, display, width, theme, screen].join('-');
            await visit.page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
          };
          const order = `S-${lang}-${display}-${width}-${theme}`;
          await visit.page.goto(`${world.shop.url}/?lang=${lang}&display=${display}&order=${order}`);
          await form.waitFor();
          for (const [screen, option] of WALKS[lang]) {
            await picture(screen);
            if (option) await choose(form, option);
          }
          await form.getByRole('textbox').fill(WORDS[lang]);
          await form.getByRole('button', { name: SEND[lang] }).click();
          await form.getByRole('paragraph').filter({ hasText: END[lang] }).waitFor();
          await picture('end');
          assert.deepEqual([...visit.messages, ...visit.errors], []);
        } finally {
          await visit.close();
        }
      });
    }
  }

  it('gives the README its picture', async () => {
    const picture = path.join(FOLDER, 'fr-card-1280-light-satisfaction.png');
    if (UPDATE) {
      await fs.mkdir(path.dirname(README_PICTURE), { recursive: true });
      await fs.copyFile(picture, README_PICTURE);
    }
    const [made, kept] = await Promise.all([fs.readFile(picture), fs.readFile(README_PICTURE)]);
    const size = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.deepEqual(size(kept), size(made), 'docs/images/card.png is not this test’s picture');
  });
});
