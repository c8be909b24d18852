// Self-test of the browser driver: what the other specs rely on is so in every engine, except for what `LACKS` names.
// Where it is not, they would see nothing wrong with a page on which something is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import http from 'node:http';
import { can, launch, open, watch } from '../support/browser.mjs';
import { freePort } from '../support/port.mjs';
import { until } from '../support/watching.mjs';

const PAGE = '<!doctype html><title>plain</title><button>Go</button><script>document.title = "scripted"</script>';
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'";

describe('the browser', () => {
  let browser;
  let server;
  let url;
  before(async () => {
    server = http.createServer((request, response) => {
      const html = { 'content-type': 'text/html', 'content-security-policy': POLICY };
      request.resume().on('end', () => (request.method === 'POST'
        ? response.writeHead(204).end()
        : response.writeHead(200, html).end(`${PAGE}<p>${request.headers['accept-language']}</p>`)));
    });
    const port = await freePort();
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${port}/`;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** A page that is at `url`, handed on and closed. */
  const at = async (options, check) => {
    const visit = await open(browser, options);
    try {
      await visit.page.goto(url);
      await check(visit);
    } finally {
      await visit.close();
    }
  };
  const matches = (page, query) => page.evaluate((query) => matchMedia(query).matches, query);

  it('tells the body of every request, let through, answered or refused, with its bytes and in order', async () => {
    await at({}, async ({ page, posts }) => {
      await page.route('**/v1/responses?2', (route) => route.fulfill({ status: 503 }));
      await page.route('**/v1/responses?3', (route) => route.abort());
      const send = (number) => page.evaluate((number) => fetch(`/v1/responses?${number}`, {
        method: 'POST', body: new Uint8Array([0, 128, 255, number]), keepalive: true,
      }).then(({ status }) => status, () => 0), number);
      assert.deepEqual([await send(1), await send(2), await send(3)], [204, 503, 0]);
      assert.deepEqual(posts(), [1, 2, 3].map((number) => Buffer.from([0, 128, 255, number])));
      await page.unrouteAll();
      const answered = page.waitForResponse('**/v1/responses?4');
      await send(4);
      assert.deepEqual((await answered).request().postDataBuffer(), Buffer.from([0, 128, 255, 4]));
    });
  });

  it('keeps what the page throws apart from what the browser reports', async () => {
    await at({}, async ({ page, errors, messages }) => {
      await page.evaluate(() => {
        setTimeout(() => { throw new TypeError('thrown'); });
        setTimeout(() => Promise.reject(new Error('rejected')));
        setTimeout(() => { throw 'bare'; });
        setTimeout(() => { throw Object.assign(new Error('named'), { name: 'Odd: one' }); });
      });
      await until(() => errors.length === 4);
      const heard = errors.join('\n');
      for (const text of ['thrown', 'rejected', 'bare', 'named']) assert.match(heard, new RegExp(text));
      await page.evaluate(async () => {
        const image = new Image();
        const loaded = new Promise((resolve) => { image.onerror = resolve; });
        image.src = '/picture.png';
        await loaded;
        console.warn('said');
      });
      await until(() => messages.includes('warning: said'));
      assert.match(messages.join('\n'), /Content.Security.Policy/);
      assert.equal(errors.length, 4);
    });
  });

  it('emulates media features, and keeps them on the next page', async (t) => {
    await at({ colorScheme: 'dark', reducedMotion: 'reduce', hasTouch: true }, async ({ page }) => {
      for (const address of [url, `${url}next`]) {
        await page.goto(address);
        for (const query of ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)']) {
          assert.equal(await matches(page, query), true, `${query} at ${address}`);
        }
        assert.equal(await matches(page, '(pointer: coarse)'), can(t, 'touch'));
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'active' });
      for (const query of ['(prefers-color-scheme: light)', '(prefers-reduced-motion: no-preference)']) {
        assert.equal(await matches(page, query), true, query);
      }
      assert.equal(await matches(page, '(forced-colors: active)'), can(t, 'forced colours'));
      await page.emulateMedia({ forcedColors: 'none', contrast: 'more' });
      assert.equal(await matches(page, '(prefers-contrast: more)'), can(t, 'more contrast'));
      await page.emulateMedia({ media: 'print' });
      assert.equal(await matches(page, 'print'), true);
    });
    await at({}, async ({ page }) => {
      for (const query of ['(prefers-color-scheme: light)', '(prefers-reduced-motion: no-preference)', 'screen', '(pointer: fine)', '(hover: hover)']) {
        assert.equal(await matches(page, query), true, query);
      }
    });
  });

  it('clicks, clicks twice and taps', async (t) => {
    const listen = (page) => page.evaluate(() => {
      window.heard = [];
      for (const type of ['click', 'dblclick']) {
        document.addEventListener(type, ({ detail, pointerType }) => window.heard.push([type, detail, pointerType ?? 'mouse']));
      }
    });
    await at({}, async ({ page }) => {
      await listen(page);
      await page.getByRole('button').dblclick();
      assert.deepEqual(await page.evaluate(() => window.heard), [['click', 1, 'mouse'], ['click', 2, 'mouse'], ['dblclick', 2, 'mouse']]);
    });
    await at({ hasTouch: true }, async ({ page }) => {
      await listen(page);
      await page.getByRole('button').tap();
      assert.ok(await until(() => page.evaluate(() => window.heard.length > 0)));
      assert.deepEqual(await page.evaluate(() => window.heard), [['click', 1, can(t, 'touch') ? 'touch' : 'mouse']]);
    });
  });

  it('runs the page’s scripts, or none of them', async () => {
    await at({}, async ({ page }) => assert.equal(await page.title(), 'scripted'));
    await at({ javaScriptEnabled: false }, async ({ page }) => {
      for (const address of [url, `${url}next`]) {
        await page.goto(address);
        assert.equal(await page.title(), 'plain');
      }
    });
  });

  it('has the language, the name and the connection that it was given', async () => {
    await at({ locale: 'en-GB', userAgent: 'Canary/1.0 (a test)' }, async ({ page, context }) => {
      assert.match(await page.getByRole('paragraph').textContent(), /^en-GB/);
      assert.deepEqual(await page.evaluate(() => [navigator.language, navigator.userAgent]), ['en-GB', 'Canary/1.0 (a test)']);
      await context.setOffline(true);
      const reaches = () => page.evaluate(() => fetch('/').then(() => true, () => false));
      assert.deepEqual([await page.evaluate(() => navigator.onLine), await reaches()], [false, false]);
      await context.setOffline(false);
      assert.equal(await reaches(), true);
    });
  });

  it('watches a second page of the same context, and tells it the page’s events', async () => {
    await at({}, async ({ context }) => {
      const second = await watch(await context.newPage());
      await second.page.goto(url);
      await second.page.evaluate(() => document.dispatchEvent(new CustomEvent('trente:shown', { detail: { site: 'x' } })));
      assert.deepEqual(await second.event('shown'), { site: 'x' });
    });
  });

  it('lacks what support/browser.mjs says, and nothing else', async (t) => {
    await at({}, async ({ page }) => {
      const kinds = await page.evaluate(() => PerformanceObserver.supportedEntryTypes);
      assert.equal(kinds.includes('layout-shift'), can(t, 'layout-shift'));
      await page.evaluate(() => {
        document.body.insertAdjacentHTML('beforeend', '<button id="low">Low</button><div></div>');
        document.querySelector('#low + div').style.blockSize = '3000px';
        scrollTo(0, 10);
      });
      await page.locator('#low').click();
      assert.equal((await page.evaluate(() => scrollY)) === 10, can(t, 'taps in place'));
    });
  });
});
