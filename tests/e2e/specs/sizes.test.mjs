// Font sizes: the same card on every page, and larger type for a reader who asks for it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { can } from '../support/browser.mjs';
import { answer, button, screen, WORDS } from '../support/survey.mjs';
import { host, onPage } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const EASE = 'On m’a facilité les choses.';

describe('sizes', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** The boxes of everything in the survey, on its first two screens. */
  const boxes = async (attributes, rootSize, prepare = () => {}) => {
    const found = [];
    const before = async (visit) => {
      await prepare(visit);
      await visit.page.addInitScript((size) => {
        // Before anything is laid out, as a page's style sheet does.
        new MutationObserver((_, observer) => {
          if (!document.documentElement) return;
          document.documentElement.style.fontSize = size;
          observer.disconnect();
        }).observe(document, { childList: true });
      }, rootSize);
    };
    await onPage(world, { order: 'S-size', ...attributes }, async ({ page }, form) => {
      const look = async () => {
        await form.evaluate((form) => Promise.all(form.getAnimations().map(({ finished }) => finished)));
        found.push(...await host(page).evaluate((element) => [...element.shadowRoot.querySelectorAll('form *')].map((each) => {
          const { width, height } = each.getBoundingClientRect();
          return [each.localName, each.className, Math.round(width), Math.round(height), getComputedStyle(each).fontSize];
        })));
      };
      await form.waitFor();
      await look();
      await answer(form, 'Bonne');
      await screen(form, EASE);
      await look();
    }, { before });
    return found;
  };

  for (const display of ['card', 'modal']) {
    it(`${display}: whatever the font size of the page’s root`, async () => {
      const expected = await boxes({ display }, '');
      for (const size of ['62.5%', '125%', '20px', '8px']) assert.deepEqual(await boxes({ display }, size), expected, size);
    });
  }

  it('the reader’s own font size does count', async (t) => {
    if (!can(t, 'font size')) return;
    const prepare = async ({ context, page }) => {
      const devtools = await context.newCDPSession(page);
      await devtools.send('Page.setFontSizes', { fontSizes: { standard: 24, fixed: 20 } });
    };
    const [usual, large] = [await boxes({}, '62.5%'), await boxes({}, '62.5%', prepare)];
    const size = (found) => parseFloat(found.find(([, name]) => name === 'prompt')[4]);
    assert.equal(size(large) / size(usual), 1.5);
  });

  it('Send stays in the card when the counter shows', async () => {
    await onPage(world, { order: 'S-send' }, async ({ page }, form) => {
      await answer(form, 'Bonne', '6', /^5 /, '9');
      await button(form, FR.skip).click();
      const field = form.getByRole('textbox');
      for (const count of [0, 450, 600]) {
        await field.fill('é'.repeat(count));
        const [card, send] = [await form.boundingBox(), await button(form, FR.send).boundingBox()];
        assert.ok(send.x + send.width <= card.x + card.width + 0.5, `${count} characters`);
        assert.equal(await form.evaluate((form) => form.scrollWidth - form.clientWidth), 0);
      }
      assert.equal(await host(page).count(), 1);
    });
  });
});
