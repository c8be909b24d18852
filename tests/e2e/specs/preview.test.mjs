// Preview, the merchant's own walk through the survey: marked on every screen, counted nowhere, kept nowhere.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { POSTS } from '../support/outbox.mjs';
import { answer, button, screen, WORDS } from '../support/survey.mjs';
import { onPage, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const MARK = 'Aperçu\u{a0}: rien n’est compté.';
const EASE = 'On m’a facilité les choses.';
/** The bit of the first byte of a frame. */
const PREVIEW = 8;

describe('a preview', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const marked = (form) => form.getByText(MARK, { exact: true }).isVisible();

  it('is marked on every screen, and every frame of it says so', async () => {
    await onPage(world, { order: 'W-walk', preview: 'true' }, async (visit, form) => {
      await form.waitFor();
      for (const name of ['Faible', '2', /^4\b/, '3', 'Une erreur', 'Oui, c’est oublié']) {
        assert.ok(await marked(form), name);
        await answer(form, name);
      }
      await form.getByRole('textbox').fill('Un essai.');
      assert.ok(await marked(form));
      await button(form, FR.send).click();
      await form.getByText(FR.sent).first().waitFor();
      assert.ok(await marked(form));
      assert.ok(visit.posts().length > 1);
      for (const post of visit.posts()) assert.equal(post[0] & PREVIEW, PREVIEW);
    });
  });

  it('keeps neither what is not sent nor what is not finished', async () => {
    await onPage(world, { order: 'W-kept', preview: '1' }, async ({ page, posts }, form) => {
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await answer(form, 'Bonne');
      await screen(form, EASE);
      await answer(form, '6', /^5 /, '9');
      assert.ok(await until(() => posts().length > 1));
      await button(form, FR.close).click();
      const kept = await page.evaluate(() => ['trente-outbox', 'trente-resume'].map((key) => [localStorage[key], sessionStorage[key]]));
      assert.deepEqual(kept.flat().filter(Boolean), []);
    });
  });

  for (const [what, file] of [['the wasm', '**/widget.wasm'], ['the glue', '**/t/*/{widget,lean}.js']]) {
    it(`is marked on the link card too, where ${what} does not come`, async () => {
      const before = ({ page }) => page.route(file, (route) => route.abort('connectionrefused'));
      await onPage(world, { order: 'W-link', preview: 'true' }, async ({ page }) => {
        const link = page.getByRole('link', { name: 'Répondre sur une page à part' });
        await link.waitFor();
        assert.match(await link.getAttribute('href'), /&preview$/);
        assert.ok(await page.locator('trente-survey').getByText(MARK).isVisible());
      }, { before });
    });
  }

  for (const value of ['false', '0']) {
    it(`data-preview="${value}" is none`, async () => {
      await onPage(world, { order: `W-${value}`, preview: value }, async (visit, form) => {
        await form.waitFor();
        assert.equal(await form.getByText(MARK).count(), 0);
        await answer(form, 'Bonne', '6', /^5 /, '9');
        await visit.event('delivered');
        assert.equal(visit.posts()[0][0] & PREVIEW, 0);
      });
    });
  }
});
