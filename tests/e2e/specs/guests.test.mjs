// Other programs that write into the survey's tree: translators, dark-mode extensions, password managers, morphing
// frameworks. docs/embed.md, “Guests in the tree”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calm } from '../support/browser.mjs';
import { POSTS } from '../support/outbox.mjs';
import { answer, button, screen, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const FR = WORDS.fr;
const EASE = 'On m’a facilité les choses.';

describe('guests in the tree of the survey', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const text = (page, selector) => host(page).evaluate((element, selector) => element.shadowRoot.querySelector(selector)?.textContent.trim(), selector);

  /** Replaces each text with letters or digits, now and later, by elements of its own, as page translators do. */
  const translating = (wrap) => ({ page }) => page.addInitScript((wrap) => {
    const mine = new WeakSet();
    window.spoken = [];
    const work = (root) => {
      window.spoken.push(root.querySelector('[role=status]')?.textContent);
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (/[\p{L}\d]/u.test(node.data) && !mine.has(node) && node.parentNode.localName !== 'textarea') texts.push(node);
      }
      for (const node of texts) {
        const copy = document.createTextNode(`«${node.data}»`);
        mine.add(copy);
        let put = copy;
        for (const name of wrap) {
          const outer = document.createElement(name);
          outer.append(put);
          put = outer;
        }
        node.replaceWith(put);
      }
    };
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (options) {
      const root = attachShadow.call(this, options);
      new MutationObserver(() => work(root)).observe(root, { childList: true, subtree: true, characterData: true });
      return root;
    };
  }, wrap);

  for (const [what, wrap] of [['font elements', ['font', 'font']], ['a span', ['span']], ['another text node', []]]) {
    it(`a translator that puts ${what} in the place of texts: each is the present one`, async () => {
      await onPage(world, { order: `G-${wrap.length}` }, async (visit) => {
        const { page } = visit;
        const says = (selector, pattern) => until(async () => pattern.test(await text(page, selector)));
        // What is spoken goes again after a second, so it is written down.
        const spoken = (pattern) => until(async () => (await page.evaluate(() => window.spoken)).some((text) => pattern.test(text)));
        const option = (index) => host(page).locator('.option input').nth(index);
        let hold = true;
        const held = [];
        await page.route(POSTS, async (route) => {
          if (hold && held.length >= 0 && visit.posts().length > 1) await new Promise((go) => held.push(go));
          await route.continue();
        });
        await option(3).click();
        assert.ok(await spoken(/2 sur 4.*facilité/) && await says('.progress', /2 \/ 4/));
        await option(5).click();
        assert.ok(await spoken(/3 sur 4/) && await says('.progress', /3 \/ 4/));
        await option(4).click();
        assert.ok(await says('.progress', /4 \/ 4/));
        await option(9).click();
        await visit.event('delivered');
        assert.ok(await spoken(/différence/));
        assert.equal(await text(page, '.progress'), '');
        await host(page).locator('.skip').click();
        const field = host(page).locator('textarea');
        for (const [count, left] of [[450, /50/], [470, /30/], [510, /trop.*10/]]) {
          await field.fill('x'.repeat(count));
          assert.ok(await says('.room', left), await text(page, '.room'));
        }
        await field.fill('Bien.');
        await host(page).locator('.send').click();
        assert.ok(await says('.end', /dès que possible/));
        hold = false;
        assert.ok(await until(() => held.length > 0));
        held.forEach((go) => go());
        assert.ok(await says('.end', /envoyé/) && await spoken(/envoyé/));
        assert.doesNotMatch(await text(page, '.end'), /possible/);
        assert.deepEqual(visit.events.filter(({ name }) => name === 'failed'), []);
        assertSilent(visit);
      }, { before: translating(wrap) });
    });
  }

  for (const display of ['card', 'banner', 'modal']) {
    it(`a style that an extension puts first, and elements beside ours: the ${display} is what it was`, async () => {
      const before = ({ page }) => page.addInitScript(() => {
        const { attachShadow } = Element.prototype;
        Element.prototype.attachShadow = function (options) {
          const root = attachShadow.call(this, options);
          root.prepend(document.createElement('style'), document.createElement('div'));
          // A password manager’s button after each field.
          new MutationObserver(() => {
            for (const field of root.querySelectorAll('input, textarea')) {
              if (field.nextElementSibling?.localName !== 'vault-button') field.after(document.createElement('vault-button'));
              field.setAttribute('data-vault', '1');
            }
          }).observe(root, { childList: true, subtree: true });
          return root;
        };
      });
      await onPage(world, { order: `G-${display}`, display }, async (visit, form) => {
        const { page } = visit;
        await form.waitFor();
        const seen = await host(page).evaluate(({ shadowRoot }) =>
          [shadowRoot.querySelector('.place').matches(':modal, :popover-open'), shadowRoot.activeElement?.localName ?? null]);
        assert.deepEqual(seen, [true, display === 'modal' ? 'input' : null]);
        await answer(form, 'Faible', '2', /^4\b/, '3', 'Une erreur', 'Oui, c’est oublié');
        await form.getByRole('textbox').fill('Rien.');
        await button(form, FR.send).click();
        await form.getByText(FR.sent).first().waitFor();
        await form.getByRole('button', { name: FR.close, exact: true }).focus();
        await page.keyboard.press('Escape');
        await host(page).waitFor({ state: 'detached' });
        assertSilent(visit);
      }, { before });
    });
  }

  for (const [what, act] of [
    ['takes nodes away', ({ shadowRoot: root }) => root.querySelectorAll('.foot, .screen > *, [role=status] > *, .progress > *').forEach((node) => node.remove())],
    ['moves nodes', ({ shadowRoot: root }) => { for (const name of ['.foot', '.screen', '.bar']) root.querySelector('form').append(root.querySelector(name)); }],
    ['wraps elements', ({ shadowRoot: root }) => root.querySelectorAll('.foot, .screen > *, .progress > *, [role=status] > *').forEach((node) => {
      const wrapper = document.createElement('div');
      node.replaceWith(wrapper);
      wrapper.append(node);
    })],
    ['empties the survey', ({ shadowRoot: root }) => root.querySelector('form').replaceChildren()],
  ]) {
    it(`a script that ${what} between two answers does not end the survey, and the page hears of no error`, async () => {
      await onPage(world, { order: 'G-torn' }, async (visit, form) => {
        const { page } = visit;
        await answer(form, 'Bonne');
        await screen(form, EASE);
        await host(page).evaluate(act);
        // Whatever is left of it hears another act: none of them may trap.
        await host(page).evaluate((element) => element.shadowRoot.querySelector('form').requestSubmit());
        for (const key of ['Tab', 'ArrowDown']) await page.keyboard.press(key);
        await settle(page);
        if (await form.getByRole('radio').count()) await form.getByRole('radio').nth(1).click();
        await settle(page);
        assert.deepEqual(visit.events.filter(({ name }) => name === 'failed'), []);
        assert.equal(await host(page).count(), 1);
        assertSilent(visit);
      });
    });
  }

  it('a framework that morphs the page takes our attributes off the host: nothing moves', async () => {
    for (const attributes of [{ display: 'card', theme: 'dark', position: 'start' }, { display: 'banner', position: 'top' }, { display: 'modal' }]) {
      await onPage(world, { order: 'G-morph', ...attributes }, async ({ page }, form) => {
        await form.waitFor();
        await form.evaluate((form) => Promise.all(form.getAnimations().map(({ finished }) => finished)));
        const look = () => form.evaluate((form) => {
          const { x, y, width, height } = form.getBoundingClientRect();
          return [x, y, width, height, getComputedStyle(form).backgroundColor];
        });
        const before = await look();
        await host(page).evaluate((element) => [...element.attributes].forEach(({ name }) => element.removeAttribute(name)));
        assert.deepEqual(await look(), before);
      });
    }
  });
});
