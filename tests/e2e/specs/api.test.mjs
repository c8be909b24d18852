// What a page can do with the loader: the queue, show, hide, on, the element, the module, several tags. docs/embed.md.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calm, open } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { fetched } from '../support/sheets.mjs';
import { answer, answerCore, button, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FR = WORDS.fr;
const QUESTION = 'Votre satisfaction, dans l’ensemble\u{202f}?';

describe('the interface', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const html = (page) => page.evaluate(() => document.documentElement.outerHTML);
  const ready = (page) => page.waitForFunction(() => window.trente?.show);
  const shown = (visit) => visit.events.filter(({ name }) => name === 'shown').length;
  const idOf = (order) => responseOf(world.collector.survey, order);

  it('plays what the page queued, and takes more calls in the same way', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.heard = [];
      window.trente = window.trente || { q: [] };
      window.trente.q.push(['on', 'shown', ({ type, detail }) => window.heard.push([type, detail.display])]);
      window.trente.q.push(['show', { display: 'banner' }], ['nothing', 1]);
    });
    await onPage(world, { order: 'A-queue', display: 'none' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      assert.equal((await visit.event('shown')).display, 'banner');
      assert.deepEqual(await page.evaluate(() => window.heard), [['trente:shown', 'banner']]);
      await page.evaluate(() => window.trente.q.push(['hide']));
      await host(page).waitFor({ state: 'detached' });
      assert.deepEqual(await visit.event('closed'), { reason: 'api' });
      assertSilent(visit);
    }, { before });
  });

  it('show() shows it once, hide() takes it away, show() brings it back', async () => {
    await onPage(world, { order: 'A-show' }, async (visit, form) => {
      const { page } = visit;
      const expected = await page.evaluate(() => document.body.innerHTML);
      await form.waitFor();
      await page.evaluate(() => { window.trente.show(); window.trente.show({ display: 'modal' }); });
      await settle(page);
      assert.equal(shown(visit), 1);
      for (let times = 0; times < 3; times += 1) {
        await page.evaluate(() => { window.trente.hide(); window.trente.hide(); });
        await host(page).waitFor({ state: 'detached' });
        await page.evaluate(() => window.trente.show());
        await form.waitFor();
      }
      await until(() => shown(visit) === 4);
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown', 'closed', 'shown', 'closed', 'shown', 'closed', 'shown']);
      assert.deepEqual(fetched(visit).filter((name) => name !== 'survey'), ['glue', 'wasm'], 'glue and wasm come once');
      await page.evaluate(() => window.trente.hide());
      await settle(page);
      assert.ok(expected.length >= (await page.evaluate(() => document.body.innerHTML)).length);
      // The page’s own wish is none of the customer’s acts.
      assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
      assertSilent(visit);
    });
  });

  it('a page that takes the host away ends the survey, and may show it again', async () => {
    await onPage(world, { order: 'A-taken' }, async (visit, form) => {
      const { page } = visit;
      await answer(form, 'Bonne');
      await visit.event('answered');
      // Moved, it stays what it is.
      await host(page).evaluate((element) => document.querySelector('#avis').append(element));
      await form.getByText('2 / 4', { exact: true }).waitFor();
      await answer(form, '6');
      await form.getByText('3 / 4', { exact: true }).waitFor();
      await host(page).evaluate((element) => element.remove());
      assert.deepEqual(await visit.event('closed'), { reason: 'api' });
      await settle(page);
      assert.equal(await page.evaluate(() => window.trente._.asked.size), 1);
      await page.evaluate(() => window.trente.show());
      // It goes on where the customer was.
      await form.getByText('3 / 4', { exact: true }).waitFor();
      assertSilent(visit);
    });
  });

  it('show(options) may ask for another order, language, place or theme', async () => {
    await onPage(world, { order: 'A-options', display: 'none' }, async (visit) => {
      const { page } = visit;
      await ready(page);
      await page.evaluate(() => window.trente.show({ order: 'A-other', lang: 'en', target: '#avis', theme: 'dark' }));
      assert.equal((await visit.event('shown')).display, 'inline');
      assert.equal(await host(page).evaluate((element) => `${element.parentElement.id} ${element.lang} ${element.dataset.theme}`), 'avis en dark');
      await answerCore(page, 'en');
      await stored(world, idOf('A-other'));
    });
  });

  it('on() hears until it is told not to', async () => {
    await onPage(world, { order: 'A-on', trigger: 'manual' }, async (visit, form) => {
      const { page } = visit;
      await ready(page);
      await page.evaluate(() => {
        window.heard = [];
        window.off = ['shown', 'answered', 'closed', 'failed'].map((name) =>
          window.trente.on(name, (event) => window.heard.push([event.type, event.target.localName])));
        window.trente.show();
      });
      await answer(form, 'Bonne');
      await visit.event('answered');
      await page.evaluate(() => window.off.forEach((off) => off()));
      await button(form, FR.close).click();
      await visit.event('closed');
      assert.deepEqual(await page.evaluate(() => window.heard), [['trente:shown', 'trente-survey'], ['trente:answered', 'trente-survey']]);
    });
  });

  it('the acknowledgement is told after the customer has closed, on the tag', async () => {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    const before = async ({ page }) => {
      await page.addInitScript(() => {
        document.addEventListener('trente:delivered', ({ target }) => { window.deliveredOn = target.localName; });
      });
      await page.route('**/v1/responses', async (route) => {
        await released;
        await route.continue();
      });
    };
    await onPage(world, { order: 'A-late' }, async (visit, form) => {
      await answer(form, 'Bonne', '6', /^5 /, '9');
      await visit.event('completed');
      await button(form, FR.close).click();
      await host(visit.page).waitFor({ state: 'detached' });
      release();
      assert.deepEqual(await visit.event('delivered'), { response: idOf('A-late'), attempts: 1 });
      assert.equal(await visit.page.evaluate(() => window.deliveredOn), 'script');
      assertSilent(visit);
    }, { before });
  });

  it('a tag that is gone again fails on the document', async () => {
    const before = async ({ page }) => {
      await page.addInitScript(() => {
        document.addEventListener('trente:failed', ({ target }) => { window.failedOn = target.nodeName; });
      });
      await page.route('**/v1/surveys/**', async (route) => {
        await page.evaluate(() => document.querySelector('script[data-site]').remove());
        await route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } });
      });
    };
    await onPage(world, { order: 'A-gone' }, async (visit) => {
      await visit.event('failed');
      assert.equal(await visit.page.evaluate(() => window.failedOn), '#document');
    }, { before });
  });

  it('two tags of two sites make two surveys that do not know each other', async () => {
    const { collector, shop } = world;
    await collector.trente('site', 'add', '--db', collector.database, 'second', '--origin', shop.url);
    await onPage(world, { order: 'A-two', target: '#avis' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.evaluate((collector) => {
        const script = document.createElement('script');
        script.src = `${collector}/trente.js`;
        Object.assign(script.dataset, { site: 'second', order: 'A-two' });
        document.body.append(script);
      }, collector.url);
      await until(() => shown(visit) === 2);
      const [first, second] = [page.locator('#avis trente-survey'), page.locator('body > trente-survey')];
      await answer(first, 'Bonne');
      await first.getByText('2 / 4', { exact: true }).waitFor();
      assert.equal(await second.getByText('1 / 4', { exact: true }).count(), 1);
      await second.getByRole('button', { name: FR.close }).click();
      await second.waitFor({ state: 'detached' });
      await answer(first, '6');
      await first.getByText('3 / 4', { exact: true }).waitFor();
      assert.deepEqual(fetched(visit).filter((name) => name === 'wasm'), ['wasm']);
      assertSilent(visit);
    });
  });

  describe('an optimiser', () => {
    const delayed = async (act, check) => {
      await onPage(world, { order: 'A-delayed' }, async (visit, form) => {
        await settle(visit.page);
        assert.equal(await visit.page.evaluate(() => 'trente' in window), false);
        await act(visit.page);
        await form.waitFor();
        await visit.event('shown');
        assert.equal(shown(visit), 1);
        assertSilent(visit);
        await check?.(visit);
      }, { file: 'delayed.html' });
    };
    const src = 'script[data-src*="/trente"]';

    it('that puts the attributes on a fresh tag', () =>
      delayed((page) => page.locator(src).evaluate((old) => {
        const script = document.createElement('script');
        for (const { name, value } of old.attributes) script.setAttribute(name === 'data-src' ? 'src' : name, value);
        script.type = 'text/javascript';
        old.replaceWith(script);
      })));

    it('that runs it from a tag of its own', () =>
      delayed((page) => page.locator(src).evaluate((old) => {
        const script = document.createElement('script');
        script.src = old.dataset.src;
        document.head.append(script);
      })));

    it('that runs its text, so that there is no tag at all', async () => {
      const text = await (await fetch(`${world.collector.url}/trente.js`)).text();
      await delayed((page) => page.evaluate(text));
    });

    it('that runs it in a module, as `import` does', () =>
      delayed((page) => page.locator(src).evaluate((old) => import(old.dataset.src))));
  });

  describe('<trente-survey>', () => {
    const onElements = (check, before) => onPage(world, {}, async (visit) => {
      await ready(visit.page);
      await check(visit);
    }, { file: 'element.html', before });
    const first = (page) => page.locator('#first > trente-survey');
    const add = (page, attributes, into = '#first') => page.evaluate(([attributes, into]) => {
      const element = document.createElement('trente-survey');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.querySelector(into).append(element);
      return element.outerHTML;
    }, [attributes, into]);

    it('mounts when it is connected and goes when it is disconnected, many times', async () => {
      await onElements(async (visit) => {
        const { page } = visit;
        const empty = await html(page);
        for (let times = 0; times < 4; times += 1) {
          await add(page, { site: 'olive', order: 'E-many', lang: times % 2 ? 'en' : 'fr' });
          await surveyForm(page, times % 2 ? 'en' : 'fr').waitFor();
          await first(page).evaluate((element) => element.remove());
          await settle(page);
          assert.equal(await html(page), empty);
        }
        // Gone before anything has arrived.
        await page.evaluate(async () => {
          const element = document.createElement('trente-survey');
          element.setAttribute('site', 'olive');
          document.body.append(element);
          // The loader has seen it.
          await null;
          await null;
          element.remove();
        });
        await until(() => fetched(visit).filter((name) => name === 'survey').length === 5);
        await settle(page);
        assert.equal(shown(visit), 4);
        assert.deepEqual(await page.evaluate(() => [...window.trente._.asked.keys()]), []);
        assert.deepEqual(visit.events.filter(({ name }) => name === 'closed').map(({ detail }) => detail.reason), Array(4).fill('api'));
        assertSilent(visit);
      });
    });

    it('is the host itself, inline, and is as it was when the survey ends', async () => {
      await onElements(async (visit) => {
        const { page } = visit;
        const attributes = { site: 'olive', order: 'E-host', lang: 'fr', theme: 'light', class: 'mine', dir: 'auto' };
        const written = await add(page, attributes);
        await surveyForm(page, 'fr').waitFor();
        assert.equal((await visit.event('shown')).display, 'inline');
        assert.equal(await page.locator('trente-survey').count(), 1);
        assert.equal(await first(page).evaluate((element) => `${element.dir} ${element.dataset.theme}`), 'ltr light');
        await answerCore(page, 'fr');
        await button(surveyForm(page, 'fr'), FR.close).click();
        await visit.event('closed');
        // Once the card has gone, which takes a moment where things may move.
        const now = () => first(page).evaluate((element) => element.outerHTML);
        await until(async () => await now() === written);
        assert.equal(await now(), written);
        assert.equal(await first(page).evaluate((element) => element.shadowRoot.childNodes.length), 0);
        await stored(world, idOf('E-host'));
        // Until it is connected anew, and the customer does not rest.
        await page.evaluate(() => { localStorage.clear(); window.trente._.rest = ''; });
        await first(page).evaluate((element) => { element.remove(); document.querySelector('#second').append(element); });
        await settle(page);
        assert.equal(shown(visit), 1, 'a move is no new wish');
        await page.evaluate(() => {
          const element = document.querySelector('trente-survey');
          element.remove();
          window.kept = element;
        });
        await settle(page);
        await page.evaluate(() => document.querySelector('#first').append(window.kept));
        await surveyForm(page, 'fr').waitFor();
        assertSilent(visit);
      });
    });

    it('is moved without losing an answer, in the page and over it', async () => {
      for (const display of ['inline', 'card', 'modal']) {
        await onElements(async (visit) => {
          const { page } = visit;
          await add(page, { site: 'olive', order: `E-move-${display}`, display });
          const form = surveyForm(page, 'fr');
          await answer(form, 'Bonne');
          await form.getByText('2 / 4', { exact: true }).waitFor();
          await first(page).evaluate((element) => document.querySelector('#second').append(element));
          await settle(page);
          assert.equal(await form.getByText('2 / 4', { exact: true }).count(), 1);
          if (display !== 'inline') {
            const onTop = await host(page).evaluate((element) => element.shadowRoot.firstElementChild.matches(':popover-open, :modal'));
            assert.equal(onTop, true, display);
          }
          await answer(form, '6');
          await form.getByText('3 / 4', { exact: true }).waitFor();
          assert.equal(shown(visit), 1);
          assertSilent(visit);
        });
      }
    });

    it('asks anew when its order changes, and waits for its site', async () => {
      await onElements(async (visit) => {
        const { page } = visit;
        await add(page, {});
        await settle(page);
        assert.deepEqual(fetched(visit), []);
        const set = (name, value) => first(page).evaluate((element, [name, value]) => element.setAttribute(name, value), [name, value]);
        await set('site', 'olive');
        await surveyForm(page, 'fr').waitFor();
        await answer(surveyForm(page, 'fr'), 'Bonne');
        await page.evaluate(() => { localStorage.clear(); window.trente._.rest = ''; });
        await set('order', 'E-new');
        await surveyForm(page, 'fr').getByRole('radiogroup', { name: QUESTION }).waitFor();
        await answerCore(page, 'fr');
        await stored(world, idOf('E-new'));
        assertSilent(visit);
      });
    });

    it('fails on itself', async () => {
      await onElements(async (visit) => {
        await visit.page.evaluate(() => document.addEventListener('trente:failed', ({ target }) => { window.failedOn = target.id; }));
        await add(visit.page, { site: 'nobody', id: 'mine' });
        await visit.event('failed');
        assert.equal(await visit.page.evaluate(() => window.failedOn), 'mine');
        assertSilent(visit);
      });
    });

    it('speaks out of a web component of the page’s own', async () => {
      await onElements(async (visit) => {
        await visit.page.evaluate(() => {
          document.querySelector('#first').attachShadow({ mode: 'open' }).append(document.createElement('trente-survey'));
          const [element] = document.querySelector('#first').shadowRoot.children;
          element.setAttribute('site', 'olive');
        });
        assert.equal((await visit.event('shown')).display, 'inline');
      });
    });

    for (const [what, broken] of [
      ['overridden', () => { window.customElements.define = () => { throw new Error('broken'); }; }],
      ['taken away', () => { Object.defineProperty(window, 'customElements', { value: undefined }); }],
      ['taken by another', () => { customElements.define('trente-survey', class extends HTMLElement {}); }],
    ]) {
      it(`a page whose registry is ${what} still has the tag`, async () => {
        const before = ({ page }) => page.addInitScript(broken);
        await onPage(world, { order: `E-${what}` }, async (visit, form) => {
          await answer(form, 'Bonne');
          await visit.event('answered');
          assertSilent(visit);
        }, { before });
      });
    }
  });

  describe('the module', () => {
    /** Mounts in a page of one part, as a framework does; keeps what `mount` gave. */
    const mount = (page, options, into = '#avis') => page.evaluate(async ([url, options, into]) => {
      const module = await import(`${url}/trente.mjs`);
      window.mounted = await module.mount(document.querySelector(into), options);
      return module.version;
    }, [world.collector.url, options, into]);
    const onBare = (check, before) => onPage(world, {}, check, { file: 'bare.html', before });

    it('mount and unmount, through route after route, leave no global and no trace', async () => {
      await onBare(async (visit, form) => {
        const { page } = visit;
        const globals = () => page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => !['mounted', '__trenteEvent'].includes(name)).sort());
        const [before, names] = [await html(page), await globals()];
        for (const order of ['M-1', 'M-2', 'M-3']) {
          assert.match(await mount(page, { site: 'olive', order }), /^\d+\.\d+\.\d+$/);
          await form.waitFor();
          assert.equal(await host(page).evaluate((element) => element.parentElement.id), 'avis');
          await page.evaluate((order) => {
            history.pushState({}, '', `/bare.html?${order}`);
            window.mounted.unmount();
            window.mounted.unmount();
          }, order);
          await settle(page);
          assert.equal(await html(page), before);
        }
        assert.deepEqual(await globals(), names);
        assert.deepEqual(fetched(visit).filter((name) => name !== 'survey'), ['glue', 'wasm']);
        assert.equal(shown(visit), 3);
        await mount(page, { site: 'olive', order: 'M-4', display: 'card' });
        await answerCore(page, 'fr');
        await stored(world, idOf('M-4'));
        assertSilent(visit);
      });
    });

    it('two at once do not know each other', async () => {
      await onBare(async ({ page, events }, form) => {
        await page.evaluate(async (url) => {
          const { mount } = await import(`${url}/trente.mjs`);
          const [a, b] = [document.querySelector('#avis'), document.querySelector('#below')];
          window.all = await Promise.all([mount(a, { site: 'olive', order: 'M-a' }), mount(b, { site: 'olive', order: 'M-b' })]);
        }, world.collector.url);
        await until(() => events.filter(({ name }) => name === 'shown').length === 2);
        await page.evaluate(() => window.all[0].unmount());
        await form.waitFor();
        await answerCore(page, 'fr');
        await stored(world, idOf('M-b'));
      });
    });

    it('rejects with a code, and hears of it on the element', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await page.evaluate(() => document.addEventListener('trente:failed', ({ target }) => { window.failedOn = target.id; }));
        const failing = (options) => mount(page, options).then(() => 'mounted', ({ message }) => /trente: (\w+)/.exec(message)?.[1]);
        assert.equal(await failing({ site: 'nobody' }), 'site');
        assert.equal(await page.evaluate(() => window.failedOn), 'avis');
        assert.equal(await failing({}), 'site');
        assert.equal(await failing({ site: 'olive', base: `${world.collector.url}/nowhere/` }), 'files');
        assert.equal(await host(page).count(), 0);
        // What failed may be tried again.
        await mount(page, { site: 'olive', base: `${world.collector.url}/` });
        await surveyForm(page, 'fr').waitFor();
        assertSilent(visit);
      });
    });

    it('and the script on one page share what they have', async () => {
      await onPage(world, { order: 'M-both' }, async (visit, form) => {
        const { page } = visit;
        await form.waitFor();
        await mount(page, { site: 'olive', order: 'M-both-2' });
        await until(() => shown(visit) === 2);
        assert.deepEqual(fetched(visit).filter((name) => name !== 'survey'), ['glue', 'wasm']);
        await page.evaluate(() => window.trente.hide());
        await settle(page);
        assert.equal(await host(page).count(), 0);
        assertSilent(visit);
      });
    });

    it('and a script that comes later share what they have, too', async () => {
      await onPage(world, {}, async (visit) => {
        const { page } = visit;
        await mount(page, { site: 'olive', order: 'M-first', display: 'card' });
        await page.evaluate((url) => {
          const script = document.createElement('script');
          Object.assign(script.dataset, { site: 'olive', order: 'M-second' });
          const loaded = new Promise((done) => { script.onload = done; });
          script.src = url;
          document.body.append(script);
          return loaded;
        }, `${world.collector.url}/trente.js`);
        await settle(page);
        assert.equal(await host(page).count(), 1);
        assert.deepEqual(fetched(visit).filter((name) => name !== 'survey'), ['glue', 'wasm']);
        await page.evaluate(() => window.trente.hide());
        await settle(page);
        assert.equal(await host(page).count(), 0);
        assertSilent(visit);
      }, { file: 'bare.html' });
    });

    it('has types next to it', async () => {
      const [types, list] = await Promise.all(['trente.d.ts', 'trente-0.1.0.mjs'].map((file) => fetch(`${world.collector.url}/${file}`)));
      assert.equal(types.status, 200);
      const text = await types.text();
      for (const name of ['shown', 'answered', 'completed', 'delivered', 'closed', 'failed', 'mount', 'position', 'trigger']) assert.match(text, new RegExp(`\\b${name}\\b`));
      assert.equal(list.status, 200);
      assert.match(list.headers.get('content-type'), /^text\/javascript/);
    });
  });
});
