// Foreign elements in our shadow root: extensions and overlays that put elements of their own before ours. docs/embed.md,
// “Displays”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { answer, answerCore, button, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;

/** What puts itself first, at once or a moment later. */
const GUESTS = {
  'a style, as the root is made': () => {
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (init) {
      const root = attachShadow.call(this, init);
      root.prepend(Object.assign(document.createElement('style'), { className: 'overlay' }));
      return root;
    };
  },
  'several elements, whenever ours change': () => {
    const put = (root) => {
      if (!root.querySelector('.guest')) {
        root.prepend(...['style', 'div', 'form', 'dialog'].map((name) => Object.assign(document.createElement(name), { className: 'guest' })));
      }
    };
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (init) {
      const root = attachShadow.call(this, init);
      new MutationObserver(() => put(root)).observe(root, { childList: true, subtree: true });
      return root;
    };
  },
};

describe('guests in the shadow root', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  for (const [name, guest] of Object.entries(GUESTS)) {
    for (const display of ['modal', 'card', 'banner']) {
      it(`${name}: ${display} is as without`, async () => {
        await onPage(world, { order: `GU-${display}`, display }, async (visit, form) => {
          const { page } = visit;
          await form.waitFor();
          await visit.event('shown');
          await settle(page);
          const state = () => host(page).evaluate(({ shadowRoot }) => {
            const place = shadowRoot.querySelector('.place');
            return { first: shadowRoot.firstElementChild === place, on: place.matches(':modal, :popover-open'), focus: shadowRoot.activeElement?.localName };
          });
          assert.deepEqual(await state(), { first: false, on: true, focus: display === 'modal' ? 'input' : undefined });
          await answer(form, 'Bonne');
          await form.getByText('2 / 4', { exact: true }).waitFor();
          // Moved, it is raised again.
          await host(page).evaluate((element) => document.querySelector('main').append(element));
          await settle(page);
          assert.equal((await state()).on, true);
          if (display === 'modal') await page.keyboard.press('Escape');
          else await button(form, FR.close).click();
          await host(page).waitFor({ state: 'detached' });
          assertSilent(visit);
        }, { before: ({ page }) => page.addInitScript(guest) });
      });
    }
  }

  it('the whole survey is answered among guests', async () => {
    await onPage(world, { order: 'GU-whole' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await button(form, FR.skip).click();
      await form.getByRole('textbox').fill('Bien.');
      await button(form, FR.send).click();
      await form.getByText(FR.sent).first().waitFor();
      assertSilent(visit);
    }, { before: ({ page }) => page.addInitScript(GUESTS['several elements, whenever ours change']) });
  });
});
