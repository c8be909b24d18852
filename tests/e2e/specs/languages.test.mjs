// Every language on the narrowest phone, with each of its own screens as a picture in target/screens: nothing
// overflows, and no word is broken to fit.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { calm, few, open } from '../support/browser.mjs';
import { orderOfFamily } from '../support/frames.mjs';
import { ROOT } from '../support/paths.mjs';
import { screen } from '../support/survey.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FOLDER = path.join(ROOT, 'target/screens');
const LANGUAGES = few(['de', 'ar', 'ja', 'fr', 'en', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'zh-Hans'], 3);
const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' };

/** Questions in their order, each with the option that leads on, from 0. */
const INCIDENT = [['satisfaction', 1], ['ease', 2], ['lens', 1], ['recommend', 3], ['incident', 4], ['forgive', 0]];
const DELIGHT = [['satisfaction', 4], ['ease', 5], ['lens', 4], ['recommend', 9], ['delight', 0]];

/** Words of the card that stand on two lines (a hyphen may end one), or reach into their cell's padding. */
const squeezedWords = (card) => {
  const squeezed = [];
  const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const cell = text.parentElement.closest('.face, .text, .prompt, .head, button, p');
    if (!cell || text.parentElement.closest('.unseen')) continue;
    const style = getComputedStyle(cell);
    const outer = cell.getBoundingClientRect();
    const [left, right] = [outer.left + parseFloat(style.paddingLeft), outer.right - parseFloat(style.paddingRight)];
    for (const { index, 0: word } of text.data.matchAll(/[^\s-]+-?/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
      const rows = new Set(lines.map(({ top }) => Math.round(top)));
      // The border takes a pixel on each side.
      const wide = lines.some((line) => line.left < left - 1 || line.right > right + 1);
      if (rows.size > 1 || wide) squeezed.push(word);
    }
  }
  return squeezed;
};

describe('languages', () => {
  let world;
  const families = [];
  before(async () => {
    await fs.mkdir(FOLDER, { recursive: true });
    world = await startWorld();
    const { survey } = world.collector;
    for (let family = 0; family < 8; family += 1) families.push(orderOfFamily(survey, family));
  });
  after(() => world?.stop());

  for (const lang of LANGUAGES) {
    it(`${lang}: fits 320 px`, async () => {
      const sheet = await (await fetch(`${world.collector.url}/v1/surveys/olive?lang=${lang}`)).json();
      assert.equal(sheet.lang, lang);
      const { text } = sheet;
      // The longest lens, so that what fits here fits anywhere.
      const lengths = text.lens.map((lens) => lens.length);
      const family = lengths.indexOf(Math.max(...lengths));
      const ask = (name) => (name === 'lens' ? text.lens[family] : text[name]);
      const spaced = !['ja', 'zh-Hans'].includes(lang);
      for (const walk of [INCIDENT, DELIGHT]) {
        const visit = await open(world.browser, PHONE);
        try {
          await visit.page.goto(`${world.shop.url}/plain.html?data-lang=${lang}&data-order=${families[family]}`);
          const form = visit.page.getByRole('form', { name: text.title, exact: true });
          const look = async (name) => {
            const [wide, direction, squeezed] = await Promise.all([
              form.evaluate((card) => card.scrollWidth - card.clientWidth),
              form.evaluate((card) => getComputedStyle(card).direction),
              form.evaluate(squeezedWords),
            ]);
            assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
            assert.equal(direction, sheet.dir);
            if (spaced) assert.deepEqual(squeezed, [], name);
            await form.screenshot({ path: path.join(FOLDER, `${lang}-320-${name}.png`) });
          };
          for (const [name, option] of walk) {
            await screen(form, ask(name));
            if (walk === INCIDENT || name === 'delight') await look(name);
            await form.getByRole('radio').nth(option).click();
          }
          if (walk === INCIDENT) {
            // Long enough for the counter to show.
            await form.getByRole('textbox', { name: text.word_incident, exact: true }).fill('x'.repeat(430));
            await look('word');
            await form.getByRole('button', { name: text.send, exact: true }).click();
            await form.getByRole('paragraph').filter({ hasText: text.end_incident }).waitFor();
            await look('end');
          }
          assert.deepEqual([...visit.messages, ...visit.errors], []);
        } finally {
          await visit.close();
        }
      }
    });
  }
});
