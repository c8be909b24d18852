// Behind nginx and Caddy by our recipes: the shop over TLS with the collector under a path of its own, the results under another
// name. What is between browser and collector there is what most merchants have.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, open } from '../support/browser.mjs';
import { startCollector } from '../support/collector.mjs';
import { decode, responseOf } from '../support/frames.mjs';
import { freePort } from '../support/port.mjs';
import { ask, PROXIES, RESULTS, startProxy } from '../support/proxy.mjs';
import { startShop, strictPolicy } from '../support/shop.mjs';
import { answerCore } from '../support/survey.mjs';
import { address, assertSilent, stored } from '../support/watching.mjs';

const HSTS = 'strict-transport-security';

for (const name of Object.keys(PROXIES)) describe(`behind ${name}`, () => {
  const started = [];
  let world;
  before(async () => {
    const keep = async (starting) => {
      const it = await starting;
      started.push(() => (it.stop ?? it.close).call(it));
      return it;
    };
    const [port, shopPort] = [await freePort(), await freePort()];
    // Another origin than the shop's: what the shop's pages send comes from the collector's own.
    const collector = await keep(startCollector({ names: [RESULTS], origins: ['https://elsewhere.example'] }));
    const base = `https://shop.localhost:${port}/trente`;
    const shop = await keep(startShop({ port: shopPort, collector: base, policy: strictPolicy(`${base}/`) }));
    const proxy = await keep(startProxy(name, { shop: shop.url, collector: collector.url, results: collector.results, port }));
    assert.equal(proxy.base, base);
    world = { collector, proxy, shop: { url: proxy.shop }, browser: await keep(launch()) };
  });
  after(async () => {
    while (started.length > 0) await started.pop()();
  });

  const visiting = async (check, options) => {
    const visit = await open(world.browser, { ignoreHTTPSErrors: true, ...options });
    try {
      await check(visit, visit.page);
    } finally {
      await visit.close();
    }
  };
  const idOf = (order) => responseOf(world.collector.survey, order);

  it('the survey is answered on the shop’s own origin, which needs no leave, under a strict policy', async () => {
    const order = 'X-shop';
    await visiting(async (visit, page) => {
      await visit.context.addCookies([{ name: 'basket', value: 'full', url: world.proxy.shop }]);
      await page.goto(address(world.shop, 'plain.html', { order }));
      await answerCore(page, 'fr');
      await visit.event('delivered');
      assert.equal((await decode(visit.posts())).length, 1);
      assert.deepEqual([...new Set(visit.requests.map((request) => new URL(request.url()).origin))], [world.proxy.shop]);
      assertSilent(visit);
    });
    const [response] = await stored(world, idOf(order));
    assert.equal(response.verified, false);
  });

  it('the hosted page is answered without JavaScript', async () => {
    const order = 'X-hosted';
    await visiting(async (visit, page) => {
      await page.goto(`${world.proxy.base}/s/olive?${new URLSearchParams({ o: order, l: 'en' })}`);
      await page.getByRole('group', { name: 'Overall, how satisfied are you?' }).getByRole('radio', { name: 'Very', exact: true }).check({ force: true });
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByRole('textbox').waitFor();
      assert.ok(page.url().startsWith(`${world.proxy.base}/s/olive`), page.url());
      assertSilent(visit);
    }, { javaScriptEnabled: false });
    const [response] = await stored(world, idOf(order));
    assert.equal(response.satisfaction, 4);
  });

  it('the results are read under their own name, over TLS alone, and let go of who leaves', async () => {
    const user = await world.collector.addUser('ada');
    await visiting(async (visit, page) => {
      const answered = await page.goto(`${world.proxy.results}/sites/olive`);
      assert.equal(answered.headers()[HSTS], 'max-age=31536000');
      await page.getByLabel('Name').fill(user.name);
      await page.getByLabel('Password').fill(user.password);
      await page.keyboard.press('Enter');
      // The answers of this file are of today, and a period holds whole days.
      await page.getByRole('heading', { level: 1, name: /no customer answered|No answers yet/ }).waitFor();
      const [cookie] = await visit.context.cookies();
      const { domain, httpOnly, secure, sameSite, path } = cookie;
      assert.deepEqual({ name: cookie.name, domain, httpOnly, secure, sameSite, path }, {
        name: '__Host-trente', domain: RESULTS, httpOnly: true, secure: true, sameSite: 'Strict', path: '/',
      });
      await page.goto(`${world.proxy.results}/account`);
      await page.getByRole('button', { name: 'Sign out' }).first().click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      assertSilent(visit);
    }, { locale: 'en-GB' });
  });

  it('nothing of the results is under the shop’s name, nor figures of the service under theirs', async () => {
    for (const path of ['/login', '/sites/olive', '/api/v1/sites', '/metrics']) {
      assert.equal((await ask(world.proxy.base + path)).status, 404, path);
    }
    assert.equal((await ask(`${world.proxy.results}/metrics`)).status, 404);
    assert.equal((await fetch(`${world.collector.results}/metrics`)).status, 200);
    // The shop decides for its own names.
    const script = await ask(`${world.proxy.base}/trente.js`);
    assert.deepEqual([script.status, script.headers[HSTS]], [200, undefined]);
  });
});
