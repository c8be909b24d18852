// Failures of the embedding: a page on which something is wrong stays as it is, hears of it once, and its console stays
// as it is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { few, open } from '../support/browser.mjs';
import { freePort } from '../support/port.mjs';
import { arrived, withDisplay } from '../support/sheets.mjs';
import { startShop } from '../support/shop.mjs';
import { surveyForm } from '../support/survey.mjs';
import { address, assertSilent, host, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const SURVEY = '**/v1/surveys/**';
const WASM = '**/t/*/widget.wasm';
const GLUE = '**/t/*/{widget,lean}.js';

describe('when something is wrong', () => {
  let world;
  let foreign;
  before(async () => {
    world = await startWorld();
    foreign = await startShop({ port: await freePort(), collector: world.collector.url });
  });
  after(async () => {
    await foreign?.stop();
    await world?.stop();
  });

  const html = (page) => page.evaluate(() => document.documentElement.outerHTML);

  /** The page as it is when the loader does nothing. */
  const pages = new Map();
  const untouched = (shop, attributes) => {
    const url = address(shop, 'plain.html', attributes);
    if (!pages.has(url)) pages.set(url, withoutLoader(url));
    return pages.get(url);
  };
  const withoutLoader = async (url) => {
    const visit = await open(world.browser);
    try {
      await visit.page.route('**/trente*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
      await visit.page.goto(url);
      return await html(visit.page);
    } finally {
      await visit.close();
    }
  };

  /** Opens the page with this wrong, and looks at all that it must not have done. */
  const fails = async ({ attributes = {}, shop = world.shop, arrange, codes }) => {
    const expected = await untouched(shop, attributes);
    const visit = await open(world.browser);
    try {
      await arrange?.(visit.page);
      await visit.page.goto(address(shop, 'plain.html', attributes));
      const { code } = await visit.event('failed');
      await settle(visit.page);
      assert.equal(await html(visit.page), expected);
      assert.equal(await host(visit.page).count(), 0);
      assert.equal(typeof code, 'string');
      if (codes) assert.ok(codes.includes(code), `${code} is not one of ${codes}`);
      assert.deepEqual(visit.events.map(({ name }) => name), ['failed']);
      assertSilent(visit);
      assert.deepEqual(await visit.page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
      assert.deepEqual(visit.posts(), []);
      assert.deepEqual(await world.collector.responses(), []);
      return code;
    } finally {
      await visit.close();
    }
  };

  /** Changes the collector's own answer. */
  const tampered = (path, change) => async (page) =>
    page.route(path, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: change(await response.body()) });
    });

  it('a survey that does not parse', () =>
    fails({ arrange: tampered(SURVEY, (body) => body.subarray(0, body.length - 20)) }));

  for (const name of few(['title', 'send', 'end', 'word_over', 'link'], 1)) {
    it(`a survey without its string \`${name}\``, () =>
      fails({
        arrange: tampered(SURVEY, (body) => {
          const sheet = JSON.parse(body.toString());
          delete sheet.text[name];
          return JSON.stringify(sheet);
        }),
        codes: ['survey'],
      }));
  }

  it('a survey with too few options', () =>
    fails({
      arrange: tampered(SURVEY, (body) => {
        const sheet = JSON.parse(body.toString());
        sheet.text.satisfaction_options.pop();
        return JSON.stringify(sheet);
      }),
    }));

  for (const body of few(['null', '[]', '"survey"', '{}', '{"text":null}', '<!doctype html><title>portal</title>'], 2)) {
    it(`a survey that is ${body.slice(0, 15)}`, () => fails({ arrange: tampered(SURVEY, () => body) }));
  }

  const missing = (path) => (page) =>
    page.route(path, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
  const damaged = tampered(WASM, (body) => {
    body[body.length - 1] ^= 1;
    return body;
  });
  const minified = tampered(GLUE, (body) => `${body};window.tampered=1`);
  const refused = (page) => page.addInitScript(() => {
    // As in Safari, where a policy forbids it: what is compiled cannot be run.
    window.WebAssembly.Instance = function () { throw new WebAssembly.CompileError('Refused to create a WebAssembly object'); };
  });
  const old = (page) => page.addInitScript(() => {
    // Safari before 16.4.
    const { prototype } = window.CSSStyleSheet;
    window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); };
    window.CSSStyleSheet.prototype = prototype;
    for (const owner of [Document, ShadowRoot]) delete owner.prototype.adoptedStyleSheets;
    delete HTMLElement.prototype.showPopover;
    delete HTMLElement.prototype.popover;
  });

  /** What keeps the widget away, and leads to the link instead. */
  for (const [what, arrange] of [
    ['a wasm file that is missing', missing(WASM)],
    ['a wasm file that was tampered with', damaged],
    ['a wasm file that is not answered', (page) => page.route(WASM, (route) => route.abort('connectionrefused'))],
    ['wasm that may be compiled and not run', refused],
    ['glue that is missing', missing(GLUE)],
    ['glue that was tampered with', minified],
    ['glue that is not answered', (page) => page.route(GLUE, (route) => route.abort('connectionrefused'))],
    ['a browser without style sheets for a shadow root', old],
  ]) {
    for (const [reason, attributes] of few([
      ['escape', { order: 'X-link' }], ['button', { order: 'X-link' }], ['button', { order: 'X-link', target: '#avis', lang: 'en' }],
    ], 1)) {
      it(`${what}: the link, ${JSON.stringify(attributes)}, closed by ${reason}`, async () => {
        const expected = await untouched(world.shop, attributes);
        const visit = await open(world.browser);
        const { page } = visit;
        const [name, close] = attributes.lang ? ['Answer on a separate page', 'Close'] : ['Répondre sur une page à part', 'Fermer'];
        try {
          await arrange(page);
          await page.goto(address(world.shop, 'plain.html', attributes));
          const link = page.getByRole('link', { name });
          await link.waitFor();
          assert.equal((await visit.event('shown')).display, 'link');
          assert.match(await link.getAttribute('href'), /\/s\/olive\?l=/);
          assert.ok(!(await link.getAttribute('href')).includes('X-link'), 'the order does not leave the page');
          const { width, height } = await link.boundingBox();
          assert.ok(width > 100 && height >= 44, `${width} × ${height}`);
          const cross = page.getByRole('button', { name: close });
          if (reason === 'escape') {
            await page.locator('#field').focus();
            await cross.focus();
            await page.keyboard.press('Escape');
          } else await cross.click();
          assert.deepEqual(await visit.event('closed'), { reason });
          await settle(page);
          assert.equal(await html(page), expected);
          if (reason === 'escape') assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
          assert.deepEqual(visit.events.map(({ name }) => name), ['shown', 'closed']);
          assertSilent(visit);
          // They have closed it: they are not asked again.
          assert.ok(await page.evaluate(() => parseInt(localStorage['trente-rest']) > Date.now() + 7e9));
        } finally {
          await visit.close();
        }
      });
    }
  }

  it('the link is not offered again for an order that was asked, nor is an earlier pause forgotten', async () => {
    const visit = await open(world.browser);
    const { page } = visit;
    const link = page.getByRole('link', { name: 'Répondre sur une page à part' });
    try {
      await missing(GLUE)(page);
      await withDisplay({ rest_days: 0 })(visit);
      const end = Date.now() - 1000;
      await page.addInitScript((end) => (localStorage['trente-rest'] ||= `${end} earlier `), end);
      await page.goto(address(world.shop, 'plain.html', { order: 'X-once' }));
      await link.waitFor();
      await page.getByRole('button', { name: 'Fermer' }).click();
      const [, ...orders] = (await page.evaluate(() => localStorage['trente-rest'])).trim().split(' ');
      assert.equal(orders.length, 2);
      assert.equal(orders[1], 'earlier');
      await page.reload();
      await settle(page);
      assert.equal(await link.count(), 0);
      await page.goto(address(world.shop, 'plain.html', { order: 'X-twice' }));
      await link.waitFor();
    } finally {
      await visit.close();
    }
  });

  it('without the glue, no link lies over a dialog of the page, nor shut away below it', async () => {
    for (const attributes of [{ open: '' }, { role: 'dialog', 'aria-modal': 'true' }]) {
      const visit = await open(world.browser);
      try {
        await missing(GLUE)(visit.page);
        await visit.page.addInitScript((attributes) => addEventListener('DOMContentLoaded', () => {
          const dialog = document.createElement('open' in attributes ? 'dialog' : 'div');
          for (const [name, value] of Object.entries(attributes)) dialog.setAttribute(name, value);
          document.body.append(Object.assign(dialog, { textContent: 'Cookies' }));
        }), attributes);
        await visit.page.goto(address(world.shop, 'plain.html', { order: 'X-dialog' }));
        assert.deepEqual(await visit.event('failed'), { code: 'files' });
        assert.equal(await host(visit.page).count(), 0);
        assertSilent(visit);
      } finally {
        await visit.close();
      }
    }
  });

  it('glue that hangs: the link comes after 5 s', async () => {
    const visit = await open(world.browser);
    const { page } = visit;
    try {
      await page.clock.install();
      await page.route(GLUE, () => {});
      // The page has not loaded as long as a script of it has not.
      await page.goto(address(world.shop, 'plain.html', { order: 'X-hangs' }), { waitUntil: 'domcontentloaded' });
      await arrived(visit, '/olive');
      assert.equal(await host(page).count(), 0);
      await page.clock.fastForward(6_000);
      await page.getByRole('link', { name: 'Répondre sur une page à part' }).waitFor();
      assertSilent(visit);
    } finally {
      await visit.close();
    }
  });

  it('a dead collector', async () =>
    fails({
      arrange: async (page) => {
        // The loader itself came from a cache.
        for (const path of [SURVEY, WASM, GLUE]) await page.route(path, (route) => route.abort('connectionrefused'));
      },
    }));

  it('a collector that answers 503', () =>
    fails({ arrange: (page) => page.route(SURVEY, (route) => route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } })) }));

  it('an unknown site', () => fails({ attributes: { site: 'nobody' }, codes: ['site'] }));

  it('a site whose name is a path', () => fails({ attributes: { site: '../../healthz' }, codes: ['site', 'files'] }));

  for (const site of ['undefined', '{{ shop.site }}', ' ']) {
    it(`a site that a template left out: “${site}”`, () => fails({ attributes: { site }, codes: ['site'] }));
  }

  it('an origin that the site does not know', () => fails({ shop: foreign, codes: ['origin'] }));

  it('a proxy’s own refusal is no word of the collector’s', () =>
    fails({
      arrange: (page) => page.route(SURVEY, (route) => route.fulfill({
        status: 403, headers: { 'access-control-allow-origin': '*' }, contentType: 'text/html', body: '<h1>Forbidden</h1>',
      })),
      codes: ['files'],
    }));

  it('a target that does not exist', () => fails({ attributes: { target: '#nowhere' }, codes: ['target'] }));

  it('a target that is no selector', () => fails({ attributes: { target: '##' }, codes: ['target'] }));

  it('a target that does not exist, where the link would stand in it', () =>
    fails({ attributes: { target: '#nowhere' }, arrange: missing(GLUE), codes: ['target'] }));

  it('a tag without a site', () => fails({ attributes: { site: '' }, codes: ['site'] }));

  it('a module without a site', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.goto(address(world.shop, 'module.html', { site: '' }));
      assert.deepEqual(await visit.event('failed'), { code: 'site' });
      assertSilent(visit);
    } finally {
      await visit.close();
    }
  });

  it('a base where nothing is', async () => fails({ attributes: { base: `${world.collector.url}/elsewhere` } }));

  it('a page without crypto, without an order', () =>
    fails({ arrange: (page) => page.addInitScript(() => Object.defineProperty(window, 'crypto', { value: undefined })) }));

  it('the failure is dispatched on the script', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.addInitScript(() => {
        document.addEventListener('trente:failed', (event) => { window.failedOn = event.target.outerHTML; });
      });
      await visit.page.goto(address(world.shop, 'plain.html', { site: 'nobody' }));
      await visit.event('failed');
      assert.match(await visit.page.evaluate(() => window.failedOn), /^<script [^>]*data-site="nobody"/);
    } finally {
      await visit.close();
    }
  });

  it('a page that takes the widget away hears no error', async () => {
    const expected = await untouched(world.shop, { order: 'X-taken' });
    const visit = await open(world.browser);
    try {
      await visit.page.goto(address(world.shop, 'plain.html', { order: 'X-taken' }));
      await surveyForm(visit.page, 'fr').getByRole('radio', { name: 'Bonne' }).click();
      await host(visit.page).evaluate((element) => element.remove());
      await settle(visit.page);
      assert.equal(await html(visit.page), expected);
      assertSilent(visit);
    } finally {
      await visit.close();
    }
  });
});
