// Resumption after a reload: the customer goes on where they were. docs/embed.md, “What is kept in the browser”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { responseOf } from '../support/frames.mjs';
import { answer, button, focus, screen, WORDS } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const KEY = 'trente-resume';
const SATISFACTION = 'Votre satisfaction, dans l’ensemble\u{202f}?';
const EASE = 'On m’a facilité les choses.';
const HOUR_MS = 3_600_000;

describe('a response that a reload interrupts', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const kept = (page) => page.evaluate((key) => sessionStorage.getItem(key), KEY);
  /** Visible milliseconds, from its ninth byte on. */
  const elapsed = async (page) => parseInt((await kept(page)).split(' ').at(-1).slice(16, 24), 16);
  /** Not asked again for the rest's sake, which is another matter. */
  const again = async (page, order, attributes = {}) => {
    await page.evaluate(() => localStorage.removeItem('trente-rest'));
    await page.goto(address(world.shop, 'plain.html', { order, ...attributes }));
  };

  it('goes on at the same question, with its answers, and counts once', async () => {
    const order = 'R-reload';
    await onPage(world, { order }, async (visit, form) => {
      const { page } = visit;
      await answer(form, 'Bonne', '6');
      await form.getByText('3 / 4', { exact: true }).waitFor();
      const line = await kept(page);
      assert.ok(line.includes(idOf(order)) && !line.includes(order), 'a hash of the order, not the order');
      await again(page, order);
      await form.getByText('3 / 4', { exact: true }).waitFor();
      assert.equal(visit.posts().length, 0, 'nothing leaves the page before the fourth question');
      await button(form, FR.back).click();
      await screen(form, EASE);
      assert.ok(await form.getByRole('radio', { name: '6', exact: true }).isChecked());
      await answer(form, '3', /^5 /, '9');
      await visit.event('delivered');
      assert.equal(await kept(page), null, 'forgotten once it is complete');
      const found = await stored(world, idOf(order));
      assert.deepEqual(found.map(({ satisfaction, ease, recommend, rev }) => [satisfaction, ease, recommend, rev]), [[4, 3, 9, 0]]);
      assertSilent(visit);
    });
  });

  it('a mark that was not sent on is there again, and the time goes on', async () => {
    const order = 'R-mark';
    await onPage(world, { order }, async (visit, form) => {
      const { page } = visit;
      await focus(form.getByRole('radio', { name: 'Faible', exact: true }));
      await page.keyboard.press('ArrowDown');
      assert.ok(await until(() => kept(page)));
      const before = await elapsed(page);
      await again(page, order);
      assert.ok(await until(() => form.getByRole('radio', { name: 'Moyenne', exact: true }).isChecked()));
      await answer(form, 'Bonne');
      await screen(form, EASE);
      assert.ok(await elapsed(page) >= before);
    });
  });

  it('without an order, the answer stays with the family whose statement was shown', async () => {
    // The id is drawn anew in each page view, and chooses the family: the lowest byte and the highest, of three.
    const draw = ({ page }) => page.addInitScript(() => {
      const first = performance.getEntriesByType('navigation')[0].type === 'reload' ? 0xff : 0;
      const { getRandomValues } = Crypto.prototype;
      Crypto.prototype.getRandomValues = function (into) {
        getRandomValues.call(this, into);
        if (into.length === 8) into[0] = first;
        return into;
      };
    });
    await onPage(world, {}, async (visit, form) => {
      const { page } = visit;
      await answer(form, 'Bonne', '6');
      await form.getByText('3 / 4', { exact: true }).waitFor();
      const statement = await form.locator('.prompt').textContent();
      await page.evaluate(() => localStorage.removeItem('trente-rest'));
      await page.reload();
      await form.getByText('3 / 4', { exact: true }).waitFor();
      assert.equal(await form.locator('.prompt').textContent(), statement);
      await answer(form, /^5 /, '9');
      await visit.event('delivered');
    }, { before: draw });
  });

  it('without an order, an hour later it is another response, and where nothing may be kept nothing is read', async () => {
    await onPage(world, {}, async (visit, form) => {
      const { page } = visit;
      await answer(form, 'Bonne');
      await screen(form, EASE);
      const [, id] = (await kept(page)).split(' ');
      await page.clock.setSystemTime(Date.now() + HOUR_MS + 60_000);
      await again(page);
      await screen(form, SATISFACTION);
      await answer(form, 'Bonne', '6', /^5 /, '9');
      assert.notEqual((await visit.event('completed')).response, id.slice(1));
    });
    const before = ({ page }) => page.addInitScript(() => {
      window.reads = [];
      const { getItem } = Storage.prototype;
      Storage.prototype.getItem = function (key) {
        window.reads.push(key);
        return getItem.call(this, key);
      };
    });
    await onPage(world, { storage: 'none' }, async ({ page }, form) => {
      await answer(form, 'Bonne');
      await screen(form, EASE);
      assert.deepEqual(await page.evaluate(() => window.reads), []);
    }, { before });
  });

  for (const [what, disturb, attributes] of [
    ['another order', () => {}, { order: 'R-new-other' }],
    ['more than an hour later', (page) => page.clock.setSystemTime(Date.now() + HOUR_MS + 60_000), {}],
    ['after the page has written under our key', (page, key) => page.evaluate((key) => sessionStorage.setItem(key, '{"a": [1, 2]}'), key), {}],
    ['where nothing may be kept', () => {}, { storage: 'none' }],
  ]) {
    it(`${what}: the survey begins anew`, async () => {
      await onPage(world, { order: 'R-new' }, async ({ page }, form) => {
        await answer(form, 'Bonne');
        await screen(form, EASE);
        await disturb(page, KEY);
        await again(page, 'R-new', attributes);
        await screen(form, SATISFACTION);
        assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
      });
    });
  }

  it('of another survey is left alone, whatever becomes of this one', async () => {
    const other = `00000000 ${'a'.repeat(16)} ${'b'.repeat(36)}`;
    const before = ({ page }) => page.addInitScript(([key, other]) => (sessionStorage[key] ??= other), [KEY, other]);
    const lines = async (page) => (await kept(page)).split('\n').map((line) => line.slice(0, 8));
    for (const end of [
      async (form) => answer(form, '6', /^5 /, '9'),
      async (form) => button(form, FR.close).click(),
      async (_form, page) => page.keyboard.press('Escape'),
    ]) {
      await onPage(world, { order: 'R-two', display: 'modal' }, async ({ page }, form) => {
        await answer(form, 'Bonne');
        await screen(form, EASE);
        assert.deepEqual(await lines(page), [world.collector.survey, '00000000']);
        await end(form, page);
        assert.ok(await until(async () => (await kept(page)) === other));
      }, { before });
    }
    // Of many, the oldest begin anew.
    const many = Array.from({ length: 9 }, (_, at) => `0000000${at} ${'a'.repeat(16)} ${'b'.repeat(36)}`).join('\n');
    await onPage(world, { order: 'R-many' }, async ({ page }, form) => {
      await form.waitFor();
      await page.evaluate(([key, many]) => (sessionStorage[key] = many), [KEY, many]);
      await answer(form, 'Bonne');
      await screen(form, EASE);
      assert.deepEqual(await lines(page), [world.collector.survey, '00000000', '00000001', '00000002']);
    });
  });

  it('goes on in a page that has taken the survey away and shows it again, with an order or without', async () => {
    for (const attributes of [{ order: 'R-view' }, {}]) {
      await onPage(world, attributes, async (visit, form) => {
        const { page } = visit;
        await answer(form, 'Bonne');
        await screen(form, EASE);
        const [, id] = (await kept(page)).split(' ');
        await page.evaluate(() => window.trente.hide());
        await host(page).waitFor({ state: 'detached' });
        await page.evaluate(() => window.trente.show());
        await screen(form, EASE);
        await answer(form, '6', /^5 /, '9');
        assert.equal((await visit.event('completed')).response, id.replace('-', ''));
        assertSilent(visit);
      });
    }
  });

  it('is forgotten when the customer closes, and never written with data-storage="none"', async () => {
    for (const close of [(form) => button(form, FR.close).click(), (form, page) => page.keyboard.press('Escape')]) {
      await onPage(world, { order: 'R-closed', display: 'modal' }, async ({ page }, form) => {
        await answer(form, 'Bonne');
        await screen(form, EASE);
        assert.ok(await kept(page));
        await close(form, page);
        await host(page).waitFor({ state: 'detached' });
        assert.equal(await kept(page), null);
      });
    }
    await onPage(world, { order: 'R-none', storage: 'none' }, async ({ page }, form) => {
      await answer(form, 'Bonne');
      await screen(form, EASE);
      assert.deepEqual(await page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
    });
  });
});
