// Acknowledgement: only the collector's own answer counts; when another program answers in its place, the frame is kept
// and delivered later. docs/embed.md, “When something else answers”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBetween } from '../support/between.mjs';
import { can, few } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { outbox, outboxFrames, says, taps, toTheEnd } from '../support/outbox.mjs';
import { WORDS } from '../support/survey.mjs';
import { address, assertSilent, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const PAGE = '<!doctype html><title>Un instant</title><h1>Nous revenons</h1>';

const html = (status, headers = {}) => (response) =>
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(PAGE);
const json = (status, body, type = 'application/json') => (response) =>
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
const code = (status, code) => json(status, { code, frame: 0, message: 'a test' });

/** What the collector writes on a 204. */
const NO_STORE = { 'cache-control': 'no-store' };

/** Answers that are not the collector's word on the frame; first those that a browser has a part in. */
const OTHERS = {
  '200 with a page': html(200),
  '302 to a page of 200': (response, { url }) =>
    url.startsWith('/elsewhere') ? html(200)(response) : response.writeHead(302, { location: '/elsewhere' }).end(),
  '204 of a catch-all': (response) => response.writeHead(204).end(),
  '204 of a cache': (response) => response.writeHead(204, { 'cache-control': 'public, max-age=60' }).end(),
  '307 to another server, which answers 204': (response, { url }) =>
    response.writeHead(...(url.startsWith('/elsewhere') ? [204, NO_STORE] : [307, { location: '/elsewhere' }])).end(),
  '403 of a firewall': html(403),
  'JSON that is none': (response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"code":"E_RANGE"'),
  'a page that never ends': (response) => response.writeHead(403, { 'content-type': 'text/html' }).write(PAGE),
  '200 with the JSON of another API': json(200, { ok: true }),
  '201 without a body': (response) => response.writeHead(201).end(),
  '202 of a queue': (response) => response.writeHead(202).end(),
  '401 of a staging password': html(401, { 'www-authenticate': 'Bearer realm="staging"' }),
  '403 of a firewall that speaks JSON': json(403, { code: 'rest_forbidden', message: 'Sorry' }),
  '404 of a missing location': html(404),
  '405 of a static host': html(405),
  '406 of ModSecurity': html(406),
  '411 of a tunnel': html(411),
  '413 of a proxy': html(413),
  '421 with our own words': code(421, 'E_HOST'),
  '429 with our own words': code(429, 'E_RATE'),
  '503 with our own words': code(503, 'E_STORE'),
  'our words under a status that they never have': code(200, 'E_RANGE'),
  'our words as text': json(400, { code: 'E_RANGE' }, 'text/plain'),
};

/** Refusals of the collector's own that no waiting mends. */
const FINAL = { E_RANGE: 400, E_ORIGIN: 403, E_SURVEY: 404, E_SIZE: 413 };

describe('what answers in the collector’s place', () => {
  let world;
  let between;
  const idOf = (order) => responseOf(world.collector.survey, order);
  before(async () => {
    between = await startBetween();
    // No policy: the shop has a service worker in one of these.
    world = await startWorld({ shop: { collector: between.url, policy: null } });
    between.before(world.collector.url);
  });
  after(async () => {
    await world?.stop();
    await between?.stop();
  });

  /** Answers four questions while it stands in the way, and looks at what became of the frame. */
  const kept = async (visit, form) => {
    await taps(form);
    await toTheEnd(form);
    await says(form, FR.waiting);
    assert.ok(await until(async () => (await outboxFrames(visit.page)).length === 1), 'it is kept');
    assert.equal(await form.getByText(/envoyé\./).count(), 0, 'nothing claims that it is sent');
    assert.deepEqual(visit.events.filter(({ name }) => name === 'delivered'), []);
  };
  /** The way is free: the next page view delivers it. */
  const deliveredLater = async (visit, order) => {
    between.answer = null;
    await visit.page.goto(address(world.shop, 'plain.html', { order }));
    assert.ok(await until(async () => (await outbox(visit.page)) === null), 'it is delivered');
    assert.equal((await stored(world, idOf(order))).length, 1);
  };

  for (const [index, [what, answer]] of few(Object.entries(OTHERS), 8).entries()) {
    it(`${what}: not yet, and delivered once the way is free`, async () => {
      const order = `A-${index}`;
      await onPage(world, { order }, async (visit, form) => {
        await form.waitFor();
        between.answer = answer;
        await kept(visit, form);
        await deliveredLater(visit, order);
        assertSilent(visit);
      });
    });
  }

  for (const [name, status] of Object.entries(FINAL)) {
    it(`${status} with ${name}: refused for good, not kept, not tried again, and the end says so`, async () => {
      await onPage(world, { order: `A-${name}` }, async (visit, form) => {
        await form.waitFor();
        await visit.page.clock.install();
        between.answer = code(status, name);
        await taps(form);
        await toTheEnd(form);
        await says(form, FR.refused);
        await form.hover();
        await visit.page.clock.fastForward(60_000);
        await settle(visit.page);
        assert.equal(visit.posts().length, 1);
        assert.equal(await outbox(visit.page), null);
        between.answer = null;
      });
    });
  }

  it('JSON that never ends is waited for half a minute, not for ever', async () => {
    const order = 'A-endless';
    const before = ({ page }) => page.addInitScript(() => {
      window.deadlines = [];
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = (ms) => {
        window.deadlines.push(ms);
        return timeout(ms / 50);
      };
    });
    await onPage(world, { order }, async (visit, form) => {
      await form.waitFor();
      between.answer = (response) => response.writeHead(400, { 'content-type': 'application/json' }).write('{"code":');
      await kept(visit, form);
      assert.deepEqual([...new Set(await visit.page.evaluate(() => window.deadlines))], [30_000]);
      await deliveredLater(visit, order);
    }, { before });
  });

  it('a 204 that a service worker of the shop has made up is no acknowledgement', async (t) => {
    const order = 'A-worker';
    const before = async ({ page }) => {
      await page.goto(address(world.shop, 'bare.html'));
      await page.evaluate(async () => {
        await navigator.serviceWorker.register('/worker.js');
        await navigator.serviceWorker.ready;
      });
    };
    await onPage(world, { order }, async (visit, form) => {
      await form.waitFor();
      assert.ok(await visit.page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
      if (!can(t, 'keepalive in workers')) {
        await taps(form);
        await visit.event('delivered');
        assert.equal((await stored(world, idOf(order))).length, 1);
        return;
      }
      await kept(visit, form);
      await visit.page.evaluate(async () => (await navigator.serviceWorker.ready).unregister());
      await deliveredLater(visit, order);
    }, { before });
  });

  it('where nothing may be kept, the end says that it could not be sent once the last try has failed', async () => {
    await onPage(world, { order: 'A-none', storage: 'none' }, async (visit, form) => {
      await form.waitFor();
      await visit.page.clock.install();
      between.answer = html(403);
      await taps(form);
      await toTheEnd(form);
      await says(form, FR.waiting);
      await form.hover();
      assert.ok(await until(async () => {
        await visit.page.clock.fastForward(50_000);
        return (await form.locator('.end').textContent()) === FR.refused;
      }));
      // In Firefox a request is told once its body has been fetched, which may be after its answer.
      await until(() => visit.posts().length >= 5);
      assert.equal(visit.posts().length, 5);
      between.answer = null;
    });
  });
});
