// Wasm traps: a widget that has trapped leaves the page and is never called again. ARCHITECTURE.md, “Invariants”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { surveyForm } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

describe('when the widget dies', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Lets nothing be drawn any more: a node that cannot be inserted is a panic in Yew. */
  const tear = (page) => host(page).first().evaluate((element) => {
    const refuse = () => {
      throw new TypeError('torn');
    };
    for (const each of element.shadowRoot.querySelectorAll('*')) Object.assign(each, { insertBefore: refuse, appendChild: refuse });
  });

  /** A tap after which no next screen comes. */
  const tap = (form) => form.getByRole('radio', { name: 'Bonne', exact: true }).click();

  it('every survey leaves the page, which hears of it, and nothing is called any more', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.caught = [];
      for (const kind of ['error', 'unhandledrejection']) window.addEventListener(kind, ({ type }) => window.caught.push(type));
      window.failures = [];
      document.addEventListener('trente:failed', ({ target, detail }) => window.failures.push([target.localName, target.id, detail.code]));
    });
    await onPage(world, { order: 'PANIC' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.evaluate(() => {
        const element = document.createElement('trente-survey');
        element.id = 'second';
        element.setAttribute('site', 'olive');
        element.setAttribute('order', 'PANIC-2');
        document.querySelector('#avis').append(element);
      });
      const second = page.locator('#second');
      await second.getByRole('form').waitFor();
      const first = host(page).first().getByRole('form');
      const dead = await first.getByRole('radio', { name: 'Bonne' }).elementHandle();
      await page.locator('#field').fill('rue des Lices');

      await tear(page);
      await tap(first);
      assert.deepEqual(await visit.event('failed'), { code: 'panic' });
      assert.deepEqual(await page.evaluate(() => window.failures), [['script', '', 'panic'], ['trente-survey', 'second', 'panic']]);
      // The page's own element stays, as the page wrote it.
      assert.equal(await host(page).count(), 1);
      assert.equal(await second.evaluate((element) => element.outerHTML), '<trente-survey id="second" site="olive" order="PANIC-2"></trente-survey>');
      assert.equal(await surveyForm(page, 'fr').count(), 0);

      // What is left of it is deaf.
      await dead.evaluate((input) => input.click());
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await settle(page);

      // And no later event wakes it up.
      await page.evaluate(() => window.trente.show());
      await page.waitForFunction(() => window.failures.length === 3);
      await page.evaluate(() => window.trente.show({ order: 'PANIC-3' }));
      await page.waitForFunction(() => window.failures.length === 4);
      assert.equal(await page.locator('#field').inputValue(), 'rue des Lices');
      assert.deepEqual((await page.evaluate(() => window.failures)).slice(2), [['script', '', 'panic'], ['script', '', 'panic']]);
      assert.equal(await surveyForm(page, 'fr').count(), 0);
      assert.deepEqual(await page.evaluate(() => window.caught), []);
      assertSilent(visit);
    }, { before });
  });

  it('a modal gives the page back', async () => {
    await onPage(world, { order: 'PANIC-modal', display: 'modal', trigger: 'manual' }, async (visit, form) => {
      const { page } = visit;
      await page.waitForFunction(() => window.trente?.show);
      await page.locator('#field').focus();
      await page.evaluate(() => window.trente.show());
      await visit.event('shown');
      await tear(page);
      await tap(form);
      await visit.event('failed');
      assert.equal(await host(page).count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
      await page.keyboard.type('ici');
      assert.equal(await page.locator('#field').inputValue(), 'ici');
      assertSilent(visit);
    });
  });
});
