// What tags say, and how often: placeholders, addresses, two tags, tags of an earlier order, pages that change under the
// loader, pages that were not looked at yet. docs/embed.md#displays, “Language”, “Preview”, “Triggers”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calm, few, open } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { fetched, withDisplay } from '../support/sheets.mjs';
import { answer, answerCore, button, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FR = WORDS.fr;

describe('tags', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const idOf = (order) => responseOf(world.collector.survey, order);
  const shown = (visit) => visit.events.filter(({ name }) => name === 'shown').length;
  /** Puts a tag on the page, as a tag manager does; `query` in its address. */
  const insert = (page, attributes, query = '') => page.evaluate(([url, attributes]) => {
    const script = document.createElement('script');
    script.src = url;
    // In the order in which they are put there.
    script.async = false;
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(`data-${name}`, value);
    const loaded = new Promise((done) => { script.onload = done; });
    document.body.append(script);
    return loaded;
  }, [`${world.collector.url}/trente.js${query}`, attributes]);
  const onBare = (check, before, options) => onPage(world, {}, check, { file: 'bare.html', before, options });
  /** The response that the survey on the page gives. */
  const given = async (visit, lang = 'fr') => {
    await answerCore(visit.page, lang);
    return (await visit.event('completed')).response;
  };

  describe('what a template prints', () => {
    for (const order of few(['undefined', 'NULL', 'NaN', '[object Object]', '{{ order.name }}', '{% order %}', '%%ORDER_ID%%', '${order}', '<%= order %>', '<?= $order ?>', '#{order}', '*|ORDER|*', '[[order]]', 'None', 'nil', '{$order.id}', 'MO-undefined', '[object Promise]', '__ORDER_ID__', 'x }}', ' \u00a0\u200b\ufeff ', ''], 3)) {
      it(`“${order}” is no order`, async () => {
        await onBare(async (visit) => {
          await insert(visit.page, { site: 'olive', order });
          const response = await given(visit);
          assert.ok(![order, order.trim()].filter(Boolean).map(idOf).includes(response), 'a response of its own');
          assertSilent(visit);
        });
      });
    }

    for (const around of few(['\n  MO-1 \t\r\n', '\u00a0MO-1\u202f', '\ufeff\u200bMO-1\u2060', '\u0085MO-1\u3000'], 1)) {
      it(`what is around it is no part of an order: ${JSON.stringify(around)}`, async () => {
        await onBare(async (visit) => {
          await insert(visit.page, { site: ' olive ', order: around });
          assert.equal(await given(visit), idOf('MO-1'));
        });
      });
    }

    it('what only looks like one is an order', async () => {
      for (const order of few(['null-1', 'undefined 7', '100%', '#1001', '{1}', '0', 'false', 'none', 'None-1', '[1]', '*1*', '#1{', 'my-order', '{order-7}'], 3)) {
        await onBare(async (visit) => {
          await insert(visit.page, { site: 'olive', order });
          assert.equal(await given(visit), idOf(order), order);
        });
      }
    });

    it('every form reads alike: the element and the module', async () => {
      await onPage(world, {}, async (visit) => {
        await visit.page.waitForFunction(() => window.trente?.show);
        await visit.page.evaluate(() => {
          const element = document.createElement('trente-survey');
          element.setAttribute('site', 'olive');
          element.setAttribute('order', '\n MO-2 ');
          document.querySelector('#first').append(element);
        });
        assert.equal(await given(visit), idOf('MO-2'));
      }, { file: 'element.html' });
      await onBare(async (visit) => {
        await visit.page.evaluate(async (url) => {
          const { mount } = await import(`${url}/trente.mjs`);
          await mount(document.querySelector('#avis'), { site: 'olive', order: ' MO-3 ', signature: null, lang: undefined });
        }, world.collector.url);
        assert.equal(await given(visit), idOf('MO-3'));
      });
    });
  });

  describe('the address', () => {
    it('says what the tag does not', async () => {
      await onBare(async (visit) => {
        await insert(visit.page, {}, '?site=olive&order=%231001&lang=en&display=banner&ver=6.8&from=/a/b.js');
        assert.equal((await visit.event('shown')).display, 'banner');
        assert.equal(await given(visit, 'en'), idOf('#1001'));
        assertSilent(visit);
      });
    });

    it('may have been written for HTML, or in capitals', async () => {
      for (const [index, query] of ['?site=olive&amp;order=MO-8-0&amp;lang=en', '?Site=olive&ORDER=MO-8-1&Lang=en'].entries()) {
        await onBare(async (visit) => {
          await insert(visit.page, {}, query);
          assert.equal(await given(visit, 'en'), idOf(`MO-8-${index}`));
          assertSilent(visit);
        });
      }
    });

    it('is where the tag’s file is, whatever its other attributes look like', async () => {
      for (const id of ['trente-js', 'trente.js', '/trente.js']) {
        await onBare(async (visit) => {
          await visit.page.evaluate(([url, id]) => {
            // As the well-known snippets do: the id comes first.
            const script = document.createElement('script');
            script.id = id;
            script.className = 'trente-js';
            script.src = url;
            document.body.append(script);
          }, [`${world.collector.url}/trente.js?site=olive&order=MO-9`, id]);
          assert.equal(await given(visit), idOf('MO-9'));
          assertSilent(visit);
        });
      }
    });

    it('gives way to the tag, unless that says nothing', async () => {
      await onBare(async (visit) => {
        await insert(visit.page, { site: 'olive', lang: 'fr', order: '{{ order }}' }, '?site=nobody&order=MO-5&lang=en');
        assert.equal(await given(visit), idOf('MO-5'));
      });
    });

    it('is the tag’s own, never the page’s', async () => {
      const visit = await open(world.browser);
      try {
        await visit.page.goto(`${world.shop.url}/bare.html?site=olive&order=MO-6&lang=en`);
        await insert(visit.page, { site: 'olive' });
        assert.notEqual(await given(visit), idOf('MO-6'));
      } finally {
        await visit.close();
      }
    });

    it('what a call that the page queued asks for stands, whatever the tag says', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await page.evaluate(() => { window.trente = { q: [['show', { order: 'MO-10' }]] }; });
        await insert(page, { site: 'olive', order: 'MO-11' });
        assert.equal(await given(visit), idOf('MO-10'));
        assert.equal(shown(visit), 1);
        assertSilent(visit);
      });
    });

    it('a call that the page queued needs no site in the tag', async () => {
      await onBare(async (visit) => {
        await visit.page.evaluate(() => { window.trente = { q: [['show', { site: 'olive', order: 'MO-7' }]] }; });
        await insert(visit.page, {});
        assert.equal(await given(visit), idOf('MO-7'));
        assert.deepEqual(visit.events.filter(({ name }) => name === 'failed'), []);
      });
    });
  });

  describe('two tags', () => {
    const two = (first, second, check) => onBare(async (visit) => {
      const { page } = visit;
      await Promise.all([insert(page, { site: 'olive', ...first }), insert(page, { site: 'olive', ...second })]);
      await surveyForm(page, 'fr').first().waitFor();
      await visit.event('shown');
      await until(async () => fetched(visit).includes('wasm'));
      await settle(page);
      await check(visit);
      assert.equal(await host(page).count(), 1);
      assertSilent(visit);
    });

    it('one of them without an order: the other asks, whichever comes first', async () => {
      for (const [index, [first, second]] of [[{ order: 'TW-1' }, {}], [{}, { order: 'TW-1' }], [{ order: 'null' }, { order: 'TW-1' }]].entries()) {
        await two(first, second, async (visit) => {
          assert.equal(await given(visit), idOf('TW-1'), `${index}`);
          assert.equal(shown(visit), 1);
        });
      }
    });

    it('two orders: one card, the first’s', async () => {
      await two({ order: '1001' }, { order: '#1001' }, async (visit) => assert.equal(await given(visit), idOf('1001')));
      await two({ order: '1002' }, { order: '#1002', trigger: 'delay:0' }, async (visit) => assert.equal(await given(visit), idOf('1002')));
    });

    it('one with an order takes the place of one without that is there already', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive' });
        await visit.event('shown');
        await insert(page, { site: 'olive', order: 'TW-2' });
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await host(page).count(), 1);
        assert.equal(await given(visit), idOf('TW-2'));
      });
    });

    it('but not of one that the customer is answering', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive' });
        await answer(surveyForm(page, 'fr'), 'Bonne');
        await visit.event('answered');
        await insert(page, { site: 'olive', order: 'TW-3' });
        await settle(page);
        await surveyForm(page, 'fr').getByText('2 / 4', { exact: true }).waitFor();
        assert.equal(shown(visit), 1);
      });
    });

    it('a card of an element and one of a tag are one card', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive', order: 'TW-4' });
        await visit.event('shown');
        await page.evaluate(() => {
          const element = document.createElement('trente-survey');
          for (const [name, value] of [['site', 'olive'], ['order', 'TW-5'], ['display', 'card']]) element.setAttribute(name, value);
          document.body.append(element);
        });
        await until(() => fetched(visit).filter((name) => name === 'survey').length === 2);
        await settle(page);
        assert.equal(shown(visit), 1);
        assert.equal(await given(visit), idOf('TW-4'));
      });
    });

    it('after the first has been closed the second does not ask again', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive', order: 'TW-6' });
        await button(surveyForm(page, 'fr'), FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        for (const more of [{}, { order: '#TW-6' }, { order: 'TW-6' }]) await insert(page, { site: 'olive', ...more });
        await settle(page);
        assert.equal(shown(visit), 1);
        assert.equal(fetched(visit).filter((name) => name === 'survey').length, 1);
      });
    });
  });

  describe('an order that is not the one before', () => {
    it('show() reads the tag as it is then', async () => {
      await onPage(world, { order: 'SP-1', trigger: 'manual' }, async (visit) => {
        const { page } = visit;
        await page.waitForFunction(() => window.trente?.show);
        await page.evaluate(() => { document.querySelector('script[data-site]').dataset.order = 'SP-2'; window.trente.show(); });
        assert.equal(await given(visit), idOf('SP-2'));
      });
    });

    it('the trigger reads the tag as it is then', async () => {
      await onPage(world, { order: 'SP-3', trigger: 'exit' }, async (visit) => {
        const { page } = visit;
        await page.waitForFunction(() => window.trente?.show);
        await settle(page);
        await page.evaluate(() => {
          history.pushState({}, '', '/bare.html?2');
          document.querySelector('script[data-site]').dataset.order = 'SP-4';
        });
        await settle(page);
        await page.evaluate(() => document.body.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientY: -1 })));
        assert.equal(await given(visit), idOf('SP-4'));
      });
    });

    it('a tag whose order changes asks anew, and the one before is gone', async () => {
      await onPage(world, { order: 'SP-5' }, async (visit, form) => {
        const { page } = visit;
        await answer(form, 'Bonne');
        await visit.event('answered');
        await page.evaluate(() => { document.querySelector('script[data-site]').dataset.order = 'SP-6'; });
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await host(page).count(), 1);
        assert.equal(await given(visit), idOf('SP-6'));
        // What else an application writes into it is no new wish.
        await page.evaluate(() => { document.querySelector('script[data-site]').dataset.state = 'ready'; });
        await settle(page);
        assert.equal(shown(visit), 2);
      });
    });

    it('a tag that takes the place of another asks for its own order', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive', order: 'SP-7' });
        await answer(surveyForm(page, 'fr'), 'Bonne');
        await visit.event('answered');
        await page.evaluate(() => document.querySelector('script[data-site]').remove());
        await insert(page, { site: 'olive', order: 'SP-8' });
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await given(visit), idOf('SP-8'));
        await button(surveyForm(page, 'fr'), FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        // The page means the newest tag.
        await page.evaluate(() => window.trente.show());
        await surveyForm(page, 'fr').waitFor();
        assert.equal(await page.evaluate(() => [...window.trente._.asked.values()].find((stop) => stop.on).order), 'SP-8');
      });
    });

    it('where an earlier tag is left standing the tag of the next address asks', async () => {
      await onBare(async (visit) => {
        const { page } = visit;
        await insert(page, { site: 'olive', order: 'SP-9' });
        await visit.event('shown');
        await page.evaluate(() => history.pushState({}, '', '/bare.html?next'));
        await insert(page, { site: 'olive', order: 'SP-10' });
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await host(page).count(), 1);
        assert.equal(await given(visit), idOf('SP-10'));
        assertSilent(visit);
      });
    });

    it('show() at the next address does not ask for the order of a tag that was left standing', async () => {
      // What `onReady` of next/script does on each page, whose tag it puts there but once.
      await onPage(world, { order: 'SP-13' }, async (visit, form) => {
        const { page } = visit;
        await visit.event('shown');
        await page.evaluate(() => { location.hash = 'part'; window.trente.show(); });
        await settle(page);
        assert.equal(shown(visit), 1, 'the same page');
        assert.equal(await given(visit), idOf('SP-13'));
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        await page.evaluate(() => {
          history.pushState({}, '', '/bare.html?next');
          window.trente.show();
        });
        await answerCore(page, 'fr');
        assert.ok(await until(() => visit.events.filter(({ name }) => name === 'completed').length === 2));
        const [, { detail }] = visit.events.filter(({ name }) => name === 'completed');
        assert.notEqual(detail.response, idOf('SP-13'));
      });
    });

    it('what show({ order }) asks for stays, whatever else is written into the tag', async () => {
      await onPage(world, { order: 'SP-14' }, async (visit, form) => {
        const { page } = visit;
        await visit.event('shown');
        await page.evaluate(() => window.trente.show({ order: 'SP-15' }));
        assert.ok(await until(() => shown(visit) === 2));
        await answer(form, 'Bonne');
        await visit.event('answered');
        await page.evaluate(() => { document.querySelector('script[data-site]').dataset.status = 'ready'; });
        await settle(page);
        assert.equal(shown(visit), 2);
        await answer(form, '6', /^5 /, '9');
        assert.equal((await visit.event('completed')).response, idOf('SP-15'));
        assertSilent(visit);
      });
    });

    for (const [kind, one, two] of [['hash', '#/order/1', '#/order/2'], ['hashbang', '#!/order/1', '#!/order/2']]) {
      it(`the address of a ${kind} router is an address: show() there asks for no earlier order`, async () => {
        await onPage(world, { order: 'SP-16', trigger: 'manual' }, async (visit, form) => {
          const { page } = visit;
          await page.waitForFunction(() => window.trente?.show);
          await page.evaluate((hash) => { location.hash = hash; window.trente.show(); }, one);
          assert.equal(await given(visit), idOf('SP-16'));
          await button(form, FR.close).click();
          await host(page).waitFor({ state: 'detached' });
          await page.evaluate((hash) => { location.hash = hash; window.trente.show(); }, two);
          await answerCore(page, 'fr');
          assert.ok(await until(() => visit.events.filter(({ name }) => name === 'completed').length === 2));
          assert.notEqual(visit.events.filter(({ name }) => name === 'completed')[1].detail.response, idOf('SP-16'));
        });
      });
    }

    it('show({ order }) takes the place of a card for another order', async () => {
      await onPage(world, { order: 'SP-11' }, async (visit) => {
        await visit.event('shown');
        await visit.page.evaluate(() => window.trente.show({ order: 'SP-12' }));
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await host(visit.page).count(), 1);
        assert.equal(await given(visit), idOf('SP-12'));
      });
    });
  });

  describe('a page that changes under the loader', () => {
    it('a body that is swapped with its tag, as Turbo does: the survey is there again, once', async () => {
      await onPage(world, { order: 'TU-1' }, async (visit, form) => {
        const { page } = visit;
        await answer(form, 'Bonne');
        await visit.event('answered');
        await page.evaluate((url) => {
          // What is kept for the way back has a copy of ours without what was in it.
          window.copy = document.body.cloneNode(true);
          const body = document.createElement('body');
          const script = document.createElement('script');
          script.src = `${url}/trente.js`;
          Object.assign(script.dataset, { site: 'olive', order: 'TU-1' });
          body.append(script);
          history.pushState({}, '', '/bare.html?turbo');
          document.documentElement.replaceChild(body, document.body);
        }, world.collector.url);
        assert.ok(await until(() => shown(visit) === 2));
        assert.equal(await host(page).count(), 1);
        await page.evaluate(() => document.documentElement.replaceChild(window.copy, document.body));
        await settle(page);
        assert.equal(await host(page).count(), 0, 'a copy is nothing');
        assertSilent(visit);
      });
    });

    it('a document that is opened and written again', async () => {
      for (const when of ['before', 'after']) {
        await onPage(world, { order: 'TU-2', ...(when === 'before' && { trigger: 'delay:600' }) }, async (visit, form) => {
          const { page } = visit;
          if (when === 'after') await answer(form, 'Bonne');
          else await page.waitForFunction(() => window.trente?.show);
          await page.evaluate((url) => {
            document.open();
            document.write(`<!doctype html><html lang="fr"><title>Commande</title><p>Merci</p><script src="${url}/trente.js" data-site="olive" data-order="TU-3"></` + 'script>');
            document.close();
          }, world.collector.url);
          await surveyForm(page, 'fr').waitFor();
          assert.equal(await host(page).count(), 1);
          assert.equal((await answerCore(page, 'fr')).status(), 204);
          assertSilent(visit);
        });
      }
    });

    it('a tag that is taken away before the survey comes', async () => {
      const before = ({ page }) => page.route('**/v1/surveys/**', async (route) => {
        await page.evaluate(() => document.querySelector('script[data-site]').remove());
        await route.continue();
      });
      await onPage(world, { order: 'TU-4' }, async (visit) => {
        assert.equal(await given(visit), idOf('TU-4'));
        assertSilent(visit);
      }, { before });
    });

    it('a policy of nonces lets the glue in by the tag’s own', async () => {
      await onPage(world, { order: 'TU-5' }, async (visit) => {
        assert.equal(await given(visit), idOf('TU-5'));
        assertSilent(visit);
      }, { file: 'nonce.html' });
    });
  });

  describe('a page that was never looked at', () => {
    /** A tab in the background, or a page that is prerendered; `window.look` ends it. */
    const unseen = (prerendering) => ({ page }) => page.addInitScript((prerendering) => {
      const state = { hidden: true, prerendering };
      Object.defineProperty(document, 'hidden', { get: () => state.hidden, configurable: true });
      Object.defineProperty(document, 'prerendering', { get: () => state.prerendering, configurable: true });
      window.look = () => {
        state.prerendering = false;
        if (prerendering) document.dispatchEvent(new Event('prerenderingchange'));
        state.hidden = false;
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      };
      window.turn = () => {
        for (const hidden of [true, false]) {
          state.hidden = hidden;
          document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        }
      };
    }, prerendering);
    const ready = async ({ page }) => {
      await page.waitForFunction(() => window.trente?.show);
      await settle(page);
    };
    const look = ({ page }) => page.evaluate(() => window.look());

    for (const prerendering of [false, true]) {
      const kind = prerendering ? 'prerendered' : 'in the background';

      it(`${kind}: is asked nothing before, and at once afterwards`, async () => {
        await onPage(world, { order: 'UN-1' }, async (visit, form) => {
          await ready(visit);
          assert.deepEqual(fetched(visit), []);
          await look(visit);
          await form.waitFor();
          assertSilent(visit);
        }, { before: unseen(prerendering) });
      });

      it(`${kind}: the first look is no coming back`, async () => {
        await onPage(world, { order: 'UN-2', trigger: 'exit' }, async (visit, form) => {
          await ready(visit);
          await look(visit);
          await settle(visit.page);
          await settle(visit.page);
          assert.deepEqual(fetched(visit), []);
          await visit.page.evaluate(() => window.turn());
          await form.waitFor();
        }, { before: unseen(prerendering) });
      });

      it(`${kind}: no second counts, and the page’s own wish waits too`, async () => {
        const before = async (visit) => {
          await visit.page.clock.install();
          await unseen(prerendering)(visit);
        };
        await onPage(world, { order: 'UN-3', trigger: 'delay:90' }, async (visit, form) => {
          await ready(visit);
          await visit.page.clock.fastForward(100_000);
          await look(visit);
          await settle(visit.page);
          assert.deepEqual(fetched(visit), []);
          await visit.page.clock.fastForward(91_000);
          await form.waitFor();
        }, { before });
        await onPage(world, { order: 'UN-4', trigger: 'manual' }, async (visit, form) => {
          await ready(visit);
          await visit.page.evaluate(() => window.trente.show());
          await settle(visit.page);
          assert.deepEqual(fetched(visit), []);
          await look(visit);
          await form.waitFor();
        }, { before: unseen(prerendering) });
      });
    }
  });

  describe('language', () => {
    const asked = async (attributes, { lang = 'uk', languages = ['uk-UA', 'uk'] } = {}) => {
      const visit = await open(world.browser);
      const { page } = visit;
      try {
        await page.addInitScript(([lang, languages]) => {
          Object.defineProperty(navigator, 'languages', { get: () => languages });
          // Before any script of the page runs.
          const observer = new MutationObserver(() => {
            observer.disconnect();
            document.documentElement.lang = lang;
          });
          observer.observe(document, { childList: true });
        }, [lang, languages]);
        await page.goto(address(world.shop, 'plain.html', { order: 'LA-1', ...attributes }));
        await visit.event('shown');
        assertSilent(visit);
        return await host(page).getAttribute('lang');
      } finally {
        await visit.close();
      }
    };

    it('is the first that the survey has, English before the survey’s own', async () => {
      assert.equal(await asked({}), 'en', 'a shop in Ukraine');
      assert.equal(await asked({}, { lang: 'cs', languages: ['cs', 'sk'] }), 'en');
      assert.equal(await asked({}, { lang: 'nb', languages: ['no', 'sv-SE', 'en'] }), 'sv');
      assert.equal(await asked({}, { lang: 'zh-TW', languages: ['zh-TW', 'ja'] }), 'ja');
      assert.equal(await asked({ lang: 'pt_BR' }), 'pt');
      assert.equal(await asked({ lang: '{{ lang }}' }, { lang: '', languages: ['DE-at'] }), 'de');
      assert.equal(await asked({ lang: 'x-default' }, { lang: '/../"', languages: [] }), 'en');
    });
  });

  describe('preview and respect', () => {
    it('a walk of the merchant’s own asks whatever sample and rest say, and keeps nothing', async () => {
      const before = async (visit) => {
        await withDisplay({ share: 0 })(visit);
        await visit.page.addInitScript(() => {
          if (!localStorage['trente-rest']) localStorage['trente-rest'] = `${Date.now() + 1e9} `;
          window.kept ??= localStorage['trente-rest'];
        });
      };
      for (const preview of ['true', '1']) {
        await onPage(world, { order: 'PV-1', preview }, async (visit, form) => {
          await form.waitFor();
          await visit.page.route('**/v1/responses', (route) => route.abort('connectionrefused'));
          await answer(form, 'Bonne', '6', /^5 /, '9');
          await visit.event('completed');
          await button(form, FR.close).click();
          await host(visit.page).waitFor({ state: 'detached' });
          assert.deepEqual(await visit.page.evaluate(() => [{ ...localStorage }, window.kept]).then(([all, kept]) => [all, kept]),
            [{ 'trente-rest': await visit.page.evaluate(() => window.kept) }, await visit.page.evaluate(() => window.kept)]);
        }, { before });
      }
      // In the address, without a value.
      await onBare(async (visit) => {
        await insert(visit.page, { site: 'olive' }, '?preview');
        await surveyForm(visit.page, 'fr').waitFor();
      }, before);
      for (const preview of ['false', 'undefined', '{{ preview }}']) {
        await onPage(world, { order: 'PV-2', preview }, async (visit) => {
          await visit.page.waitForFunction(() => window.trente?.show);
          await settle(visit.page);
          assert.deepEqual(fetched(visit), [], preview);
        }, { before });
      }
    });

    it('mount() and show() respect sample and rest where they are told to', async () => {
      await onBare(async (visit, form) => {
        const mount = (options) => visit.page.evaluate(async ([url, options]) => {
          const { mount } = await import(`${url}/trente.mjs`);
          window.mounted = await mount(document.querySelector('#avis'), { site: 'olive', order: 'RE-1', ...options });
          return window.mounted.shown;
        }, [world.collector.url, options]);
        assert.equal(await mount({ respect: true }), true);
        await button(form, FR.close).click();
        await host(visit.page).waitFor({ state: 'detached' });
        assert.equal(await mount({ respect: true }), false);
        assert.equal(await host(visit.page).count(), 0);
        assert.equal(await mount({}), true);
        await form.waitFor();
        assertSilent(visit);
      });
      await onPage(world, { order: 'RE-2', trigger: 'manual' }, async (visit, form) => {
        await visit.page.waitForFunction(() => window.trente?.show);
        await visit.page.evaluate(() => window.trente.show({ respect: true }));
        await until(() => fetched(visit).length >= 3);
        await settle(visit.page);
        assert.equal(await host(visit.page).count(), 0, 'not in the sample');
        await visit.page.evaluate(() => window.trente.show());
        await form.waitFor();
      }, { before: withDisplay({ share: 0 }) });
    });
  });
});
