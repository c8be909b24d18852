// Side effects on the merchant's page: its DOM, its storage, its events. docs/embed.md#never, #the-snippet.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { can, open } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { counted, heard, left, NEEDED } from '../support/leftovers.mjs';
import { POSTS, says, taps, toTheEnd as skip } from '../support/outbox.mjs';
import { startShop } from '../support/shop.mjs';
import { freePort } from '../support/port.mjs';
import { answer, answerCore, button, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const END_MS = 6_000;

describe('the page', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const idOf = (order) => responseOf(world.collector.survey, order);
  const html = (page) => page.evaluate(() => document.documentElement.outerHTML);
  const empty = (route) => route.fulfill({ contentType: 'text/javascript', body: '' });

  /** What `read` finds on the page when the loader does nothing. */
  const without = async (attributes, read, file = 'plain.html') => {
    const visit = await open(world.browser);
    try {
      await visit.page.route('**/trente*.js', empty);
      await visit.page.goto(address(world.shop, file, attributes));
      return await read(visit.page);
    } finally {
      await visit.close();
    }
  };

  const toTheEnd = async (form) => {
    await skip(form);
    await form.getByText(FR.sent).first().waitFor();
  };

  for (const target of ['', '#avis']) {
    const kind = target ? 'inline' : 'card';

    it(`${kind}: its DOM is what it was after closing and after finishing`, async () => {
      const attributes = { order: `P-dom-${kind}`, target };
      const expected = await without(attributes, html);
      await onPage(world, attributes, async (visit, form) => {
        await form.waitFor();
        assert.notEqual(await html(visit.page), expected);
        assert.equal(await visit.page.evaluate(() => document.querySelectorAll('html[class], html[style], body[class], body[style]').length), 0);
        await button(form, FR.close).click();
        await host(visit.page).waitFor({ state: 'detached' });
        assert.equal(await html(visit.page), expected);
        assert.deepEqual(await visit.event('closed'), { reason: 'button' });
      });
      await onPage(world, attributes, async (visit, form) => {
        await answerCore(visit.page, 'fr');
        await toTheEnd(form);
        await button(form, FR.close).click();
        await host(visit.page).waitFor({ state: 'detached' });
        assert.equal(await html(visit.page), expected);
        assertSilent(visit);
      });
    });

    it(`${kind}: nothing of the page moves, from the first byte to the last screen`, async (t) => {
      const before = ({ page }) => page.addInitScript(() => {
        window.shifts = [];
        const observer = new PerformanceObserver((list) => window.shifts.push(...list.getEntries()));
        observer.observe({ type: 'layout-shift', buffered: true });
        window.allShifts = () => [...window.shifts, ...observer.takeRecords()]
          // The survey's own parts may move: on a slow machine longer after a tap than the browser counts as its doing.
          .filter((entry) => !entry.hadRecentInput)
          // The page's own style sheet may come after its first picture.
          .filter((entry) => entry.startTime > performance.getEntriesByType('resource').find(({ name }) => name.endsWith('plain.css')).responseEnd + 200)
          .flatMap(({ sources }) => sources.map(({ node }) => node).filter((node) => node && !(node.getRootNode() instanceof ShadowRoot) && node.localName !== 'trente-survey'))
          .map((node) => node.outerHTML);
      });
      await onPage(world, { order: `P-shift-${kind}`, target }, async ({ page }, form) => {
        const places = () => page.locator('h1, #field, #below').evaluateAll((all) =>
          all.map((element) => element.getBoundingClientRect().top + scrollY));
        const first = await places();
        await form.waitFor();
        assert.deepEqual(await places(), first);
        for (const name of ['Faible', '3', '2', '4', 'Une erreur', 'Oui, c’est oublié']) {
          await answer(form, name);
          await settle(page);
          assert.deepEqual(await places(), first, name);
        }
        await button(form, FR.skip).click();
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        assert.deepEqual(await places(), first);
        if (can(t, 'layout-shift')) assert.deepEqual(await page.evaluate(() => window.allShifts()), []);
      }, { before });
    });
  }

  it('keeps no global but `trente`, no cookie, no storage before an act of the customer’s, no style element or attribute', async () => {
    const globals = (page) => page.evaluate(() => Object.getOwnPropertyNames(window).sort());
    const expected = await without({ order: 'P-globals' }, globals);
    await onPage(world, { order: 'P-globals' }, async (visit, form) => {
      const { page } = visit;
      const styled = () => host(page).evaluate((element) =>
        [element, ...element.shadowRoot.querySelectorAll('*')].filter((each) => each.localName === 'style' || each.hasAttribute('style')).length);
      await form.waitFor();
      assert.deepEqual(await page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
      for (const name of ['Faible', '3', '2', '4', 'Une erreur', 'Oui, c’est oublié']) {
        assert.equal(await styled(), 0, name);
        await answer(form, name);
      }
      await form.getByRole('textbox').fill('Bien.');
      assert.equal(await styled(), 0);
      await button(form, FR.send).click();
      await form.getByText(FR.sent).first().waitFor();
      assert.equal(await styled(), 0);
      const more = (await globals(page)).filter((name) => !expected.includes(name));
      assert.deepEqual(more, ['trente']);
      assert.match(await page.evaluate(() => window.trente.version), /^\d+\.\d+\.\d+$/);
      assert.deepEqual(await visit.context.cookies(), []);
      assert.deepEqual(await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage })), ['trente-rest']);
    });
  });

  it('speaks to the collector only, and tells it nothing about page, order, browser or customer', async () => {
    const order = 'P-secret-4711';
    const userAgent = 'Canary/1.0 (a test)';
    await onPage(world, { order }, async (visit) => {
      await answerCore(visit.page, 'fr');
      await visit.event('delivered');
      const own = new URL(world.shop.url).origin;
      const others = visit.requests.filter((request) => !request.url().startsWith('data:') && new URL(request.url()).origin !== own);
      assert.deepEqual([...new Set(others.map((request) => new URL(request.url()).origin))], [world.collector.url]);
      for (const request of others) {
        assert.ok(!decodeURIComponent(request.url()).includes(order), request.url());
        const headers = await request.allHeaders();
        if (request.resourceType() === 'fetch') assert.equal(headers.referer, undefined, request.url());
        assert.equal(headers.cookie, undefined);
        assert.notEqual(request.method(), 'OPTIONS', 'no preflight');
      }
      const [body] = visit.posts();
      assert.equal(body.length, 19, 'there is no room for anything else');
      const sent = others.find((request) => request.method() === 'POST');
      assert.match((await sent.allHeaders())['content-type'], /^text\/plain/);
    }, { options: { userAgent, viewport: { width: 1111, height: 777 } } });
  });

  it('sends its events with their details, in order', async () => {
    const order = 'P-events';
    await onPage(world, { order }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await visit.event('delivered');
      await toTheEnd(form);
      await button(form, FR.close).click();
      await visit.event('closed');
      const names = visit.events.map(({ name }) => name);
      assert.deepEqual(names, ['shown', 'answered', 'answered', 'answered', 'answered', 'completed', 'delivered', 'closed']);
      const [shown, ...rest] = visit.events.map(({ detail }) => detail);
      assert.deepEqual({ ...shown, load_ms: 0 }, { site: 'olive', survey: world.collector.survey, display: 'card', load_ms: 0 });
      assert.ok(shown.load_ms > 0 && shown.load_ms < 60_000);
      const times = rest.slice(0, 4).map(({ elapsed_ms: time }) => time);
      assert.deepEqual(rest.slice(0, 4).map(({ question, value }) => [question, value]),
        [['satisfaction', 4], ['ease', 6], ['lens', 5], ['recommend', 9]]);
      assert.ok(times.every((time, index) => Number.isInteger(time) && time >= (times[index - 1] ?? 0)), `${times}`);
      const { elapsed_ms: elapsed, ...completed } = rest[4];
      assert.deepEqual(completed, { response: idOf(order), score: 86, class: 'ok', branch: 'P', signed: false });
      assert.ok(elapsed >= times[3] - 5 && elapsed < 60_000);
      assert.deepEqual(rest[5], { response: idOf(order), attempts: 1 });
      assert.deepEqual(rest[6], { reason: 'button' });
    });
  });

  it('the events bubble from the host element', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.targets = [];
      document.addEventListener('trente:answered', ({ target, bubbles }) => window.targets.push([target.localName, bubbles]));
    });
    await onPage(world, { order: 'P-bubble' }, async (visit, form) => {
      await answer(form, 'Bonne');
      await visit.event('answered');
      assert.deepEqual(await visit.page.evaluate(() => window.targets), [['trente-survey', true]]);
    }, { before });
  });

  it('keeps nothing running: no listener and no timer is left after it closes', async () => {
    await onPage(world, { order: 'P-left' }, async (visit, form) => {
      const { page } = visit;
      await answerCore(page, 'fr');
      assert.deepEqual(await heard(page), NEEDED);
      await toTheEnd(form);
      // What was spoken is gone again.
      await until(async () => (await form.page().locator('trente-survey').getByRole('status').textContent()) === '');
      assert.deepEqual(await left(page), [...NEEDED.slice(0, 1), 'timer', ...NEEDED.slice(1)], 'the last screen’s own timer');
      await button(form, FR.close).click();
      await host(page).waitFor({ state: 'detached' });
      await settle(page);
      assert.deepEqual(await left(page), []);
    }, { before: counted });
  });

  it('the last screen goes by itself 6 s after it was announced, and not while the pointer is inside', async () => {
    for (const inside of [false, true]) {
      await onPage(world, { order: `P-end-${inside}` }, async (visit, form) => {
        const { page } = visit;
        await page.clock.install();
        await answerCore(page, 'fr');
        await visit.event('delivered');
        await toTheEnd(form);
        // A tap leaves the focus on nothing that is still there.
        if (inside) await form.hover();
        else await page.mouse.move(2, 2);
        // The clock goes on by itself meanwhile: early enough, however slow the machine is.
        await page.clock.fastForward(END_MS - 4_500);
        await settle(page);
        assert.equal(await form.count(), 1);
        await page.clock.fastForward(inside ? 30_000 : 5_000);
        await settle(page);
        if (inside) {
          assert.equal(await form.count(), 1);
          await page.mouse.move(2, 2);
          await page.clock.fastForward(2_000);
        }
        assert.deepEqual(await visit.event('closed'), { reason: 'finished' });
        await host(page).waitFor({ state: 'detached' });
      });
    }
  });

  it('what is said last stands as long as what was said before it, however late it comes', async () => {
    await onPage(world, { order: 'P-end-late' }, async (visit, form) => {
      const { page } = visit;
      let arrives;
      await page.route(POSTS, async (route) => {
        await new Promise((go) => (arrives = go));
        await route.continue();
      });
      await page.clock.install();
      await taps(form);
      await skip(form);
      await page.mouse.move(2, 2);
      await says(form, FR.waiting);
      await page.clock.fastForward(END_MS - 1_500);
      await until(() => arrives);
      arrives();
      await says(form, FR.sent);
      await page.clock.fastForward(END_MS - 2_500);
      await settle(page);
      assert.equal(await form.count(), 1);
      await page.clock.fastForward(5_000);
      assert.deepEqual(await visit.event('closed'), { reason: 'finished' });
    });
  });

  it('the last screen stays while the focus is inside', async () => {
    await onPage(world, { order: 'P-end-focus' }, async (visit, form) => {
      const { page } = visit;
      await page.clock.install();
      await answerCore(page, 'fr');
      await visit.event('delivered');
      await toTheEnd(form);
      await button(form, FR.close).focus();
      await page.mouse.move(2, 2);
      await page.clock.fastForward(END_MS + 5_000);
      await settle(page);
      assert.equal(await form.count(), 1);
      await page.locator('#field').focus();
      await page.clock.fastForward(2_000);
      assert.deepEqual(await visit.event('closed'), { reason: 'finished' });
    });
  });

  /** Answers, and looks that exactly this is stored, quietly. */
  const works = async (visit, form, order) => {
    await answerCore(visit.page, 'fr');
    assert.equal((await stored(world, idOf(order))).length, 1);
    assertSilent(visit);
    const policy = visit.messages.filter((message) => /policy/i.test(message));
    assert.deepEqual(policy, [], 'nothing is refused');
    assert.equal(await host(visit.page).count(), 1);
    assert.equal(visit.events.filter(({ name }) => name === 'shown').length, 1);
  };

  for (const [file, what] of [
    ['plain.html', 'the strictest policy that docs/embed.md promises to be enough'],
    ['trusted.html', 'Trusted Types'],
    ['head.html', 'a blocking tag in <head>'],
    ['module.html', 'the tag as a module'],
    ['twice.html', 'the same tag twice'],
  ]) {
    it(`works with ${what}`, async () => {
      const order = `P-${file}`;
      await onPage(world, { order }, (visit, form) => works(visit, form, order), { file });
    });
  }

  it('the pages of these tests refuse what they say they refuse', async () => {
    await onPage(world, { order: 'P-policy' }, async ({ page }) => {
      const refused = await page.evaluate(() => {
        try {
          document.createElement('script').src = '/plain.js';
          return false;
        } catch {
          return true;
        }
      });
      assert.equal(refused, true);
      const { headers } = await fetch(address(world.shop, 'plain.html'));
      assert.match(headers.get('content-security-policy'), /^default-src 'none'; script-src \S+ 'wasm-unsafe-eval'; connect-src \S+;/);
    }, { file: 'trusted.html' });
  });

  it('works on a page with `define.amd`, `module` and `exports`, and leaves them alone', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.calls = 0;
      window.define = () => { window.calls += 1; };
      window.define.amd = {};
      window.module = { exports: {} };
      window.exports = window.module.exports;
    });
    await onPage(world, { order: 'P-amd' }, async (visit, form) => {
      await works(visit, form, 'P-amd');
      assert.deepEqual(await visit.page.evaluate(() => [window.calls, window.module.exports]), [0, {}]);
    }, { before });
  });

  it('works when a tag manager inserts the tag, late and with attributes set afterwards', async () => {
    await onPage(world, {}, async (visit, form) => {
      await visit.page.evaluate((collector) => {
        const script = document.createElement('script');
        script.async = true;
        script.src = `${collector}/trente.js`;
        script.dataset.site = 'olive';
        script.dataset.order = 'P-manager';
        document.head.append(script);
      }, world.collector.url);
      await works(visit, form, 'P-manager');
    }, { file: 'bare.html' });
  });

  it('works from another base, where the script is hosted elsewhere', async () => {
    const shop = await startShop({
      port: await freePort(), collector: world.collector.url,
      policy: `default-src 'none'; script-src 'self' ${world.collector.url} 'wasm-unsafe-eval'; connect-src ${world.collector.url}; style-src 'self'; img-src data:`,
    });
    const visit = await open(world.browser);
    try {
      await world.collector.trente('site', 'add', '--db', world.collector.database, 'elsewhere', '--origin', shop.url);
      await visit.page.route(`${shop.url}/trente.js`, async (route) =>
        route.fulfill({ contentType: 'text/javascript', body: await (await fetch(`${world.collector.url}/trente.js`)).text() }));
      await visit.page.goto(address(shop, 'bare.html'));
      await visit.page.evaluate((base) => {
        const script = document.createElement('script');
        script.src = '/trente.js';
        Object.assign(script.dataset, { site: 'elsewhere', order: 'P-base', base });
        document.body.append(script);
      }, world.collector.url);
      const answered = await answerCore(visit.page, 'fr');
      assert.equal(answered.status(), 204);
      assert.equal(new URL(answered.url()).origin, world.collector.url);
      assertSilent(visit);
    } finally {
      await visit.close();
      await shop.stop();
    }
  });

  it('data-display="none" waits, and asks for nothing', async () => {
    await onPage(world, { order: 'P-none', display: 'none' }, async (visit) => {
      await until(() => visit.page.evaluate(() => 'trente' in window));
      await settle(visit.page);
      assert.equal(await host(visit.page).count(), 0);
      assert.deepEqual(visit.requests.map((request) => new URL(request.url()).pathname).filter((path) => /^\/(v1|t)\//.test(path)), []);
      assert.deepEqual(visit.events, []);
    });
  });

  it('takes data-lang, else the page’s language, else the browser’s; an unknown one falls back', async () => {
    const asked = async (attributes, options) => {
      const visit = await open(world.browser, options);
      try {
        await visit.page.goto(address(world.shop, 'plain.html', { order: 'P-lang', ...attributes }));
        await visit.event('shown');
        const lang = await host(visit.page).getAttribute('lang');
        assert.equal(await surveyForm(visit.page, lang).count(), 1);
        return lang;
      } finally {
        await visit.close();
      }
    };
    assert.equal(await asked({}, { locale: 'en-GB' }), 'fr', 'the page is French');
    assert.equal(await asked({ lang: 'en-AU' }), 'en');
    assert.ok(['fr', 'en'].includes(await asked({ lang: 'tlh' })));
  });

  it('the theme is data-theme’s, else the page’s: dark only where the page declares it and the system is dark', async () => {
    const paper = async (attributes, colorScheme, own = '') => {
      const before = ({ page }) => page.addInitScript((own) => {
        document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.colorScheme = own));
      }, own);
      let found;
      await onPage(world, { order: 'P-theme', ...attributes }, async (visit, form) => {
        await form.waitFor();
        found = await form.evaluate((element) => getComputedStyle(element).backgroundColor);
      }, { options: { colorScheme }, before });
      return found;
    };
    const [light, dark] = [await paper({ theme: 'system' }, 'light'), await paper({ theme: 'system' }, 'dark')];
    assert.notEqual(light, dark);
    assert.equal(await paper({}, 'dark'), light, 'a page that knows no dark');
    assert.equal(await paper({}, 'dark', 'light dark'), dark);
    assert.equal(await paper({}, 'light', 'light dark'), light);
    assert.equal(await paper({ theme: 'light' }, 'dark'), light);
    assert.equal(await paper({ theme: 'dark' }, 'light'), dark);
  });
});
