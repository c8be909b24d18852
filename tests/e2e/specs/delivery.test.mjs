// Delivery of frames: never lose an answer, never count one twice, never claim more than is true:
// docs/wire-format.md#what-the-collector-answers, docs/embed.md#never.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isResponsePost, open, watch } from '../support/browser.mjs';
import { decode, responseOf } from '../support/frames.mjs';
import { KEY, outbox, outboxFrames, POSTS, refuse, rested, says, taps, toTheEnd } from '../support/outbox.mjs';
import { answer, answerCore, choose, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, folded, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const REST = 'trente-rest';

describe('delivery', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  it('stores nothing in the browser when the first try succeeds', async () => {
    await onPage(world, { order: 'V-first' }, async (visit, form) => {
      // Every write counts, not only what is left.
      await visit.page.evaluate(() => {
        window.writes = [];
        const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (...args) {
          window.writes.push(args);
          return setItem.apply(this, args);
        };
      });
      await taps(form);
      await visit.event('delivered');
      await toTheEnd(form);
      await says(form, FR.sent);
      // But the rest of a customer who has acted.
      const kept = await visit.page.evaluate(() =>
        [[...new Set(window.writes.map(([key]) => key))].sort(), Object.keys(localStorage), { ...sessionStorage }, document.cookie]);
      // While the four are answered, a reload would go on where they are.
      assert.deepEqual(kept, [[REST, 'trente-resume'], [REST], {}, '']);
      assert.deepEqual(await visit.context.cookies(), []);
      assert.equal((await visit.event('delivered')).attempts, 1);
      // The way to the next page writes nothing either.
      await visit.page.goto('about:blank');
      await visit.page.goto(address(world.shop, 'bare.html'));
      assert.deepEqual(await visit.page.evaluate(() => Object.keys(localStorage)), [REST]);
    });
  });

  it('a collector that is killed at the fourth tap and comes back: waiting, then sent, one response', async () => {
    await onPage(world, { order: 'V-killed' }, async (visit, form) => {
      await answer(form, 'Bonne', '6', /^5 /);
      await form.getByText('4 / 4', { exact: true }).waitFor();
      await world.collector.kill();
      try {
        await choose(form, '9');
        await toTheEnd(form);
        await says(form, FR.waiting);
        assert.equal(await form.getByText(/envoyé/).count(), 0, 'nothing claims that it is sent');
        assert.ok(await until(() => outbox(visit.page)), 'it waits in the outbox');
        assert.equal((await outboxFrames(visit.page)).length, 1);
        assert.deepEqual(visit.events.filter(({ name }) => name === 'delivered'), []);
      } finally {
        await world.collector.start();
      }
      const delivered = await visit.event('delivered');
      assert.ok(delivered.attempts > 1);
      await says(form, FR.sent);
      assert.ok(await until(async () => (await outbox(visit.page)) === null), 'deleted when it is acknowledged');
      assert.equal((await stored(world, idOf('V-killed'))).length, 1);
      assertSilent(visit);
    });
  });

  it('503 with Retry-After is obeyed, and the end says “sent” only after the acknowledgement', async () => {
    await onPage(world, { order: 'V-503' }, async (visit, form) => {
      const { page } = visit;
      await page.clock.install();
      await refuse(world, page, 503, { 'retry-after': '20' });
      await taps(form);
      await toTheEnd(form);
      await says(form, FR.waiting);
      // Inside, so that the last screen stays.
      await form.hover();
      await until(async () => (await outboxFrames(page)).length === 1);
      // The clock goes on by itself meanwhile: early enough, however slow the machine is.
      await page.clock.fastForward(8_000);
      await settle(page);
      assert.equal(visit.posts().length, 1, 'not before the time it was told');
      await page.unroute(POSTS);
      await page.clock.fastForward(13_000);
      await visit.event('delivered');
      await says(form, FR.sent);
      const [first, second] = visit.posts();
      assert.deepEqual(second, first, 'the same frame again');
      assert.equal(await outbox(page), null);
      assert.equal((await stored(world, idOf('V-503'))).length, 1);
    });
  });

  it('a page of another origin may read the collector’s Retry-After', async () => {
    // Without this header a browser hides Retry-After from scripts of other origins, and the widget could not obey it.
    const answered = await fetch(`${world.collector.url}/v1/responses`, {
      method: 'POST', headers: { origin: world.shop.url, 'content-type': 'text/plain' }, body: 'x',
    });
    assert.match(answered.headers.get('access-control-expose-headers') ?? '', /retry-after/i);
  });

  it('tries again with growing waits, and stops in the end', async () => {
    await onPage(world, { order: 'V-backoff' }, async (visit, form) => {
      const { page } = visit;
      await page.clock.install();
      await page.evaluate(() => {
        const { setTimeout: later } = window;
        window.waits = [];
        window.setTimeout = (run, ms, ...rest) => {
          window.waits.push(ms);
          return later(run, ms, ...rest);
        };
      });
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      // A try without keepalive follows each that fails at once: the quota of keepalive may be the reason.
      const tries = () => visit.posts().length / 2;
      assert.ok(await until(() => tries() === 1));
      for (const [index, wait] of [500, 2_000, 8_000, 30_000].entries()) {
        await until(async () => (await outboxFrames(page)).length === 1);
        const waits = await until(async () => {
          const found = await page.evaluate(([least, most]) => window.waits.filter((ms) => ms >= least && ms <= most), [wait, wait * 1.5]);
          return found.length > 0 && found;
        });
        assert.equal(waits.length, 1, `one wait of ${wait} ms, or half as much again`);
        // The clock goes on by itself meanwhile, so this stays well before the time; a short wait may be over nevertheless.
        await page.clock.fastForward(wait / 4);
        await settle(page);
        if (wait > 1_000) assert.equal(tries(), index + 1, `no try within ${wait} ms`);
        // Up to half of the wait longer, so that not all come back at once.
        await page.clock.fastForward(wait * 1.5);
        assert.ok(await until(() => tries() === index + 2), `a try after ${wait} ms`);
      }
      await settle(page);
      await page.clock.fastForward(3_600_000);
      await settle(page);
      assert.equal(tries(), 5);
      assert.equal((await outboxFrames(page)).length, 1, 'what is left waits for the next page view');
    });
  });

  it('an acknowledgement that is lost on the way does not make a second response', async () => {
    await onPage(world, { order: 'V-lost' }, async (visit, form) => {
      let lost = 0;
      await visit.page.route(POSTS, async (route) => {
        if (lost > 1) return route.continue();
        lost += 1;
        assert.equal((await route.fetch()).status(), 204);
        return route.abort('connectionreset');
      });
      await taps(form);
      await visit.event('delivered');
      assert.equal(lost, 2);
      assert.equal((await stored(world, idOf('V-lost'))).length, 1);
    });
  });

  it('a later visit sends what waits, says how old it is, and clears the outbox', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.goto(address(world.shop, 'plain.html', { order: 'V-later' }));
      const form = surveyForm(visit.page, 'fr');
      await answer(form, 'Bonne', '6', /^5 /);
      await form.getByText('4 / 4', { exact: true }).waitFor();
      await world.collector.kill();
      try {
        await choose(form, '9');
        await visit.page.close();
      } finally {
        await world.collector.start();
      }
      assert.deepEqual((await world.collector.responses()).filter(({ response }) => response === idOf('V-later')), []);

      const later = await watch(await visit.context.newPage());
      await later.page.clock.setSystemTime(Date.now() + 10 * 60_000 + 5_000);
      await later.page.goto(address(world.shop, 'plain.html', { order: 'V-other' }));
      await until(() => later.posts().length === 1);
      const [[body], sent] = [later.posts(), later.requests.find(isResponsePost)];
      assert.equal((await sent.response()).status(), 204);
      const [frame] = await decode([body]);
      assert.deepEqual([frame.response, frame.recommend, frame.rev, frame.age_minutes], [idOf('V-later'), 9, 0, 10]);
      assert.ok(await until(async () => (await outbox(later.page)) === null));
      assert.equal((await stored(world, idOf('V-later'))).length, 1);
      assertSilent(later);
    } finally {
      await visit.close();
    }
  });

  it('keeps at most eight responses, the newest, under one key', async () => {
    const visit = await open(world.browser);
    const orders = Array.from({ length: 9 }, (_, index) => `V-many-${index}`);
    try {
      const { page } = visit;
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      for (const order of orders) {
        await page.goto(address(world.shop, 'plain.html', { order }));
        await taps(surveyForm(page, 'fr'));
        await until(async () => ((await outbox(page)) ?? '').includes(idOf(order)));
        await rested(page);
      }
      assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), [KEY]);
      const kept = await outboxFrames(page);
      assert.equal(kept.length, 8);
      assert.equal(kept.some((line) => line.includes(idOf(orders[0]))), false, 'the oldest made room');

      // The last page still has the oldest in memory, and would send it if it were there when the network is again.
      await page.goto('about:blank');
      await page.unroute(POSTS);
      await page.goto(address(world.shop, 'plain.html', { order: 'V-many-end' }));
      assert.ok(await until(async () => (await outbox(page)) === null));
      for (const order of orders.slice(1)) assert.equal((await stored(world, idOf(order))).length, 1, order);
      const ids = (await world.collector.responses()).map(({ response }) => response);
      assert.equal(ids.includes(idOf(orders[0])), false);
    } finally {
      await visit.close();
    }
  });

  it('sends nothing any more that has waited longer than a week', async () => {
    await onPage(world, { order: 'V-week' }, async (visit, form) => {
      const { page } = visit;
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      await until(async () => (await outboxFrames(page)).length === 1);
      await rested(page);
      await page.goto('about:blank');
      await page.unroute(POSTS);
      const before = visit.posts().length;
      await page.clock.setSystemTime(Date.now() + 7 * 86_400_000 + 60_000);
      await page.goto(address(world.shop, 'plain.html', { order: 'V-week-2' }));
      await taps(surveyForm(page, 'fr'));
      await visit.event('delivered');
      const responses = (await decode(visit.posts().slice(before))).map(({ response }) => response);
      assert.deepEqual(responses, [idOf('V-week-2')]);
      assert.equal(await outbox(page), null, 'nor keeps it any longer');
    });
  });

  it('data-storage="none" stores nothing ever, and still tries again', async () => {
    await onPage(world, { order: 'V-none', storage: 'none' }, async (visit, form) => {
      await visit.page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      await toTheEnd(form);
      await says(form, FR.waiting);
      await until(() => visit.posts().length >= 2);
      await settle(visit.page);
      assert.deepEqual(await visit.page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
      await visit.page.unroute(POSTS);
      await visit.event('delivered');
      assert.deepEqual(await visit.page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
      assert.equal((await stored(world, idOf('V-none'))).length, 1);
    });
    // Nor when the page goes before it is delivered.
    await onPage(world, { order: 'V-none-2', storage: 'none' }, async (visit, form) => {
      await visit.page.route(POSTS, (route) => route.abort('connectionrefused'));
      await taps(form);
      await until(() => visit.posts().length >= 2);
      await visit.page.goto(address(world.shop, 'bare.html'));
      assert.deepEqual(await visit.page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
    });
  });

  it('storage that the browser denies changes nothing else', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      const denied = { get: () => { throw new DOMException('denied', 'SecurityError'); } };
      Object.defineProperty(window, 'localStorage', denied);
      Object.defineProperty(window, 'sessionStorage', denied);
    });
    await onPage(world, { order: 'V-denied' }, async (visit, form) => {
      await taps(form);
      await visit.event('delivered');
      assertSilent(visit);
    }, { before });
  });

  it('a signature that does not verify is refused by the collector itself, and nothing is stored', async () => {
    const bytes = Buffer.from(await world.collector.sign('V-forged'), 'base64url');
    bytes[bytes.length - 1] ^= 1;
    const signature = bytes.toString('base64url');
    await onPage(world, { order: 'V-forged', signature }, async (visit, form) => {
      const answered = await answerCore(visit.page, 'fr');
      assert.equal(answered.status(), 403);
      await toTheEnd(form);
      await says(form, FR.refused);
      assert.equal(await outbox(visit.page), null);
    });
    await folded(world);
    const ids = (await world.collector.responses()).map(({ response }) => response);
    assert.equal(ids.includes(bytes.subarray(0, 8).toString('hex')), false);
  });

  it('a keepalive quota that other tags have used up does not stop the answer', async () => {
    await onPage(world, { order: 'V-quota' }, async (visit, form) => {
      await visit.page.evaluate(() => {
        const { fetch } = window;
        window.refusals = 0;
        window.fetch = (url, init) => {
          if (!init?.keepalive) return fetch(url, init);
          window.refusals += 1;
          return Promise.reject(new TypeError('Failed to fetch'));
        };
      });
      await taps(form);
      await visit.event('delivered');
      assert.equal(await visit.page.evaluate(() => window.refusals), 1);
      assert.equal((await stored(world, idOf('V-quota'))).length, 1);
    });
  });
});
