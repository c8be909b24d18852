// Sampling, and the pause between surveys (cooldown) of a customer who has acted. docs/default-survey.md#sampling.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { calm, can, open, watch } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { arrived, decided, fetched, withDisplay } from '../support/sheets.mjs';
import { answer, answerCore, button, surveyForm, WORDS } from '../support/survey.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FR = WORDS.fr;
const REST = 'trente-rest';
const DAY_MS = 86_400_000;

describe('who is asked', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const ready = (page) => page.waitForFunction(() => window.trente?.show);
  const kept = (page) => page.evaluate((key) => localStorage.getItem(key), REST);
  const idOf = (order) => responseOf(world.collector.survey, order);
  /** What is kept of an order, written down a second time: FNV-1a of `site/order`, 32 bits, in base 36. */
  const mark = (order) => {
    let sum = 2166136261n;
    for (const letter of `olive/${order}`) sum = ((sum ^ BigInt(letter.codePointAt(0))) * 16777619n) & 0xffffffffn;
    return sum.toString(36);
  };

  describe('the sample', () => {
    /** The key and the form of what is kept, written down a second time. */
    const fraction = (order) => {
      const hash = createHash('sha256').update(`trente1:smpolive\0${order}`).digest();
      return Number(hash.readBigUInt64BE(0)) / 2 ** 64;
    };
    const orders = Array.from({ length: 400 }, (_, index) => `Q-é-${index}`);

    it('is decided by the order alone, on each device the same', async () => {
      const near = orders.toSorted((a, b) => Math.abs(fraction(a) - 0.3) - Math.abs(fraction(b) - 0.3)).slice(0, 12);
      const expected = near.filter((order) => fraction(order) < 0.3).sort();
      assert.ok(expected.length > 0 && expected.length < near.length);
      for (let device = 0; device < 2; device += 1) {
        await onPage(world, {}, async (visit) => {
          const { page } = visit;
          await ready(page);
          await page.evaluate((orders) => orders.forEach((order) => {
            const element = document.createElement('trente-survey');
            element.setAttribute('site', 'olive');
            element.setAttribute('order', order);
            document.querySelector('#first').append(element);
          }), near);
          await until(() => visit.events.length >= expected.length);
          await decided(visit);
          const asked = await page.evaluate(() => [...document.querySelectorAll('trente-survey')]
            .filter((element) => element.shadowRoot).map((element) => element.getAttribute('order')).sort());
          assert.deepEqual(asked, expected);
          assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
          assertSilent(visit);
        }, { file: 'element.html', before: withDisplay({ share: 0.3 }) });
      }
    });

    it('a share of 0 asks nobody, of 1 everybody, and the page’s own wish is above it', async () => {
      await onPage(world, { order: 'Q-none' }, async (visit, form) => {
        await decided(visit);
        assert.equal(await host(visit.page).count(), 0);
        assert.deepEqual(visit.events, []);
        await visit.page.evaluate(() => window.trente.show());
        await form.waitFor();
        assertSilent(visit);
      }, { before: withDisplay({ share: 0 }) });
      await onPage(world, {}, (_, form) => form.waitFor(), { before: withDisplay({ share: 1 }) });
    });

    it('without an order chance decides, once a page', async () => {
      for (const [roll, asked] of [[0.29, true], [0.31, false]]) {
        const before = async (visit) => {
          await withDisplay({ share: 0.3 })(visit);
          await visit.page.addInitScript((roll) => { Math.random = () => roll; }, roll);
        };
        await onPage(world, {}, async (visit, form) => {
          if (asked) return form.waitFor();
          await decided(visit);
          return assert.equal(await host(visit.page).count(), 0);
        }, { before });
      }
    });

    it('the wasm is not fetched to its end for who is not asked', async () => {
      const before = async (visit) => {
        await withDisplay({ share: 0 })(visit);
        // It would never come.
        await visit.page.route('**/widget.wasm', () => {});
        await visit.page.addInitScript(() => {
          const { fetch } = window;
          window.fetch = (url, init) => {
            if (/\.wasm$/.test(url)) init.signal.addEventListener('abort', () => { window.aborted = true; });
            return fetch(url, init);
          };
        });
      };
      await onPage(world, { order: 'Q-abort' }, async (visit) => {
        assert.ok(await until(() => visit.page.evaluate(() => window.aborted)));
        await settle(visit.page);
        assert.deepEqual(visit.events, []);
        assertSilent(visit);
      }, { before });
    });
  });

  describe('the rest', () => {
    /** Opens pages of one browser, one after the other. */
    const inOneBrowser = async (check, options) => {
      const first = await open(world.browser, options);
      try {
        const visit = async (attributes, file = 'plain.html', prepare = undefined) => {
          const next = await watch(await first.context.newPage());
          if (prepare) await prepare(next.page);
          await next.page.goto(address(world.shop, file, attributes));
          return next;
        };
        await check(visit);
      } finally {
        await first.close();
      }
    };
    const asks = async (visit) => {
      await surveyForm(visit.page, 'fr').waitFor();
      return surveyForm(visit.page, 'fr');
    };
    const asksNot = async (visit) => {
      await ready(visit.page);
      await settle(visit.page);
      assert.deepEqual(fetched(visit), [], 'nothing is fetched');
      assert.equal(await host(visit.page).count(), 0);
      assert.deepEqual(visit.events, []);
      assertSilent(visit);
    };

    it('closing or completing starts it, one key without the order, and the customer is asked neither for this order nor for another', async () => {
      for (const act of ['close', 'complete']) {
        await inOneBrowser(async (visit) => {
          const now = Date.now();
          const one = await visit({ order: 'R 1/é' });
          const form = await asks(one);
          assert.equal(await kept(one.page), null, 'nothing before the customer’s own act');
          if (act === 'close') await button(form, FR.close).click();
          else await answerCore(one.page, 'fr');
          assert.ok(await until(() => kept(one.page)));
          const [until_ms, ...orders] = (await kept(one.page)).trim().split(' ');
          assert.deepEqual(orders, [mark('R 1/é')]);
          assert.ok(Math.abs(Number(until_ms) - now - 90 * DAY_MS) < 60_000);
          assert.deepEqual(await one.page.evaluate(() => Object.keys(localStorage)), [REST]);
          await asksNot(await visit({ order: 'R 1/é' }));
          await asksNot(await visit({ order: 'R-2' }));
          await asksNot(await visit({}));
          // The page's own wish is above it.
          const wanted = await visit({ order: 'R-2', trigger: 'manual' });
          await ready(wanted.page);
          await wanted.page.evaluate(() => window.trente.show());
          await asks(wanted);
        });
      }
    });

    it('does not begin with the first answers: a customer who reloads goes on', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-half' });
        await answer(await asks(one), 'Bonne', '6', /^5 /);
        await one.page.getByText('4 / 4', { exact: true }).waitFor();
        assert.deepEqual(await one.page.evaluate(() => ({ ...localStorage })), {});
        await one.page.reload();
        await asks(one);
        // Nor with the page’s taking it away.
        await one.page.evaluate(() => window.trente.hide());
        await host(one.page).waitFor({ state: 'detached' });
        assert.equal(await kept(one.page), null);
        const two = await visit({ order: 'R-half' });
        await asks(two);
        await answerCore(two.page, 'fr');
        await asksNot(await visit({ order: 'R-half' }));
      });
    });

    it('what earlier loaders kept in clear holds, and is kept in clear no more', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-now', trigger: 'manual' });
        await ready(one.page);
        const old = `${Date.now() - 1000} olive/R-old olive/R%20%C3%A9%2F `;
        await one.page.evaluate(([key, old]) => localStorage.setItem(key, old), [REST, old]);
        await withDisplay({ rest_days: 0 })(one);
        await one.page.evaluate(() => window.trente.show());
        await button(await asks(one), FR.close).click();
        await host(one.page).waitFor({ state: 'detached' });
        const orders = (await kept(one.page)).trim().split(' ').slice(1);
        assert.deepEqual(orders, [mark('R-now'), mark('R-old'), mark('R é/')]);
        await asksNot(await visit({ order: 'R é/' }));
        await asks(await visit({ order: 'R-new' }));
      });
    });

    it('ends after the survey’s days, for other orders', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-days', trigger: 'manual' });
        await withDisplay({ rest_days: 7 })(one);
        await ready(one.page);
        await one.page.evaluate(() => window.trente.show());
        await button(await asks(one), FR.close).click();
        await until(() => kept(one.page));
        // Not by the page's clock but by what is kept.
        const age = (days) => one.page.evaluate(([key, ms]) => {
          const [end, ...orders] = localStorage[key].split(' ');
          localStorage[key] = [Number(end) - ms, ...orders].join(' ');
        }, [REST, days * DAY_MS]);
        await age(6);
        await asksNot(await visit({ order: 'R-days-2' }));
        await age(1.01);
        await asks(await visit({ order: 'R-days-2' }));
        await asksNot(await visit({ order: 'R-days' }));
      });
    });

    it('a clock that was years ahead keeps nobody from being asked for years', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-clock', trigger: 'manual' });
        await ready(one.page);
        await one.page.evaluate(([key, end]) => localStorage.setItem(key, `${end} olive/R-then `), [REST, Date.now() + 3 * 366 * DAY_MS]);
        const two = await visit({ order: 'R-clock' });
        await button(await asks(two), FR.close).click();
        await host(two.page).waitFor({ state: 'detached' });
        const [end, ...orders] = (await kept(two.page)).trim().split(' ');
        assert.ok(Math.abs(Number(end) - Date.now() - 90 * DAY_MS) < 60_000, end);
        assert.deepEqual(orders, [mark('R-clock'), mark('R-then')]);
        await asksNot(await visit({ order: 'R-clock-2' }));
        await asksNot(await visit({ order: 'R-then' }));
      });
    });

    it('what is kept may be damaged', async () => {
      await onPage(world, {}, async (visit) => {
        const { page } = visit;
        await ready(page);
        for (const value of ['', 'garbage', ' ', '{"until":1}', 'NaN olive/x ']) {
          await page.evaluate(([key, value]) => {
            localStorage.setItem(key, value);
            const element = document.createElement('trente-survey');
            element.setAttribute('site', 'olive');
            document.querySelector('#first').replaceChildren(element);
          }, [REST, value]);
          await surveyForm(page, 'fr').waitFor();
          await page.evaluate(() => document.querySelector('#first').replaceChildren());
          await surveyForm(page, 'fr').waitFor({ state: 'detached' });
        }
        assertSilent(visit);
      }, { file: 'element.html' });
    });

    it('remembers eight orders', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ trigger: 'manual' });
        await withDisplay({ rest_days: 0 })(one);
        await ready(one.page);
        for (let number = 0; number < 10; number += 1) {
          await one.page.evaluate((order) => window.trente.show({ order }), `R-${number}`);
          await button(await asks(one), FR.close).click();
          await host(one.page).waitFor({ state: 'detached' });
        }
        const orders = (await kept(one.page)).trim().split(' ').slice(1);
        assert.deepEqual(orders, [9, 8, 7, 6, 5, 4, 3, 2].map((number) => mark(`R-${number}`)));
      });
    });

    it('data-storage="none" neither reads nor writes', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-none', storage: 'none' });
        await button(await asks(one), FR.close).click();
        await host(one.page).waitFor({ state: 'detached' });
        assert.deepEqual(await one.page.evaluate(() => ({ ...localStorage })), {});
        await one.page.evaluate((key) => localStorage.setItem(key, `${Date.now() + 1e9} olive/R-none `), REST);
        await asks(await visit({ order: 'R-none', storage: 'none' }));
      });
    });

    it('holds as long as the page where the browser denies storage', async () => {
      const before = ({ page }) => page.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError'); } });
      });
      await onPage(world, { order: 'R-denied' }, async (visit, form) => {
        const { page } = visit;
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        await page.evaluate((collector) => {
          const script = document.createElement('script');
          script.src = `${collector}/trente.js`;
          Object.assign(script.dataset, { site: 'olive', order: 'R-denied-2' });
          const loaded = new Promise((done) => { script.onload = done; });
          document.body.append(script);
          return loaded;
        }, world.collector.url);
        await settle(page);
        assert.equal(fetched(visit).filter((name) => name === 'survey').length, 1);
        assertSilent(visit);
      }, { before });
    });

    it('what is not delivered yet is still delivered, and the customer is not asked', async () => {
      await inOneBrowser(async (visit) => {
        const one = await visit({ order: 'R-outbox' });
        await one.page.route('**/v1/responses', (route) => route.abort('connectionrefused'));
        await answer(await asks(one), 'Bonne', '6', /^5 /, '9');
        assert.ok(await until(() => one.page.evaluate(() => localStorage['trente-outbox'])));
        await one.page.close();
        const two = await visit({ order: 'R-outbox-2', trigger: 'load' });
        await arrived(two);
        await stored(world, idOf('R-outbox'));
        assert.deepEqual(fetched(two).sort(), ['glue', 'wasm']);
        assert.equal(await host(two.page).count(), 0);
        assert.deepEqual(two.events, []);
        assert.ok(await until(() => two.page.evaluate(() => !('trente-outbox' in localStorage))));
        assertSilent(two);
      });
    });

    it('what is not delivered yet is delivered by any page with the tag, whether it asks or not', async () => {
      const pages = { trigger: 'exit', 'manual trigger': 'manual', display: 'none', share: 0 };
      for (const [kind, value] of Object.entries(pages)) {
        await inOneBrowser(async (visit) => {
          const order = `R-any-${kind}`;
          const one = await visit({ order });
          await one.page.route('**/v1/responses', (route) => route.abort('connectionrefused'));
          await answer(await asks(one), 'Bonne', '6', /^5 /, '9');
          assert.ok(await until(() => one.page.evaluate(() => localStorage['trente-outbox'])));
          await one.page.evaluate(() => localStorage.removeItem('trente-rest'));
          await one.page.close();
          const attributes = kind === 'share' ? {} : { [kind.split(' ').pop()]: value };
          const two = await visit({ order: `${order}-2`, ...attributes }, 'plain.html', kind === 'share' && ((page) => withDisplay({ share: value })({ page })));
          await stored(world, idOf(order));
          assert.ok(await until(() => two.page.evaluate(() => !('trente-outbox' in localStorage))), kind);
          assert.equal(await host(two.page).count(), 0, kind);
          assert.deepEqual(two.events, [], kind);
          assertSilent(two);
        });
      }
    });

    it('an answer to the hosted page’s link starts it too', async (t) => {
      if (!can(t, 'new windows')) return;
      await onPage(world, { order: 'R-link' }, async ({ page, context }) => {
        const opened = context.waitForEvent('page');
        await page.getByRole('link', { name: 'Répondre sur une page à part' }).click();
        await (await opened).close();
        assert.ok((await kept(page)).endsWith(` ${mark('R-link')} `));
      }, { file: 'refused.html' });
    });
  });

  it('answering twice in a page is answering once', async () => {
    await onPage(world, { order: 'R-twice' }, async ({ page }) => {
      await answerCore(page, 'fr');
      const first = await kept(page);
      await button(surveyForm(page, 'fr'), FR.close).click();
      await host(page).waitFor({ state: 'detached' });
      assert.equal(await kept(page), first);
    });
  });
});
