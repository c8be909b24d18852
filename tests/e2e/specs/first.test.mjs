// The first screen of a site's own loader, before and after the widget takes it over. docs/embed.md#the-first-screen.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { answer, ANSWERS, button, focus, STORED, WORDS } from '../support/survey.mjs';
import { few, open } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { arrived, fetched, withGeneric } from '../support/sheets.mjs';
import { publish } from '../support/surveys.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
/** All of them in Chromium. The others draw three scripts: each page takes them seconds, and the trees are of the same code. */
const LANGUAGES = few(['fr', 'ar', 'ja', 'en', 'de', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'zh-Hans'], 3);

// What the shop's pages name: support/shop.mjs.
process.env.TRENTE_LOADER = 'site';

describe('the first screen', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Holds back what matches until `go` is called. */
  const hold = async (page, pattern) => {
    let go;
    const held = new Promise((resolve) => (go = resolve));
    await page.route(pattern, async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    return go;
  };
  const GLUE = '**/t/*/lean.js';
  const WASM = '**/t/*/widget.wasm';

  /** Whether the tree that is drawn is the loader's: Yew writes on the elements that it listens on. */
  const isEarly = (page) => host(page).evaluate(({ shadowRoot }) => shadowRoot.querySelector('.drawn').early === true);
  const marks = (page) => host(page).evaluate(({ shadowRoot }) => { shadowRoot.querySelector('.drawn').early = true; });

  describe('is the widget’s own first screen', () => {
    /** Host and shadow tree, with the attributes of each element in the order of their names. */
    const tree = async (attributes, generic) => {
      const visit = await open(world.browser);
      try {
        if (generic) await withGeneric(visit);
        await visit.page.goto(address(world.shop, 'plain.html', attributes));
        await host(visit.page).locator('form').waitFor();
        return await host(visit.page).evaluate((element) => {
          const read = (node) => node.nodeType === 3 ? node.data : node.nodeType !== 1 ? '' : [
            node.localName, Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]).sort()), ...[...node.childNodes].map(read),
          ];
          return [read(element), ...[...element.shadowRoot.childNodes].map(read)];
        });
      } finally {
        await visit.close();
      }
    };

    const holds = async (attributes) => {
      const [one, other] = [await tree(attributes, false), await tree(attributes, true)];
      assert.ok(JSON.stringify(one).includes('fieldset'), JSON.stringify(one));
      assert.deepEqual(one, other);
    };

    for (const lang of LANGUAGES) {
      it(`in ${lang}`, () => holds({ lang, storage: 'none' }));
    }
    for (const display of ['card', 'banner', 'modal', 'inline']) {
      for (const theme of few(['page', 'light', 'dark', 'system'], 1)) {
        it(`${display}, ${theme}, with an order`, () => holds({ display, theme, order: 'E-1', position: { card: 'start', banner: 'top' }[display] ?? '', storage: 'none', ...(display === 'inline' && { target: '#avis' }) }));
      }
    }
    for (const core of few([['ease', 'satisfaction'], ['recommend'], ['lens', 'recommend']], 1)) {
      it(`asking ${core} first`, async () => {
        const other = await startWorld();
        const kept = world;
        try {
          await publish(other, { name: 'core', core: { questions: core, ...(core[0] === 'lens' && { lens: 'speed' }) } });
          world = other;
          await until(async () => (await (await fetch(`${other.collector.url}/trente.olive.js`)).text()).includes(`"1 / ${core.length}"`));
          for (const lang of ['fr', 'ar']) await holds({ lang, storage: 'none' });
        } finally {
          world = kept;
          await other.stop();
        }
      });
    }
  });

  it('stands there before glue and wasm are asked for, is accessible, and stays until it is touched', async () => {
    await onPage(world, { order: 'F-1' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await marks(page);
      assert.deepEqual((await visit.event('shown')).display, 'card');
      await assertAccessible(page);
      await arrived(visit);
      assert.ok(await isEarly(page));
      await answer(form, 'Bonne');
      assert.ok(!(await isEarly(page)));
      assertSilent(visit);
    });
  });

  for (const [what, pattern] of [['the glue', GLUE], ['the wasm', WASM], ['the survey', '**/v1/surveys/**']]) {
    it(`a tap before ${what} is there is not lost`, async () => {
      const order = `F-tap-${what}`;
      let go;
      await onPage(world, { order }, async (visit, form) => {
        const { page } = visit;
        const option = form.getByRole('radio', { name: 'Bonne', exact: true });
        await option.click();
        assert.ok(await option.isChecked());
        go();
        await form.getByRole('radiogroup', { name: /facilité|facile/i }).waitFor();
        await answer(form, '6', ANSWERS.fr.lens);
        await form.getByRole('radio', { name: '9', exact: true }).click();
        await visit.event('completed');
        const [response] = await stored(world, await responseOf(world.collector.survey, order));
        for (const [name, value] of Object.entries(STORED)) assert.equal(response[name], value, name);
        assert.deepEqual((await visit.event('answered')).value, 4);
        assertSilent(visit);
        // In Firefox a module that is held back holds back the page's load event as well.
      }, { waitUntil: 'commit', before: async ({ page }) => { go = await hold(page, pattern); } });
    });
  }

  it('a tap that was seen chosen while the wasm came is not held once more', async () => {
    let go;
    const HOLD_MS = 140;
    const count = () => {
      const { setTimeout } = window;
      window.waits = [];
      window.setTimeout = (work, ms, ...rest) => setTimeout(work, ms, ...rest, window.waits.push(ms));
    };
    await onPage(world, { order: 'F-seen' }, async (visit, form) => {
      const { page } = visit;
      const held = () => page.evaluate((ms) => window.waits.filter((wait) => wait === ms).length, HOLD_MS);
      await form.getByRole('radio', { name: 'Bonne', exact: true }).click();
      await page.waitForTimeout(2 * HOLD_MS);
      go();
      await form.getByText('2 / 4', { exact: true }).waitFor();
      assert.equal(await held(), 0);
      await form.getByRole('radio', { name: '6', exact: true }).click();
      await form.getByText('3 / 4', { exact: true }).waitFor();
      assert.equal(await held(), 1);
      assertSilent(visit);
    }, {
      waitUntil: 'commit',
      before: async ({ page }) => {
        await page.addInitScript(count);
        go = await hold(page, WASM);
      },
    });
  });

  it('a double click answers one question, also where the glue comes between its halves', async () => {
    let go;
    // Presses are a tenth of a second apart, however slow the machine is: the survey reads the time of the events.
    const near = () => {
      const presses = [];
      addEventListener('pointerdown', (press) => presses.push(press), true);
      const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
      Object.defineProperty(Event.prototype, 'timeStamp', {
        get() {
          const at = presses.indexOf(this);
          return at < 0 ? get.call(this) : 1000 + 100 * at;
        },
      });
    };
    await onPage(world, { order: 'F-double' }, async (visit, form) => {
      const { page } = visit;
      const { x, y } = await form.getByText('Bonne', { exact: true }).boundingBox();
      await page.mouse.move(x + 9, y + 9);
      await page.mouse.down();
      await page.mouse.up();
      go();
      await form.getByText('2 / 4', { exact: true }).waitFor();
      await page.mouse.down({ clickCount: 2 });
      await page.mouse.up({ clickCount: 2 });
      await settle(page);
      assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
      assert.deepEqual(visit.events.filter(({ name }) => name === 'answered').map(({ detail }) => detail.value), [4]);
    }, {
      waitUntil: 'commit',
      options: { reducedMotion: 'reduce' },
      before: async ({ page }) => {
        await page.addInitScript(near);
        go = await hold(page, GLUE);
      },
    });
  });

  it('by keyboard: arrows mark, Enter sends on, the focus moves to the next question', async () => {
    let go;
    await onPage(world, { order: 'F-keys' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await focus(form.getByRole('radio', { name: 'Bonne', exact: true }));
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await button(form, FR.next).waitFor();
      await page.keyboard.press('Enter');
      go();
      const group = form.getByRole('radiogroup', { name: /facilité|facile/i });
      await group.waitFor();
      await until(() => host(page).evaluate(({ shadowRoot }) => shadowRoot.activeElement?.name === 'option'));
      assert.deepEqual((await visit.event('answered')).value, 4);
      assertSilent(visit);
    }, { before: async ({ page }) => { go = await hold(page, WASM); } });
  });

  it('Skip, Escape and Close work before the wasm', async () => {
    let go;
    const before = async ({ page }) => { go = await hold(page, GLUE); };
    await onPage(world, { order: 'F-skip' }, async (visit, form) => {
      await button(form, FR.skip).click();
      go();
      await form.getByRole('radiogroup', { name: /facilité|facile/i }).waitFor();
      assertSilent(visit);
    }, { before, waitUntil: 'commit' });
    for (const [reason, act] of [['button', (form) => button(form, FR.close).click()], ['escape', (form) => form.press('Escape')]]) {
      await onPage(world, { order: `F-${reason}` }, async (visit, form) => {
        await act(form);
        assert.deepEqual(await visit.event('closed'), { reason });
        await host(visit.page).waitFor({ state: 'detached' });
        go();
        assert.ok(await visit.page.evaluate(() => localStorage['trente-rest']));
        assertSilent(visit);
      }, { before, waitUntil: 'commit' });
    }
  });

  it('closing by a key gives the focus back, before the wasm and after it', async () => {
    let go;
    const before = async ({ page }) => { go = await hold(page, GLUE); };
    // A screen reader may press with neither key nor pointer.
    const press = ({ page }, key) => key ? page.keyboard.press(key) : host(page).evaluate(({ shadowRoot }) => shadowRoot.querySelector('.close').click());
    for (const [reason, key] of [['button', 'Enter'], ['escape', 'Escape'], ['button', null]]) {
      for (const taken of [false, ...(key ? [true] : [])]) {
        await onPage(world, { order: `F-back-${key}-${taken}` }, async (visit, form) => {
          const { page } = visit;
          await form.waitFor();
          await page.locator('#field').focus();
          if (taken) {
            // The focus was inside before the glue came.
            await focus(form.getByRole('radio').first());
            go();
            await page.keyboard.press('Enter');
            await form.getByRole('radiogroup', { name: /facilité|facile/i }).waitFor();
            await until(() => host(page).evaluate(({ shadowRoot }) => shadowRoot.activeElement?.name === 'option'));
          }
          await button(form, FR.close).focus();
          await press(visit, key);
          assert.deepEqual(await visit.event('closed'), { reason });
          await host(page).waitFor({ state: 'detached' });
          assert.equal(await page.evaluate(() => document.activeElement.id), 'field', `${reason}, ${taken}`);
          go();
          assertSilent(visit);
        }, { before, waitUntil: 'commit' });
      }
    }
  });

  it('a press right after it is drawn, before it says that it is there, is heard', async () => {
    const press = () => new MutationObserver((_changes, observer) => {
      const input = document.querySelector('trente-survey')?.shadowRoot?.querySelector('input');
      if (!input) return;
      observer.disconnect();
      input.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
      window.pressed = true;
    }).observe(document, { childList: true, subtree: true });
    await onPage(world, { order: 'F-press', display: 'inline', target: '#avis' }, async (visit, form) => {
      assert.equal((await visit.event('shown')).display, 'inline');
      assert.equal(await visit.page.evaluate(() => window.pressed), true);
      assert.equal(await form.getByRole('radio').count(), 5, 'it has not become the link');
      assertSilent(visit);
    }, { before: ({ page }) => page.addInitScript(press) });
  });

  describe('fetches nothing but itself', () => {
    const quiet = async (page) => {
      await page.waitForFunction(() => window.trente?.show);
      await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
    };
    it('for a customer who rests', () => onPage(world, { order: 'F-rest' }, async (visit) => {
      await quiet(visit.page);
      assert.deepEqual(fetched(visit), []);
      assert.equal(await host(visit.page).count(), 0);
    }, { before: ({ page }) => page.addInitScript(() => { localStorage['trente-rest'] = `${Date.now() + 1e8} `; }) }));

    it('for an order that is not in the sample', async () => {
      const other = await startWorld();
      try {
        await publish(other, { name: 'nobody', display: { share: 0 } });
        await until(async () => (await (await fetch(`${other.collector.url}/trente.olive.js`)).text()).includes('"share":0.0'));
        for (const trigger of ['load', 'delay:60']) {
          await onPage(other, { order: 'F-sample', trigger }, async (visit) => {
            await quiet(visit.page);
            assert.deepEqual(fetched(visit), []);
            assert.deepEqual(visit.events, []);
          });
        }
      } finally {
        await other.stop();
      }
    });

    for (const saves of [false, true]) {
      it(`before a trigger, ${saves ? 'where data is to be saved' : 'and glue and wasm once the page is idle'}`, () =>
        onPage(world, { order: `F-idle-${saves}`, trigger: 'delay:60' }, async (visit, form) => {
          await quiet(visit.page);
          const wanted = saves ? [] : ['glue', 'wasm'];
          await until(() => fetched(visit).length === wanted.length);
          assert.deepEqual(fetched(visit).sort(), wanted);
          assert.equal(await host(visit.page).count(), 0);
          await visit.page.evaluate(() => window.trente.show());
          await form.waitFor();
          await until(() => fetched(visit).length === 3);
          assert.deepEqual(fetched(visit).sort(), ['glue', 'survey', 'wasm'], 'each once');
        }, { before: ({ page }) => page.addInitScript((saveData) => {
          Object.defineProperty(navigator, 'connection', { value: { saveData } });
        }, saves) }));
    }
  });

  it('is not drawn where the survey may not be', async () => {
    const { collector } = world;
    await onPage(world, { site: 'nosuch' }, async (visit) => {
      assert.deepEqual(await visit.event('failed'), { code: 'site' });
      assert.equal(await host(visit.page).count(), 0);
    });
    await onPage(world, { order: 'F-nowhere', target: '#nowhere' }, async (visit) => {
      assert.deepEqual(await visit.event('failed'), { code: 'target' });
      assert.equal(await host(visit.page).count(), 0);
    });
    await collector.trente('site', 'origins', '--db', collector.database, 'olive', '--origin', 'https://elsewhere.example');
    try {
      const shop = world.shop.url.replace('://', '~').replace(/:(\d+)$/, '~$1');
      assert.ok(await until(async () => (await fetch(`${collector.url}/v1/surveys/fr/${shop}/olive`, { cache: 'no-store' })).status === 403));
      await onPage(world, {}, async (visit) => {
        assert.deepEqual(await visit.event('failed'), { code: 'origin' });
        assert.equal(await host(visit.page).count(), 0);
      });
    } finally {
      await collector.trente('site', 'origins', '--db', collector.database, 'olive', '--origin', world.shop.url);
    }
  });
});
