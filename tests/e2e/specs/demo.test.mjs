// The way of one answer: shop page, snippet, four taps, acknowledged, stored and scored.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open } from '../support/browser.mjs';
import { answerCore, STORED, surveyForm } from '../support/survey.mjs';
import { eventually, startWorld } from '../support/world.mjs';

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

      const responses = await eventually(world.collector.responses);
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
