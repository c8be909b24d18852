// The loader of a site when glue, wasm or survey are late: how long each may take, and the card with the link then.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { button, WORDS } from '../support/survey.mjs';
import { publish } from '../support/surveys.mjs';
import { assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;

// What the shop's pages name: support/shop.mjs.
process.env.TRENTE_LOADER = 'site';

describe('what comes late', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  for (const [what, pattern] of [['glue', '**/t/*/lean.js'], ['wasm', '**/t/*/widget.wasm'], ['survey', '**/v1/surveys/**']]) {
    it(`the first screen becomes the link card, with the answer in the link, when the ${what} does not come`, async () => {
      let fail;
      const held = new Promise((resolve) => (fail = resolve));
      await onPage(world, { order: `F-no-${what}` }, async (visit, form) => {
        await form.getByRole('radio', { name: 'Bonne', exact: true }).click();
        fail();
        const link = form.getByRole('link');
        await link.waitFor();
        assert.ok(await until(async () => /\/s\/olive\?l=fr&a=4&r=[0-9a-f]{16}$/.test(await link.getAttribute('href'))), await link.getAttribute('href'));
        await assertAccessible(visit.page);
        const hosted = await visit.context.newPage();
        await hosted.goto(await link.getAttribute('href'));
        assert.equal(await hosted.locator('[name=satisfaction]:checked').getAttribute('value'), '4');
        await button(form, FR.close).click();
        await host(visit.page).waitFor({ state: 'detached' });
      }, { waitUntil: 'commit', before: ({ page }) => page.route(pattern, async (route) => {
        await held;
        await route.abort();
      }) });
    });
  }

  it('becomes it as well when the survey is asked for and never answered', async () => {
    await onPage(world, { order: 'F-hangs' }, async ({ page }, form) => {
      await form.getByRole('radio', { name: 'Bonne', exact: true }).click();
      await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.wasm'))));
      await page.clock.fastForward(6000);
      const link = form.getByRole('link');
      assert.ok(await until(async () => /&a=4&r=[0-9a-f]{16}$/.test(await link.getAttribute('href'))));
    }, {
      waitUntil: 'commit',
      before: async ({ page }) => {
        await page.clock.install();
        await page.route('**/v1/surveys/**', () => {});
      },
    });
  });

  it('the survey’s own delay counts for nothing in how long the wasm may take', async () => {
    const { url } = world.collector;
    await publish(world, { name: 'late', display: { delay_s: 90 } });
    assert.ok(await until(async () => (await (await fetch(`${url}/trente.olive.js`)).text()).includes('"delay_s":90')));
    await onPage(world, { order: 'F-delay' }, async (visit, form) => {
      const { page } = visit;
      await page.waitForFunction(() => window.trente?.show);
      await settle(page);
      assert.equal(await host(page).count(), 0);
      await page.clock.fastForward(91_000);
      await form.getByRole('radio', { name: 'Bonne', exact: true }).click();
      await form.getByText('2 / 4', { exact: true }).waitFor();
      const { display, load_ms } = await visit.event('shown');
      assert.equal(display, 'card');
      assert.ok(load_ms < 60_000, 'the delay is no loading time');
      assertSilent(visit);
    }, { before: ({ page }) => page.clock.install() });
  });
});
