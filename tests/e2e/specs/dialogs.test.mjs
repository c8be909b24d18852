// Dialogs of the page that are not <dialog>: the survey waits for those that are open, and steps aside for those that open
// later. It never leaves a page on which nothing reacts. docs/embed.md, “Displays”.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { calm } from '../support/browser.mjs';
import { NPM } from '../support/paths.mjs';
import { arrived } from '../support/sheets.mjs';
import { answer, answerCore, button, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FR = WORDS.fr;

/** For the page: builds elements, as a policy forbids markup with styles in it. */
const tools = () => {
  window.make = (parent, attributes, style = '', text = '') => {
    const { tag = 'div', ...rest } = attributes;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
    element.style.cssText = style;
    element.textContent = text;
    parent.append(element);
    return element;
  };
  window.FIXED = 'position:fixed;inset:20%;background:#fff;border:2px solid;z-index:2147483647';
};

/** How pages open a dialog; each leaves `window.shut`, which closes it as its library does. */
const DIALOGS = {
  'Bootstrap’s modal': async (page) => {
    await page.addStyleTag({ url: '/npm/bootstrap/dist/css/bootstrap.min.css' });
    await page.evaluate(await fs.readFile(path.join(NPM, 'bootstrap/dist/js/bootstrap.bundle.min.js'), 'utf8'));
    await page.evaluate(() => {
      const modal = window.make(document.body, { class: 'modal fade', tabindex: '-1' });
      const content = window.make(window.make(modal, { class: 'modal-dialog' }), { class: 'modal-content' });
      window.make(content, { tag: 'input' });
      const shown = new Promise((go) => { modal.addEventListener('shown.bs.modal', go); });
      const it = new window.bootstrap.Modal(modal);
      it.show();
      window.shut = () => it.hide();
      return shown;
    });
  },
  'a banner with a trap that lets no click through': (page) => page.evaluate(() => {
    const banner = window.make(document.body, { role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Cookies' }, window.FIXED);
    const accept = window.make(banner, { tag: 'button' }, '', 'OK');
    // What focus-trap does.
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    const inside = (event) => banner.contains(event.target);
    const stop = (event) => {
      if (inside(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === 'focusin') accept.focus();
    };
    for (const name of ['focusin', 'mousedown', 'touchstart', 'click']) document.addEventListener(name, stop, options);
    accept.focus();
    window.shut = () => { listening.abort(); banner.remove(); };
  }),
  'an alert': (page) => page.evaluate(() => {
    const alert = window.make(document.body, { role: 'alertdialog', 'aria-modal': 'true' }, window.FIXED, 'Session?');
    window.shut = () => { alert.hidden = true; alert.style.display = 'none'; };
  }),
  'MUI’s markup without aria-modal': (page) => page.evaluate(() => {
    const others = [...document.body.children].filter((each) => each.localName !== 'script');
    const root = window.make(document.body, { role: 'presentation' }, 'position:fixed;inset:0;z-index:1300');
    const paper = window.make(window.make(root, { role: 'presentation', tabindex: '-1' }), { role: 'dialog' }, window.FIXED);
    window.make(paper, { tag: 'button' }, '', 'OK');
    others.forEach((each) => each.setAttribute('aria-hidden', 'true'));
    window.shut = () => { root.remove(); others.forEach((each) => each.removeAttribute('aria-hidden')); };
  }),
  'Headless UI’s, a portal without a box, and the rest inert': (page) => page.evaluate(() => {
    const others = [...document.body.children].filter((each) => each.localName !== 'script');
    const portal = window.make(document.body, { id: 'headlessui-portal-root' });
    const dialog = window.make(portal, { role: 'dialog', 'aria-modal': 'true' }, 'position:relative;z-index:50');
    window.make(window.make(dialog, {}, window.FIXED), { tag: 'button' }, '', 'OK');
    others.forEach((each) => { each.inert = true; });
    window.shut = () => { portal.remove(); others.forEach((each) => { each.inert = false; }); };
  }),
  'a consent banner in a shadow root': (page) => page.evaluate(() => {
    const banner = window.make(document.body, { id: 'consent' });
    const root = banner.attachShadow({ mode: 'open' });
    window.make(root, { role: 'dialog', 'aria-modal': 'true' }, `${window.FIXED};display:block`, 'Cookies');
    window.shut = () => root.replaceChildren();
  }),
  'a component that opens its dialog by an attribute': async (page) => {
    await page.evaluate(() => {
      const component = window.make(document.body, { tag: 'shop-dialog' });
      const dialog = window.make(component.attachShadow({ mode: 'open' }), { role: 'dialog', 'aria-modal': 'true' },
        `${window.FIXED};display:none`, 'Newsletter');
      window.open = () => { component.setAttribute('open', ''); dialog.style.display = 'block'; };
      window.shut = () => { component.removeAttribute('open'); dialog.style.display = 'none'; };
    });
    await settle(page);
    await page.evaluate(() => window.open());
  },
  'a component in a portal that comes as a whole': (page) => page.evaluate(() => {
    const portal = document.createElement('div');
    const component = window.make(portal, { tag: 'shop-dialog' });
    window.make(component.attachShadow({ mode: 'open' }), { role: 'dialog', 'aria-modal': 'true' }, window.FIXED, 'Newsletter');
    document.body.append(portal);
    window.shut = () => portal.remove();
  }),
  'one that fades, and stays in the page when it is shut': (page) => page.evaluate(() => {
    const dialog = window.make(document.body, { role: 'dialog', 'aria-modal': 'true' },
      `${window.FIXED};opacity:0;visibility:hidden;transition:opacity .2s, visibility .2s`, 'Newsletter');
    dialog.getBoundingClientRect();
    Object.assign(dialog.style, { opacity: 1, visibility: 'visible' });
    window.shut = () => Object.assign(dialog.style, { opacity: 0, visibility: 'hidden' });
    return Promise.all(dialog.getAnimations().map(({ finished }) => finished));
  }),
};

describe('dialogs that are no <dialog>', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const prepared = ({ page }) => page.addInitScript(tools);
  const on = (attributes, check) => onPage(world, { trigger: 'manual', ...attributes }, async (visit, form) => {
    await visit.page.waitForFunction(() => window.trente?.show);
    await check(visit, form);
  }, { before: prepared });
  const show = (page) => page.evaluate(() => window.trente.show());
  const shut = (page) => page.evaluate(() => window.shut());

  for (const [name, opened] of Object.entries(DIALOGS)) {
    it(`${name}: is waited for`, async () => {
      for (const display of ['card', 'modal']) {
        await on({ order: `DG-wait-${display}`, display }, async (visit, form) => {
          const { page } = visit;
          await opened(page);
          await show(page);
          await arrived(visit);
          await settle(page);
          assert.equal(await host(page).count(), 0, display);
          await shut(page);
          await form.waitFor();
          assert.equal((await answerCore(page, 'fr')).status(), 204);
          assertSilent(visit);
        });
      }
    });

    it(`${name}: is given way to when it opens later, and the survey comes back as it was`, async () => {
      for (const display of ['card', 'modal']) await on({ order: `DG-later-${display}`, display }, async (visit, form) => {
        const { page } = visit;
        await show(page);
        await answer(form, 'Bonne');
        await form.getByText('2 / 4', { exact: true }).waitFor();
        await opened(page);
        await form.waitFor({ state: 'hidden' });
        assert.equal(await host(page).count(), 1);
        await shut(page);
        await form.waitFor();
        assert.equal(await form.getByText('2 / 4', { exact: true }).count(), 1);
        await answer(form, '6', /^5 /, '9');
        await visit.event('delivered');
        await button(form, FR.skip).click();
        await form.getByRole('textbox').fill('Bien.');
        await button(form, FR.send).click();
        await form.getByText(FR.sent).first().waitFor();
        await button(form, FR.close).click();
        await host(page).waitFor({ state: 'detached' });
        assertSilent(visit);
      });
    });
  }

  it('a dialog that opens under a modal survey gets the focus that it could not take', async () => {
    await on({ order: 'DG-focus', display: 'modal' }, async ({ page }, form) => {
      await page.locator('#field').focus();
      await show(page);
      await form.waitFor();
      await page.evaluate(() => {
        const dialog = window.make(document.body, { role: 'dialog', 'aria-modal': 'true' }, window.FIXED, 'Session');
        window.make(dialog, { tag: 'button', id: 'stay' }, '', 'Rester').focus();
        window.shut = () => dialog.remove();
      });
      await form.waitFor({ state: 'hidden' });
      assert.equal(await page.evaluate(() => document.activeElement.id), 'stay');
      await shut(page);
      await form.waitFor();
    });
  });

  it('what is shut, or keeps nobody from the page, is not waited for', async () => {
    for (const [index, [attributes, style]] of [
      [{ 'aria-modal': 'true' }, 'FIXED;display:none'],
      [{ 'aria-modal': 'true' }, 'FIXED;visibility:hidden'],
      [{ 'aria-modal': 'true' }, 'FIXED;opacity:0;pointer-events:none'],
      [{ 'aria-modal': 'true' }, 'position:fixed;top:0;left:100%;width:300px;height:300px'],
      // Drawers that are shut: boxes of no width or height, which cut their content off.
      [{ 'aria-modal': 'true' }, 'position:fixed;top:0;left:0;width:0;height:100%;overflow:hidden'],
      [{ 'aria-modal': 'true' }, 'position:fixed;inset:0;max-height:0;overflow:auto'],
      [{ 'aria-modal': 'true' }, 'FIXED;clip-path:inset(100%)'],
      [{ 'aria-modal': 'true' }, 'FIXED;clip-path:circle(0px)'],
      [{ 'aria-modal': 'true', inert: '' }, 'FIXED'],
      [{ 'aria-modal': 'true', 'aria-hidden': 'true' }, 'FIXED'],
      [{ 'aria-modal': 'false' }, 'FIXED'],
      // A cookie bar.
      [{}, 'position:fixed;inset:auto 0 60% 0;background:#fff'],
    ].entries()) {
      await on({ order: `DG-shut-${index}` }, async ({ page }, form) => {
        await page.evaluate(([attributes, style]) => {
          const banner = window.make(document.body, { role: 'dialog', ...attributes }, style.replace('FIXED', window.FIXED));
          window.make(banner, { tag: 'button' }, '', 'OK');
        }, [attributes, style]);
        await show(page);
        await answer(form, 'Bonne');
        await form.getByText('2 / 4', { exact: true }).waitFor();
      });
    }
  });

  it('a dialog that the survey itself stands in is not waited for', async () => {
    await on({}, async ({ page }, form) => {
      await page.evaluate(() => {
        const dialog = window.make(document.body, { role: 'dialog', 'aria-modal': 'true' }, window.FIXED);
        window.make(dialog, { tag: 'trente-survey', site: 'olive', order: 'DG-inside', display: 'card' });
      });
      await answer(form, 'Bonne');
      await form.getByText('2 / 4', { exact: true }).waitFor();
    });
  });

  /** A banner by hand that says nothing of itself and keeps the focus. */
  const trap = (page, name, capture) => page.evaluate(([name, capture]) => {
    const banner = window.make(document.body, {}, 'position:fixed;inset:0 0 auto 0;background:#eee');
    const ok = window.make(banner, { tag: 'button', id: 'ok' }, '', 'OK');
    document.addEventListener(name, ({ target }) => { if (document.contains(banner) && !banner.contains(target)) ok.focus(); }, capture);
    ok.focus();
    window.shut = () => banner.remove();
  }, [name, capture]);
  const toWord = async (page, form) => {
    await answerCore(page, 'fr');
    await button(form, FR.skip).click();
    const word = form.getByRole('textbox');
    await word.waitFor();
    // The focus follows a change of screen a task later: a trap that is there by then would catch that.
    await settle(page);
    return word;
  };

  it('the word can be written next to a trap by focusin that says nothing of itself', async () => {
    await on({ order: 'DG-focusin' }, async (visit, form) => {
      const { page } = visit;
      await trap(page, 'focusin', false);
      await show(page);
      const word = await toWord(page, form);
      await word.click();
      await page.keyboard.type('Bien.');
      assert.equal(await word.inputValue(), 'Bien.');
      await button(form, FR.send).click();
      await form.getByText(FR.sent).first().waitFor();
      assertSilent(visit);
    });
  });

  for (const name of ['focus', 'focusin']) {
    it(`for a trap that catches ${name} first the survey steps aside, until it is gone`, async () => {
      await on({ order: `DG-caught-${name}` }, async (visit, form) => {
        const { page } = visit;
        await show(page);
        const word = await toWord(page, form);
        await trap(page, name, true);
        await word.click();
        if (await form.isVisible()) await word.click();
        await form.waitFor({ state: 'hidden' });
        await shut(page);
        await form.waitFor();
        await word.click();
        await page.keyboard.type('Bien.');
        assert.equal(await word.inputValue(), 'Bien.');
        assertSilent(visit);
      });
    });
  }

  it('a page that keeps the focus in a field of its own, as a till does, keeps its survey', async () => {
    await on({ order: 'DG-till' }, async (visit, form) => {
      const { page } = visit;
      await page.evaluate(() => {
        const field = document.querySelector('#field');
        field.onblur = () => setTimeout(() => field.focus());
        field.focus();
      });
      await show(page);
      assert.equal((await answerCore(page, 'fr')).status(), 204);
      assert.equal(await form.isVisible(), true);
    });
  });
});
