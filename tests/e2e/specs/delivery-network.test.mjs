// Delivery under network faults, closed tabs and failing storage: the answer arrives exactly once.
// docs/wire-format.md#what-the-collector-answers.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open, watch } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { outbox, outboxFrames, POSTS, refuse, says, taps, toTheEnd } from '../support/outbox.mjs';
import { answer, button, choose, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, folded, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;

describe('delivery over a bad network', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  const plain = (order) => address(world.shop, 'plain.html', { order });
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Exactly one response of this order is stored, after everything that was sent. */
  const storedOnce = async (order) => {
    await folded(world);
    const found = (await world.collector.responses()).filter(({ response }) => response === idOf(order));
    assert.equal(found.length, 1, order);
    return found[0];
  };

  /** A page in a context, watched, with its form; and the context closed at the end. */
  const inContext = async (check) => {
    const visit = await open(world.browser);
    const tab = async (order) => {
      const watched = await watch(await visit.context.newPage());
      await watched.page.goto(plain(order));
      const form = surveyForm(watched.page, 'fr');
      return { ...watched, form };
    };
    try {
      await check(tab, visit.context);
    } finally {
      await visit.close();
    }
  };

  it('offline at the last tap, online again: waiting, then sent', async () => {
    await onPage(world, { order: 'N-offline' }, async (visit, form) => {
      await answer(form, 'Bonne', '6', /^5 /);
      await form.getByText('4 / 4', { exact: true }).waitFor();
      await visit.context.setOffline(true);
      await choose(form, '9');
      await toTheEnd(form);
      await says(form, FR.waiting);
      assert.equal((await outboxFrames(visit.page)).length, 1);
      await visit.context.setOffline(false);
      assert.ok((await visit.event('delivered')).attempts > 1);
      await says(form, FR.sent);
      assert.equal(await outbox(visit.page), null);
      await storedOnce('N-offline');
      assertSilent(visit);
    });
  });

  for (const [what, headers, waits_ms] of [
    ['in seconds is obeyed', { 'retry-after': '40' }, 40_000],
    ['as a date is not read, the growing waits hold', { 'retry-after': 'Wed, 21 Oct 2037 07:28:00 GMT' }, 500],
    ['that is missing leaves the growing waits', {}, 500],
    ['of days counts as an hour', { 'retry-after': '400000' }, 3_600_000],
  ]) {
    it(`429: a Retry-After ${what}`, async () => {
      const order = `N-429-${waits_ms}-${Object.keys(headers).length}`;
      await onPage(world, { order }, async (visit, form) => {
        const { page } = visit;
        await page.clock.install();
        await refuse(world, page, 429, headers, 1);
        await taps(form);
        assert.ok(await until(async () => visit.posts().length > 1 || (await outboxFrames(page)).length === 1));
        // The clock goes on by itself meanwhile: early enough, however slow the machine is.
        const early_ms = Math.min(waits_ms / 2, 20_000);
        await page.clock.fastForward(waits_ms - early_ms);
        await settle(page);
        // A short wait may be over by itself before it is looked at.
        if (waits_ms > 1_000) assert.equal(visit.posts().length, 1, 'not before its time');
        // Up to half of the first wait longer, so that not all come back at once.
        await page.clock.fastForward(early_ms + 300);
        await visit.event('delivered');
        const [first, second, ...more] = visit.posts();
        assert.deepEqual([second, more], [first, []], 'the same frame, once');
        await storedOnce(order);
      });
    });
  }

  it('a tab that is closed at once after the last tap has sent the answer', () => inContext(async (tab) => {
    const { page, form } = await tab('N-closed');
    await answer(form, 'Bonne', '6', /^5 /);
    await form.getByText('4 / 4', { exact: true }).waitFor();
    await choose(form, '9');
    await page.close();
    await stored(world, idOf('N-closed'));
    // What was put aside on the way out is sent again by the next page, and is the same response.
    const later = await tab('N-closed-2');
    assert.ok(await until(async () => (await outbox(later.page)) === null));
    await storedOnce('N-closed');
  }));

  for (const [what, order, before] of [
    ['a tab that is closed', 'N-lost', () => {}],
    ['a survey and then its tab that are closed', 'N-lost-both', async (form) => {
      await button(form, FR.close).click();
      await form.waitFor({ state: 'detached' });
    }],
  ]) {
    it(`${what} while the acknowledgement is lost: the next page sends it again, one response`, () => inContext(async (tab, context) => {
      const { page, form } = await tab(order);
      let arrived;
      const held = new Promise((resolve) => (arrived = resolve));
      // Of the whole context: a tab that is being closed has lost its first request and still begins a second one, which
      // no route of its own would hold.
      let fetched;
      await context.route(POSTS, (route) => {
        fetched ??= route.fetch().then((reply) => arrived(reply.status()), arrived);
      });
      await taps(form);
      assert.equal(await held, 204);
      await before(form);
      await page.close();
      await stored(world, idOf(order));
      await context.unroute(POSTS);
      const later = await watch(await context.newPage());
      await later.page.goto(address(world.shop, 'bare.html'));
      assert.equal((await outboxFrames(later.page)).length, 1, 'nobody knows yet that it arrived');
      await later.page.goto(plain(`${order}-2`));
      assert.ok(await until(async () => (await outbox(later.page)) === null));
      assert.equal(later.posts().length, 1);
      await storedOnce(order);
    }));
  }

  it('two tabs of one order: both may answer, and one response is stored, as one of them gave it', () =>
    inContext(async (tab) => {
      const tabs = [await tab('N-tabs'), await tab('N-tabs')];
      for (const { form } of tabs) await form.waitFor();
      await tabs[0].page.bringToFront();
      await answer(tabs[0].form, 'Bonne', '6', /^5 /, '9');
      await tabs[0].event('delivered');
      await tabs[1].page.bringToFront();
      await answer(tabs[1].form, 'Faible', '2', /^4\b/, '3');
      await tabs[1].event('delivered');
      const { satisfaction, ease, lens, recommend } = await storedOnce('N-tabs');
      const given = [[4, 6, 5, 9], [2, 2, 4, 3]].map(String);
      assert.ok(given.includes(String([satisfaction, ease, lens, recommend])), 'no mixture');
    }));

  it('two tabs of one order without a network: one line waits, and is sent once', () => inContext(async (tab, context) => {
    await context.route(POSTS, (route) => route.abort('connectionrefused'));
    const tabs = [await tab('N-waiting'), await tab('N-waiting')];
    for (const { form } of tabs) await form.waitFor();
    for (const { page, form, posts } of tabs) {
      await page.bringToFront();
      await taps(form);
      assert.ok(await until(() => posts().length > 0));
    }
    assert.ok(await until(async () => (await outboxFrames(tabs[1].page)).length === 1));
    for (const { page } of tabs) await page.goto('about:blank');
    await context.unroute(POSTS);
    const later = await tab('N-waiting-2');
    assert.ok(await until(async () => (await outbox(later.page)) === null));
    assert.equal(later.posts().length, 1);
    await storedOnce('N-waiting');
  }));

  it('a full storage changes nothing else, and nothing in it', async () => {
    await onPage(world, { order: 'N-full' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      const filled = await page.evaluate(() => {
        // Down to the last byte.
        for (let size = 4_000_000, count = 0; size >= 1; ) {
          try {
            localStorage.setItem(`shop-${count}`, 'x'.repeat(size));
            count += 1;
          } catch {
            size = Math.floor(size / 2);
          }
        }
        return Object.keys(localStorage).sort();
      });
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      await toTheEnd(form);
      await says(form, FR.waiting);
      assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).sort()), filled);
      await page.unroute(POSTS);
      await visit.event('delivered');
      await says(form, FR.sent);
      await storedOnce('N-full');
      assertSilent(visit);
    });
  });

  it('what the page or another tag wrote under our key is no obstacle', async () => {
    const before = async ({ page }) => {
      await page.goto(address(world.shop, 'bare.html'));
      await page.evaluate(() => { localStorage['trente-outbox'] = '{"not":"ours"}\n\n \u0000 x y z'; });
    };
    await onPage(world, { order: 'N-damaged' }, async (visit, form) => {
      const { page } = visit;
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      assert.ok(await until(async () => ((await outbox(page)) ?? '').includes(idOf('N-damaged'))));
      assert.equal((await outboxFrames(page)).length, 1, 'only what is ours is left');
      await page.unroute(POSTS);
      await visit.event('delivered');
      assert.equal(await outbox(page), null);
      await storedOnce('N-damaged');
      assertSilent(visit);
    }, { before });
  });
});
