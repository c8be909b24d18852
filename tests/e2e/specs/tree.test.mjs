// Accessibility tree, which tests and assistive technology see, the same in every display (ACCESSIBILITY.md): what it
// looks like to a machine. The trees are in tests/e2e/snapshots; UPDATE_SNAPSHOTS=1 writes them anew, to be read in
// the diff.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { open, UPDATE } from '../support/browser.mjs';
import { orderOfFamily } from '../support/frames.mjs';
import { SNAPSHOTS } from '../support/paths.mjs';
import { button, choose, surveyForm, WORDS } from '../support/survey.mjs';
import { address, twiceTheText, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const WIDE = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
const NARROW = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
/** The longest lens, so that what fits here fits anywhere. */
const FAMILY = 7;

/** Per branch: the screens, and the option that leads on from each; null is the word. */
const WALKS = {
  fr: {
    D: [['satisfaction', 'Faible'], ['ease', '3'], ['lens', '2'], ['recommend', '4'], ['incident', 'Une erreur'],
      ['forgive', 'Oui, c’est oublié'], ['word-incident', null], ['end']],
    P: [['', 'Excellente'], ['', '6'], ['', '4'], ['', '9'], ['delight', 'La souplesse'], ['word-delight', null], ['end']],
    N: [['', 'Moyenne'], ['', '6'], ['', 'Sans objet'], ['', '8'], ['improve', 'La souplesse'], ['word-improve', null], ['end']],
  },
  en: {
    D: [['satisfaction', 'Slightly'], ['ease', '3'], ['lens', '2'], ['recommend', '4'], ['incident', 'A mistake'],
      ['forgive', 'Yes, forgotten'], ['word-incident', null], ['end']],
    P: [['', 'Completely'], ['', '6'], ['', '4'], ['', '9'], ['delight', 'Flexibility'], ['word-delight', null], ['end']],
    N: [['', 'Moderately'], ['', '6'], ['', 'Not applicable'], ['', '8'], ['improve', 'Flexibility'], ['word-improve', null], ['end']],
  },
};

/** Names of the first and the last point of each scale. */
const ENDS = {
  fr: {
    ease: ['1 Pas du tout d’accord', '7 Tout à fait d’accord'], lens: ['1 Pas du tout', '5 Tout à fait'],
    recommend: ['0 Pas du tout probable', '10 Très probable'],
  },
  en: {
    ease: ['1 Strongly disagree', '7 Strongly agree'], lens: ['1 Not at all', '5 Completely'],
    recommend: ['0 Not at all likely', '10 Extremely likely'],
  },
};

describe('the accessibility tree', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Walks a branch and calls `look(name of the screen, form, page)` on each of its own screens. */
  const walk = async ({ lang, branch, display, options }, look) => {
    const visit = await open(world.browser, { reducedMotion: 'reduce', ...options });
    try {
      const order = orderOfFamily(world.collector.survey, FAMILY, `T-${lang}-${branch}`);
      const inline = display === 'inline' ? { target: '#avis' } : {};
      await visit.page.goto(address(world.shop, 'plain.html', { order, lang, ...inline }));
      const form = surveyForm(visit.page, lang);
      for (const [name, option] of WALKS[lang][branch]) {
        if (name === 'end') await form.getByText(WORDS[lang].sent).first().waitFor();
        else if (option) await form.getByRole('radio', { name: option, exact: true }).waitFor();
        else await form.getByRole('textbox').waitFor();
        if (name) await look(name, form, visit.page);
        if (option) await choose(form, option);
        else if (option === null) {
          await form.getByRole('textbox').fill('Bien.');
          await button(form, WORDS[lang].send).click();
        }
      }
    } finally {
      await visit.close();
    }
  };

  /** What a tree does not show. */
  const looksRight = async (lang, name, form) => {
    const { skip, close, back } = WORDS[lang];
    assert.equal(await form.getAttribute('lang'), lang, name);
    assert.equal(await form.getAttribute('dir'), 'ltr', name);
    assert.equal(await button(form, close).count(), 1, name);
    assert.equal(await button(form, skip).count(), name === 'end' ? 0 : 1, name);
    assert.equal(await button(form, back).count(), name === 'satisfaction' || name === 'end' ? 0 : 1, name);
    const status = form.page().locator('trente-survey').getByRole('status');
    assert.equal(await status.getAttribute('aria-live'), 'polite', name);
    // It is gone once it was spoken, so that it is no stop of a reader who goes through the page.
    assert.ok(await until(async () => (await status.textContent()) === ''), name);
    if (name !== 'end' && name !== 'word-incident') {
      const group = form.getByRole('radiogroup');
      assert.equal(await group.evaluate((element) => element.localName), 'fieldset', name);
      assert.equal(await group.getByRole('radio', { checked: true }).count(), 0, `${name}: nothing is preselected`);
    }
    const ends = ENDS[lang][name];
    if (ends) {
      const points = form.getByRole('radio', { name: /^\d/ });
      const names = await points.evaluateAll((all) => all.map((each) => each.labels[0].textContent.trim()));
      assert.deepEqual([names[0], names.at(-1)], ends, name);
      assert.ok(names.slice(1, -1).every((each) => /^\d+$/.test(each)), name);
    }
    const number = ['satisfaction', 'ease', 'lens', 'recommend'].indexOf(name) + 1;
    if (number) assert.equal(await form.getByText(`${number} / 4`, { exact: true }).count(), 1, name);
  };

  for (const lang of ['fr', 'en']) {
    it(`is the checked-in one on every screen, in card and inline alike, ${lang}`, async () => {
      const file = path.join(SNAPSHOTS, `${lang}.txt`);
      const trees = {};
      for (const display of ['card', 'inline']) {
        trees[display] = [];
        for (const branch of ['D', 'P', 'N']) {
          await walk({ lang, branch, display, options: WIDE }, async (name, form, page) => {
            if (branch === 'D') await looksRight(lang, name, form);
            trees[display].push(`## ${branch} ${name}\n${await form.ariaSnapshot()}\n`);
          });
        }
      }
      const found = trees.card.join('\n');
      assert.equal(trees.inline.join('\n'), found, 'card and inline are alike');
      if (UPDATE) {
        await fs.mkdir(SNAPSHOTS, { recursive: true });
        await fs.writeFile(file, found);
      }
      assert.equal(found, await fs.readFile(file, 'utf8'), 'UPDATE_SNAPSHOTS=1 accepts a change');
    });
  }

  /** Targets, overflow and reach of one screen. */
  const fits = async (least, name, form, page) => {
    const wrong = await form.evaluate((element, least) => {
      const wrong = [];
      const card = element.getBoundingClientRect();
      const about = (part) => part.labels?.[0]?.textContent || part.getAttribute('aria-label') || part.textContent;
      for (const target of element.querySelectorAll('input, button, textarea')) {
        const { width, height } = target.getBoundingClientRect();
        if (width < least - 0.01 || height < least - 0.01) wrong.push(`${about(target)} is ${width} × ${height}`);
      }
      for (const part of element.querySelectorAll('*:not(.unseen, textarea)')) {
        const { left, right, width } = part.getBoundingClientRect();
        if (width && (left < card.left - 0.5 || right > card.right + 0.5)) wrong.push(`${about(part)} leaves the card`);
        const clips = getComputedStyle(part).overflowX !== 'visible';
        if (clips && part.clientWidth && part.scrollWidth > part.clientWidth + 1) wrong.push(`${about(part)} is cut`);
      }
      if (element.scrollWidth > element.clientWidth) wrong.push('the card scrolls sideways');
      if (card.left < -0.5 || card.right > innerWidth + 0.5) wrong.push('the card leaves the window');
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth > clientWidth) wrong.push('the page scrolls sideways');
      for (const field of element.querySelectorAll('textarea')) {
        if (parseFloat(getComputedStyle(field).fontSize) < 16) wrong.push('the field’s text is below 16 px');
      }
      return wrong;
    }, least);
    assert.deepEqual(wrong, [], name);
    // What is below the fold of the card can be reached.
    for (const each of await form.getByRole('button').all()) {
      await each.scrollIntoViewIfNeeded();
      const { y, height } = await each.boundingBox();
      assert.ok(y >= 0 && y + height <= page.viewportSize().height + 0.5, `${name}: a button is out of reach`);
    }
  };

  for (const [device, options, least] of [['1280 px and a mouse', WIDE, 24], ['390 px and a finger', PHONE, 44]]) {
    for (const [display, langs] of [['card', { D: 'fr', P: 'en' }], ['inline', { D: 'en', P: 'fr' }]]) {
      it(`axe finds nothing, light or dark, and targets are at least ${least} px: ${display}, ${device}`, async () => {
        for (const [branch, lang] of Object.entries(langs)) {
          await walk({ lang, branch, display, options }, async (name, form, page) => {
            await fits(least, `${lang} ${name}`, form, page);
            for (const colorScheme of ['light', 'dark']) {
              await page.emulateMedia({ colorScheme });
              await assertAccessible(page, 'trente-survey', `${lang} ${name}, ${colorScheme}`);
            }
          });
        }
      });
    }
  }

  for (const [device, options, least, walks] of [
    ['a finger', NARROW, 44, [['fr', 'D', 'card'], ['en', 'P', 'card'], ['fr', 'N', 'inline'], ['en', 'D', 'inline']]],
    ['a mouse', { viewport: NARROW.viewport }, 24, [['en', 'D', 'card'], ['fr', 'P', 'inline']]],
  ]) {
    it(`nothing is lost at 320 px, and targets are at least ${least} px for ${device}`, async () => {
      for (const [lang, branch, display] of walks) {
        await walk({ lang, branch, display, options }, (name, form, page) =>
          fits(least, `${lang} ${display} ${name}`, form, page));
      }
    });
  }

  it('200 % text loses nothing at 390 px', async () => {
    await walk({ lang: 'fr', branch: 'D', display: 'card', options: PHONE }, async (name, form, page) => {
      await twiceTheText(page);
      const [size, wide] = await form.evaluate((element) =>
        [parseFloat(getComputedStyle(element).fontSize), element.scrollWidth - element.clientWidth]);
      assert.equal(size, 32, name);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
    });
  });
});
