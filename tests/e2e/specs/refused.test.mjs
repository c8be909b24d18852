// Fallback where WebAssembly is refused or late: a card with a link to the same survey as a page, with the same outcome.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { open } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { answer, answerCore } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const LINK = { fr: 'Répondre sur une page à part', en: 'Answer on a separate page' };
/** How long the widget may take before the link comes. */
const LATE_MS = 5_000;

describe('where WebAssembly is refused', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  const link = (page, lang = 'fr') => page.getByRole('link', { name: LINK[lang] });
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Answers the hosted page's first form without JavaScript. */
  const answerHosted = async (url) => {
    const visit = await open(world.browser, { javaScriptEnabled: false });
    try {
      await visit.page.goto(url);
      const group = (name) => visit.page.getByRole('group', { name });
      await group(/^Votre satisfaction/).getByRole('radio', { name: 'Bonne' }).check({ force: true });
      await group('On m’a facilité les choses.').getByRole('radio', { name: '6', exact: true }).check({ force: true });
      await visit.page.getByRole('radio', { name: '5 Tout à fait', exact: true }).check({ force: true });
      await group(/^Nous recommanderiez-vous/).getByRole('radio', { name: '9', exact: true }).check({ force: true });
      await visit.page.getByRole('button', { name: 'Envoyer' }).click();
      await visit.page.getByRole('button', { name: 'Passer' }).click();
      await visit.page.getByRole('heading', { name: /envoyé/ }).waitFor();
    } finally {
      await visit.close();
    }
  };

  it('the link comes within 5 s, and its page without JavaScript stores the widget’s response', async () => {
    const order = 'L-order';
    const started = performance.now();
    await onPage(world, { order }, async (visit) => {
      await link(visit.page).waitFor();
      assert.ok(performance.now() - started < LATE_MS);
      assert.equal((await visit.event('shown')).display, 'link');
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown']);
      assertSilent(visit);
      const href = await link(visit.page).getAttribute('href');
      assert.equal(new URL(href).origin + new URL(href).pathname, `${world.collector.url}/s/olive`);
      assert.ok(!href.includes(order), 'the order does not leave the page');
      assert.match(await link(visit.page).getAttribute('rel'), /noreferrer/);
      await answerHosted(href);
    }, { file: 'refused.html' });
    const all = await stored(world, idOf(order));
    assert.equal(all.length, 1);
    const { satisfaction, ease, lens, recommend, score } = all[0];
    assert.deepEqual({ satisfaction, ease, lens, recommend, score }, { satisfaction: 4, ease: 6, lens: 5, recommend: 9, score: 86 });
  });

  it('a signature goes along, and the response is verified', async () => {
    const signature = await world.collector.sign('L-signed');
    await onPage(world, { order: 'L-signed', signature }, async ({ page }) => {
      await answerHosted(await link(page).getAttribute('href'));
    }, { file: 'refused.html' });
    const response = Buffer.from(signature, 'base64url').subarray(0, 8).toString('hex');
    assert.equal((await stored(world, response))[0].verified, true);
  });

  it('the same order answered in both places is one response', async () => {
    const order = 'L-both';
    await onPage(world, { order }, ({ page }) => answerCore(page, 'fr'));
    await answerHosted(`${world.collector.url}/s/olive?o=${order}&l=fr`);
    await onPage(world, { order }, async ({ page }) => answerHosted(await link(page).getAttribute('href')), { file: 'refused.html' });
    assert.equal((await stored(world, idOf(order))).length, 1);
  });

  it('without an order the link leads to a response of its own', async () => {
    const before = (await world.collector.responses()).length;
    await onPage(world, {}, async ({ page }) => {
      await answerHosted(await link(page).getAttribute('href'));
    }, { file: 'refused.html' });
    assert.ok(await until(async () => (await world.collector.responses()).length === before + 1));
  });

  for (const attributes of [{ lang: 'fr' }, { lang: 'en', target: '#avis' }]) {
    it(`the card is accessible and goes without a trace: ${JSON.stringify(attributes)}`, async () => {
      const plain = await pageWithoutLoader(attributes);
      await onPage(world, { order: 'L-card', ...attributes }, async (visit) => {
        const { page } = visit;
        await link(page, attributes.lang).waitFor();
        await assertAccessible(page, 'trente-survey');
        assert.equal(await host(page).evaluate((element) => element.shadowRoot.querySelectorAll('[style], style').length), 0);
        assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
        const lang = await link(page, attributes.lang).evaluate((element) => {
          const inside = element.closest('[lang]') ?? element.getRootNode().host.closest('[lang]');
          return inside.lang;
        });
        assert.equal(lang, attributes.lang, 'the card says its language');
        await page.getByRole('button', { name: attributes.lang === 'fr' ? 'Fermer' : 'Close' }).click();
        assert.deepEqual(await visit.event('closed'), { reason: 'button' });
        assert.equal(await page.evaluate(() => document.documentElement.outerHTML), plain);
      }, { file: 'refused.html' });
    });
  }

  const pageWithoutLoader = async (attributes) => {
    const visit = await open(world.browser);
    try {
      await visit.page.route('**/trente*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
      await visit.page.goto(address(world.shop, 'refused.html', { order: 'L-card', ...attributes }));
      return await visit.page.evaluate(() => document.documentElement.outerHTML);
    } finally {
      await visit.close();
    }
  };

  it('wasm that hangs: the link comes after 5 s, and what arrives later changes nothing', async () => {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    const before = async ({ page }) => {
      await page.clock.install();
      await page.route('**/widget.wasm', async (route) => {
        await released;
        await route.continue();
      });
    };
    await onPage(world, { order: 'L-late' }, async (visit) => {
      const { page } = visit;
      // The clock goes on by itself meanwhile: early enough, however slow the machine is.
      await page.clock.fastForward(LATE_MS - 4_000);
      await settle(page);
      assert.equal(await host(page).count(), 0);
      await page.clock.fastForward(4_500);
      await link(page).waitFor();
      const arrived = page.waitForResponse('**/widget.wasm');
      release();
      await (await arrived).finished();
      await settle(page);
      assert.equal(await host(page).count(), 1);
      assert.equal(await page.getByRole('form').count(), 0);
      assert.equal(visit.events.filter(({ name }) => name === 'shown').length, 1);
      assertSilent(visit);
    }, { before });
  });

  it('a browser without WebAssembly gets the link too', async () => {
    const before = ({ page }) => page.addInitScript(() => delete window.WebAssembly);
    await onPage(world, { order: 'L-old' }, async (visit) => {
      await link(visit.page).waitFor();
      assertSilent(visit);
    }, { before });
  });

  it('where WebAssembly is allowed the link never comes', async () => {
    await onPage(world, { order: 'L-fine' }, async ({ page }, form) => {
      await answer(form, 'Bonne');
      assert.equal(await link(page).count(), 0);
    });
  });
});
