// Smoke test of one answer: shop page, snippet, four taps, acknowledged, stored and scored.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { open } from '../support/browser.mjs';
import { answerCore, STORED, surveyForm } from '../support/survey.mjs';
import { until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

for (const [lang, display] of [['fr', 'card'], ['en', 'inline']]) {
  describe(`the demo shop, ${lang}, ${display}`, () => {
    let world;
    let visit;
    before(async () => {
      world = await startWorld();
      visit = await open(world.browser);
    });
    after(async () => {
      await visit?.close();
      await world?.stop();
    });

    it('stores and scores what was answered', async () => {
      await visit.page.goto(`${world.shop.url}/?lang=${lang}&display=${display}&order=MO-1-${lang}`);
      const acknowledged = await answerCore(visit.page, lang);
      assert.equal(acknowledged.status(), 204);

      // What is acknowledged is folded a moment later.
      let responses;
      await until(async () => (responses = await world.collector.responses()).length > 0);
      assert.equal(responses.length, 1);
      const [{ satisfaction, ease, lens, recommend, score, class: category }] = responses;
      assert.deepEqual({ satisfaction, ease, lens, recommend }, STORED);
      assert.deepEqual({ score, category }, { score: 86, category: 'ok' });
    });

    it('says nothing on the console, and speaks to the collector only', () => {
      assert.deepEqual([...visit.messages, ...visit.errors], []);
      const origins = new Set(visit.requests.map((request) => new URL(request.url()).origin));
      // `data:` has no origin: the page's empty icon.
      origins.delete('null');
      assert.deepEqual([...origins].sort(), [world.shop.url, world.collector.url].sort());
    });

    it('goes on to an optional screen in the same form', async () => {
      await surveyForm(visit.page, lang).waitFor();
    });
  });
}

describe('the panel of the demo shop', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  it('tries every display and trigger in two languages, and remembers nobody', async () => {
    const visit = await open(world.browser, { viewport: { width: 1280, height: 1400 } });
    try {
      const { page } = visit;
      await page.goto(`${world.shop.url}/?lang=fr`);
      await surveyForm(page, 'fr').waitFor();
      for (const [label, option, lang, display] of [
        ['Affichage', 'Bandeau', 'fr', 'banner'], ['Place', 'Bandeau en haut', 'fr', 'banner'],
        ['Affichage', 'Fenêtre', 'fr', 'modal'], ['Langue', 'English', 'en', 'modal'],
        ['Display', 'Inside the page', 'en', 'inline'], ['Trigger', 'Half-way down', 'en', 'inline'],
      ]) {
        await page.keyboard.press('Escape');
        const panel = page.getByRole('form', { name: /essayer|Try it/ });
        await panel.getByLabel(label).selectOption(option);
        await Promise.all([page.waitForEvent('load'), panel.getByRole('button', { name: /^(Afficher|Show)$/ }).click()]);
        await page.evaluate(() => scrollTo(0, 99_999));
        await surveyForm(page, lang).waitFor();
        assert.equal(visit.events.findLast(({ name }) => name === 'shown').detail.display, display, option);
      }
      const panel = page.getByRole('form', { name: 'Try it' });
      await panel.getByLabel('Trigger').selectOption('On demand');
      await Promise.all([page.waitForEvent('load'), panel.getByRole('button', { name: 'Show', exact: true }).click()]);
      assert.equal(await surveyForm(page, 'en').count(), 0);
      await panel.getByRole('button', { name: 'Ask here' }).click();
      await surveyForm(page, 'en').waitFor();
      assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
      assert.deepEqual([...visit.messages, ...visit.errors], []);
    } finally {
      await visit.close();
    }
  });

  for (const shop of ['olive', 'couture', 'market', 'electronics']) {
    it(`the survey is at home in each of its shops, and readable there: ${shop}`, async () => {
      for (const colorScheme of ['light', 'dark']) {
        const visit = await open(world.browser, { colorScheme, reducedMotion: 'reduce', viewport: { width: 1280, height: 900 } });
        try {
          const { page } = visit;
          await page.goto(`${world.shop.url}/?lang=en&display=card&shop=${shop}&order=MO-${shop}`);
          const form = surveyForm(page, 'en');
          await form.waitFor();
          const faces = () => form.evaluate((card) => [getComputedStyle(card).fontFamily, getComputedStyle(document.body).fontFamily]);
          const [own, theirs] = await faces();
          assert.equal(own, theirs, 'the page’s own face');
          await assertAccessible(page, 'trente-survey', `${shop}, ${colorScheme}`);
          await form.getByRole('radio').nth(3).press('Space');
          await assertAccessible(page, 'trente-survey', `${shop}, ${colorScheme}, chosen`);
        } finally {
          await visit.close();
        }
      }
    });
  }

  it('opens in the browser’s language, and within the page on a phone', async () => {
    const visit = await open(world.browser, { locale: 'en-GB', userAgent: 'Mozilla/5.0 (a test) Mobile' });
    try {
      await visit.page.goto(world.shop.url);
      await surveyForm(visit.page, 'en').waitFor();
      assert.equal((await visit.event('shown')).display, 'inline');
    } finally {
      await visit.close();
    }
  });
});
