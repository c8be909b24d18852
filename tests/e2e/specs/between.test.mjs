// Intermediaries between page and collector: a CDN that passes bodies on in chunks and minifies what it may, and
// helpers of the page that add a header to every request.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, open } from '../support/browser.mjs';
import { startCdn } from '../support/cdn.mjs';
import { startCollector } from '../support/collector.mjs';
import { responseOf } from '../support/frames.mjs';
import { freePort } from '../support/port.mjs';
import { startShop } from '../support/shop.mjs';
import { answerCore } from '../support/survey.mjs';
import { address, assertSilent, stored } from '../support/watching.mjs';

/** Wraps fetch as tracing and CSRF helpers do. */
const ADDING = {
  'a tracing header': { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'a=b' },
  'X-Requested-With': { 'x-requested-with': 'XMLHttpRequest' },
};

describe('with something in between', () => {
  const started = [];
  let world;
  before(async () => {
    const keep = async (starting) => {
      const it = await starting;
      started.push(() => (it.stop ?? it.close).call(it));
      return it;
    };
    const [shopPort, cdnPort] = [await freePort(), await freePort()];
    const collector = await keep(startCollector({ origins: [`http://127.0.0.1:${shopPort}`] }));
    const cdn = await keep(startCdn({ port: cdnPort, target: collector.url }));
    const shop = await keep(startShop({ port: shopPort, collector: cdn.url }));
    world = { collector, cdn, shop, browser: await keep(launch()) };
  });
  after(async () => {
    while (started.length > 0) await started.pop()();
  });

  const visiting = async (check, arrange) => {
    const visit = await open(world.browser);
    try {
      await arrange?.(visit.page);
      await check(visit, visit.page);
    } finally {
      await visit.close();
    }
  };
  const answers = async (visit, order) => {
    await visit.page.goto(address(world.shop, 'plain.html', { order }));
    await answerCore(visit.page, 'fr');
    await visit.event('delivered');
    assertSilent(visit);
    await stored(world, responseOf(world.collector.survey, order));
  };

  it('an answer whose body is passed on in chunks is delivered, and no file was changed on its way', async () => {
    world.cdn.requests.length = 0;
    world.cdn.changed.length = 0;
    await visiting((visit) => answers(visit, 'B-chunks'));
    const posted = world.cdn.requests.filter(({ method, path }) => method === 'POST' && path === '/v1/responses');
    assert.ok(posted.length > 0 && posted.every(({ chunked }) => chunked), JSON.stringify(posted));
    assert.deepEqual(world.cdn.changed, []);
  });

  it('a CDN that changes files nevertheless is found out by their integrity', async () => {
    world.cdn.obeys = false;
    try {
      await visiting(async (visit, page) => {
        await page.goto(address(world.shop, 'plain.html', { order: 'B-changed' }));
        // The glue is not run, so the loader draws the link by itself.
        assert.equal((await visit.event('shown')).display, 'link');
      });
    } finally {
      world.cdn.obeys = true;
    }
  });

  for (const [name, headers] of Object.entries(ADDING)) {
    it(`${name} on every request keeps neither the survey nor the answer away`, async () => {
      world.cdn.requests.length = 0;
      const wrap = (page) => page.addInitScript((added) => {
        const real = window.fetch;
        window.fetch = (target, options = {}) => {
          const all = new Headers(options.headers);
          for (const [header, value] of Object.entries(added)) all.set(header, value);
          return real(target, { ...options, headers: all });
        };
      }, headers);
      await visiting((visit) => answers(visit, `B-${name.length}`), wrap);
      const asked = new Set(world.cdn.requests.filter(({ method }) => method === 'OPTIONS').map(({ path }) => path));
      assert.ok([...asked].some((path) => path.startsWith('/v1/surveys/')), [...asked].join(' '));
    });
  }
});
