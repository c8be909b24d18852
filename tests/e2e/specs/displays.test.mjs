// Displays: where the survey stands on the page, over it or in it, and what it leaves to the page. docs/embed.md#displays.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { arrived, decided, withDisplay, withSheet } from '../support/sheets.mjs';
import { answer, button, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const EASE = 'On m’a facilité les choses.';
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
const LAPTOP = { viewport: { width: 1280, height: 800 } };

describe('displays', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const html = (page) => page.evaluate(() => document.documentElement.outerHTML);

  /** The card's edges, as distances from the edges of the window. */
  const edges = async (page, form) => {
    await form.evaluate((card) => Promise.all(card.getAnimations().map((each) => each.finished)));
    const { x, y, width, height } = await form.boundingBox();
    const { width: w, height: h } = page.viewportSize();
    const found = { left: x, top: y, right: w - x - width, bottom: h - y - height, width, height };
    // Firefox reports the last bits of a float.
    return Object.fromEntries(Object.entries(found).map(([name, length]) => [name, Math.round(length * 100) / 100 + 0]));
  };

  /** Whether it lies in the browser's top layer. */
  const onTop = (page) => host(page).evaluate((element) => element.shadowRoot.firstElementChild.matches(':popover-open, :modal'));

  /** The page's own element at the middle of the survey. */
  const reached = (form) => form.evaluate((card) => {
    const { x, y, width, height } = card.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2)?.localName;
  });

  const PLACES = [
    [{ display: 'card' }, LAPTOP, ({ right, bottom, width }) => right === 12 && bottom === 12 && width === 400],
    [{ display: 'card', position: 'start' }, LAPTOP, ({ left, bottom, width }) => left === 12 && bottom === 12 && width === 400],
    [{ display: 'card' }, PHONE, ({ left, right, bottom }) => left === 8 && right === 8 && bottom === 8],
    [{ display: 'banner' }, LAPTOP, ({ left, right, bottom, top }) => left === 0 && right === 0 && bottom === 0 && top > 400],
    [{ display: 'banner', position: 'top' }, LAPTOP, ({ left, right, bottom, top }) => left === 0 && right === 0 && top === 0 && bottom > 400],
    [{ display: 'banner' }, PHONE, ({ left, right, bottom }) => left === 0 && right === 0 && bottom === 0],
    [{ display: 'modal' }, LAPTOP, ({ left, right, top, bottom, width }) => left === right && top >= 80 && bottom > 100 && width === 480],
    [{ display: 'modal' }, PHONE, ({ left, right, top, bottom }) => left === 8 && right === 8 && top > 12 && bottom > 12],
  ];
  for (const [attributes, options, stands] of PLACES) {
    const what = `${Object.values(attributes).join(' ')}, ${options.viewport.width} px`;
    it(`${what}: lies over the page at its place, on top, and leaves without a trace`, async () => {
      await onPage(world, { order: `D-${what}`, trigger: 'manual', ...attributes }, async (visit, form) => {
        const { page } = visit;
        await page.waitForFunction(() => window.trente?.show);
        const expected = await html(page);
        await page.evaluate(() => window.trente.show());
        const found = await edges(page, form);
        assert.ok(stands(found), JSON.stringify(found));
        assert.equal((await visit.event('shown')).display, attributes.display);
        assert.equal(await onTop(page), true);
        assert.equal(await reached(form), 'trente-survey');
        const changed = await page.evaluate(() => document.querySelectorAll('html[class], html[style], body[class], body[style], [inert]').length);
        assert.equal(changed, 0);
        const styled = await host(page).evaluate((element) => element.shadowRoot.querySelectorAll('[style], style').length);
        assert.equal(styled, 0);
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        assert.equal(await html(page), expected);
        assertSilent(visit);
      }, { options });
    });
  }

  it('start and end are those of the survey’s language', async () => {
    for (const [position, side] of [['start', 'right'], ['end', 'left']]) {
      await onPage(world, { order: `D-rtl-${position}`, position }, async ({ page }, form) => {
        assert.equal((await edges(page, form))[side], 12, position);
      }, { before: withSheet({ dir: 'rtl' }) });
    }
  });

  it('a page’s own rules for everything do not reach it, and it takes no place in the page’s grid', async () => {
    for (const display of ['card', 'banner', 'modal']) {
      await onPage(world, { order: `D-row-${display}`, display }, async ({ page }, form) => {
        await edges(page, form);
        assert.equal(await reached(form), 'trente-survey', display);
        const expected = {
          color: 'rgb(29, 29, 27)', fontSize: '16px', letterSpacing: 'normal', textTransform: 'none', opacity: '1',
          position: 'static', float: 'none', visibility: 'visible', pointerEvents: 'auto',
        };
        const read = (card, names) => {
          const style = getComputedStyle(card);
          return Object.fromEntries(names.map((name) => [name, style[name]]));
        };
        assert.deepEqual(await form.evaluate(read, Object.keys(expected)), expected, display);
        assert.notEqual((await form.evaluate(read, ['borderTopColor'])).borderTopColor, 'rgb(255, 0, 0)');
        await answer(form, 'Bonne');
        await button(form, FR.back).waitFor();
        assert.equal(await host(page).evaluate((element) => element.getClientRects().length), 0, 'the host has no box');
      }, { file: 'row.html' });
    }
  });

  it('a browser without a top layer for it still shows it', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      delete HTMLElement.prototype.showPopover;
      delete HTMLElement.prototype.popover;
    });
    for (const display of ['card', 'banner']) {
      await onPage(world, { order: `D-old-${display}`, display }, async (visit, form) => {
        assert.equal((await edges(visit.page, form)).bottom, display === 'card' ? 12 : 0);
        await answer(form, 'Bonne');
        await visit.event('answered');
        assertSilent(visit);
      }, { before });
    }
  });

  it('waits while a modal dialog of the page is open, until it is closed or taken away', async () => {
    const ends = {
      closed: (page) => page.locator('#ok').evaluate((each) => each.closest('dialog').close()),
      removed: (page) => page.locator('#dialog').evaluate((each) => each.remove()),
    };
    // In a web component the page's own dialogs are in shadow roots, one within another.
    const inComponents = (page) => page.evaluate(() => {
      const dialog = document.querySelector('#dialog');
      let root = document.body;
      for (const id of ['outer', 'inner']) {
        const component = document.createElement('div');
        component.id = id;
        root.append(component);
        root = component.attachShadow({ mode: 'open' });
      }
      root.append(dialog);
      dialog.showModal();
      return document.activeElement.id;
    });
    const inPage = (page) => page.evaluate(() => {
      document.querySelector('#dialog').showModal();
      return document.activeElement.id;
    });
    const cases = Object.entries(ends).flatMap(([end, act]) => [
      [end, act, 'card', inPage, 'ok'],
      [end, act, 'modal', inPage, 'ok'],
      [`${end}-component`, act, 'card', inComponents, 'outer'],
    ]);
    for (const [end, act, display, show, focus] of cases) {
      await onPage(world, { order: `D-dialog-${end}-${display}`, display, trigger: 'manual' }, async (visit, form) => {
        const { page } = visit;
        assert.equal(await show(page), focus);
        await page.waitForFunction(() => window.trente?.show);
        await page.evaluate(() => window.trente.show());
        await arrived(visit);
        await page.evaluate(() => document.body.append(document.createElement('i')));
        await settle(page);
        assert.equal(await host(page).count(), 0, 'it waits');
        assert.equal(await page.evaluate(() => document.activeElement.id), focus);
        await act(page);
        await form.waitFor();
        await answer(form, 'Bonne');
        await visit.event('answered');
        assertSilent(visit);
      }, { file: 'row.html' });
    }
  });

  it('a dialog that the page opens later lies above it, and it works again afterwards', async () => {
    await onPage(world, { order: 'D-later' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.evaluate(() => document.querySelector('#dialog').showModal());
      assert.notEqual(await reached(form), 'trente-survey');
      await page.locator('#ok').focus();
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.querySelector('#dialog').open), false, 'Escape was the dialog’s');
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown']);
      await answer(form, 'Bonne');
      await visit.event('answered');
    }, { file: 'row.html' });
  });

  it('does not wait when it is drawn inside the page', async () => {
    await onPage(world, { order: 'D-dialog-inline', target: '#below', trigger: 'manual' }, async ({ page }, form) => {
      await page.evaluate(() => document.querySelector('#dialog').showModal());
      await page.waitForFunction(() => window.trente?.show);
      await page.evaluate(() => window.trente.show());
      await form.waitFor();
    }, { file: 'row.html' });
  });

  it('a banner takes no focus', async () => {
    await onPage(world, { order: 'D-focus', display: 'banner', trigger: 'manual' }, async ({ page, event }) => {
      await page.locator('#field').focus();
      await page.waitForFunction(() => window.trente?.show);
      await page.evaluate(() => window.trente.show());
      await event('shown');
      await settle(page);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
    });
  });

  describe('a modal', () => {
    /** The deepest element that has the focus. */
    const focus = (page) => page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element.id || element.localName;
    });
    const shown = async ({ page, event }, form) => {
      await page.locator('#field').fill('rue des Lices');
      await page.locator('#field').evaluate((field) => field.setSelectionRange(3, 3));
      await page.waitForFunction(() => window.trente?.show);
      await page.evaluate(() => window.trente.show());
      await event('shown');
      await form.waitFor();
    };
    const on = (order, check) => onPage(world, { order, display: 'modal', trigger: 'manual' }, async (visit, form) => {
      await shown(visit, form);
      await check(visit, form);
    }, { file: 'tall.html' });

    it('takes the focus, keeps it while it is there, and gives it back', async () => {
      await on('D-modal-focus', async (visit, form) => {
        const { page } = visit;
        assert.equal(await focus(page), 'input');
        const ring = () => form.locator('.face').first().evaluate((face) => getComputedStyle(face).outlineStyle);
        assert.equal(await ring(), 'none', 'no option is hinted at');
        await page.keyboard.press('Shift');
        assert.equal(await ring(), 'solid', 'from the first key on the ring is there');
        const seen = new Set();
        for (const key of ['Tab', 'Shift+Tab']) {
          for (let presses = 0; presses < 8; presses += 1) {
            await page.keyboard.press(key);
            seen.add(await focus(page));
          }
        }
        assert.ok(['input', 'button'].every((each) => seen.has(each)), [...seen].join());
        // From the last element the browser's own bar follows, then the first.
        assert.ok(![...seen].some((each) => ['field', 'a'].includes(each)), [...seen].join());
        assert.ok(!seen.has('dialog'), 'the dialog itself is no stop');
        await page.locator('#field').evaluate((field) => field.focus());
        assert.notEqual(await focus(page), 'field', 'the page behind is inert');
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        assert.equal(await focus(page), 'field');
        assert.equal(await page.locator('#field').evaluate((field) => field.selectionStart), 3);
        assertSilent(visit);
      });
    });

    it('has no ring around an option after a tap, and one as soon as keys are used', async () => {
      await on('D-modal-ring', async ({ page }, form) => {
        const ringed = () => form.locator('.face').evaluateAll((faces) => faces.filter((face) => getComputedStyle(face).outlineStyle !== 'none').length);
        await form.getByRole('radio').nth(3).click();
        await form.getByRole('radiogroup', { name: EASE }).waitFor();
        await until(async () => (await focus(page)) === 'input');
        assert.equal(await ringed(), 0, 'a ring would be a hint');
        await page.keyboard.press('ArrowRight');
        assert.equal(await ringed(), 1);
      });
    });

    it('Escape closes it, wherever the focus is', async () => {
      for (const lost of [false, true]) {
        await on(`D-modal-escape-${lost}`, async (visit) => {
          const { page } = visit;
          if (lost) await page.evaluate(() => document.querySelector('trente-survey').shadowRoot.activeElement.blur());
          await page.keyboard.press('Escape');
          assert.deepEqual(await visit.event('closed'), { reason: 'escape' });
          await host(page).waitFor({ state: 'detached' });
          assert.equal(await focus(page), 'field');
          assert.equal(visit.events.filter(({ name }) => name === 'closed').length, 1);
          assertSilent(visit);
        });
      }
    });

    it('locks no scrolling, and a click outside it does nothing', async () => {
      await on('D-modal-scroll', async ({ page, events }, form) => {
        await page.mouse.click(20, 400);
        await page.mouse.wheel(0, 500);
        assert.ok(await until(() => page.evaluate(() => scrollY > 200)));
        assert.equal(await form.count(), 1);
        assert.deepEqual(events.map(({ name }) => name), ['shown']);
      });
    });

    it('is a dialog with the survey’s name', async () => {
      await on('D-modal-name', async ({ page }, form) => {
        const dialog = page.getByRole('dialog', { name: 'Votre avis en trente secondes' });
        await form.waitFor();
        assert.equal(await dialog.locator('form').count(), 1);
        assert.equal(await dialog.getByRole('form').count(), 0, 'the name is said once');
      });
    });

    it('gives the focus back when the page hides it, and when it ends by itself', async () => {
      await on('D-modal-hide', async (visit) => {
        await visit.page.evaluate(() => window.trente.hide());
        assert.deepEqual(await visit.event('closed'), { reason: 'api' });
        await host(visit.page).waitFor({ state: 'detached' });
        assert.equal(await focus(visit.page), 'field');
      });
    });
  });

  it('the form is the same for assistive technology in every display', async () => {
    const trees = {};
    // Of a modal the dialog has the name; what is in the form is alike.
    const inside = async (form) => {
      const tree = await form.ariaSnapshot();
      return tree.startsWith('- form ') ? tree.replace(/^.*\n/, '').replaceAll(/^ {2}/gm, '') : tree;
    };
    const said = (form) => until(async () => (await form.page().locator('trente-survey').getByRole('status').textContent()) === '');
    for (const display of ['card', 'banner', 'modal', 'inline']) {
      await onPage(world, { order: 'D-tree', display }, async ({ page }, form) => {
        await form.waitFor();
        trees[display] = [await inside(form)];
        await answer(form, 'Bonne');
        await form.getByText('2 / 4', { exact: true }).waitFor();
        await said(form);
        trees[display].push(await inside(form));
        await assertAccessible(page, 'trente-survey', display);
      });
    }
    for (const tree of Object.values(trees)) assert.deepEqual(tree, trees.card);
  });

  describe('as the survey says', () => {
    it('its display, position and target hold, and the tag’s attributes win', async () => {
      for (const [display, attributes, expected, place] of [
        [{ mode: 'banner', position: 'top' }, {}, 'banner', ({ top }) => top === 0],
        [{ mode: 'banner', position: 'top' }, { position: 'bottom' }, 'banner', ({ bottom }) => bottom === 0],
        [{ mode: 'card', position: 'start' }, {}, 'card', ({ left }) => left === 12],
        [{ mode: 'modal' }, { display: 'card' }, 'card', ({ right }) => right === 12],
        [{ mode: 'inline', target: '#avis' }, {}, 'inline', ({ left }) => left > 12],
        [{ mode: 'modal' }, { target: '#avis' }, 'inline', ({ left }) => left > 12],
        [{}, {}, 'card', ({ right }) => right === 12],
      ]) {
        await onPage(world, { order: 'D-sheet', ...attributes }, async ({ page, event }, form) => {
          await form.waitFor();
          const found = await edges(page, form);
          assert.equal((await event('shown')).display, expected);
          assert.ok(place(found), `${JSON.stringify([display, attributes])} ${JSON.stringify(found)}`);
          const inside = await host(page).evaluate((element) => element.parentElement.id);
          assert.equal(inside, expected === 'inline' ? 'avis' : '');
        }, { before: withDisplay(display) });
      }
    });

    it('`none` waits for the page to ask', async () => {
      await onPage(world, { order: 'D-none' }, async (visit, form) => {
        const { page } = visit;
        await decided(visit);
        assert.equal(await host(page).count(), 0);
        await page.evaluate(() => window.trente.show());
        await form.waitFor();
        assert.equal((await visit.event('shown')).display, 'card');
        assertSilent(visit);
      }, { before: withDisplay({ mode: 'none' }) });
    });

    it('its theme holds, under the page’s own and the tag’s', async () => {
      const theme = { scheme: 'dark', css: ':host{--trente-accent:rgb(1, 2, 3);--trente-background:rgb(4, 5, 6)}' };
      const colours = async (attributes, css) => {
        let found;
        await onPage(world, { order: 'D-theme', ...attributes }, async ({ page }, form) => {
          if (css) {
            await page.evaluate((css) => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(css);
              document.adoptedStyleSheets = [sheet];
            }, css);
          }
          await form.waitFor();
          found = await form.evaluate((card) => [getComputedStyle(card).backgroundColor, getComputedStyle(card).color]);
        }, { before: withSheet({ theme }) });
        return found;
      };
      const ink = { light: 'rgb(29, 29, 27)', dark: 'rgb(243, 242, 238)' };
      assert.deepEqual(await colours({}), ['rgb(4, 5, 6)', ink.dark]);
      assert.deepEqual(await colours({ theme: 'light' }), ['rgb(4, 5, 6)', ink.light]);
      assert.deepEqual(await colours({}, 'trente-survey { --trente-background: rgb(7, 8, 9) }'), ['rgb(7, 8, 9)', ink.dark]);
    });
  });

  it('inline without a target stands where the tag is', async () => {
    await onPage(world, { order: 'D-inline', display: 'inline' }, async ({ page }, form) => {
      await form.waitFor();
      assert.equal(await host(page).evaluate((element) => element.previousElementSibling.localName), 'script');
    });
  });
});
