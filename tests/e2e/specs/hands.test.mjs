// Accessibility of pointer, zoom and text: text spacing (WCAG 1.4.12), 400 % zoom (1.4.10, 2.4.11), targets and gaps
// for a pointer with tremor (2.5.2, 2.5.8), names that are seen are names that voice control can say (2.5.3). Every
// screen of every kind.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { NAMES, showAll } from '../support/screens.mjs';
import { host, onPage, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** WCAG 1.4.12: what a reader's own style sheet may set, all at once. */
const SPACED = '.place * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }' +
  '.place p { margin-block-end: 2em !important; }';
const spaced = (page) => host(page).evaluate(({ shadowRoot }, css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
}, SPACED);

/** 1280 × 1024 px at 400 %: WCAG 1.4.10 asks for the width, a person who zooms has the height too. */
const ZOOMED = { viewport: { width: 320, height: 256 } };
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
/** The smallest gap between targets that are not as large as a steady hand needs: WCAG 2.5.8 and 2.5.5. */
const GAP_PX = 3;
/** Boxes are fractions of a pixel, and engines round them differently. */
const ROUNDING_PX = 0.6;

const everywhere = (langs, more) => langs.flatMap((lang) => ['card', 'banner', 'modal', 'inline'].map((display) => ({ display, lang, ...more })));

/** Text that is cut, leaves the card, or lies on other text. */
const lost = (card, rounding) => {
  const wrong = [];
  const frame = card.getBoundingClientRect();
  const texts = [];
  const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!data.trim() || parentElement.closest('.unseen, textarea')) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const style = getComputedStyle(parentElement);
    if (style.visibility === 'hidden') continue;
    for (const box of range.getClientRects()) texts.push({ data, parentElement, box });
    const about = parentElement.closest('.face') ?? parentElement;
    if (style.display !== 'inline' && about.clientWidth && about.scrollWidth > about.clientWidth + 1) wrong.push(`“${data}” is cut`);
  }
  for (const { data, box } of texts) {
    if (box.left < frame.left - rounding || box.right > frame.right + rounding) wrong.push(`“${data}” leaves the card`);
  }
  for (const [place, one] of texts.entries()) {
    for (const other of texts.slice(place + 1)) {
      if (one.parentElement === other.parentElement) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // Boxes of lines have air above and below their letters.
      if (across > 1 && down > Math.min(one.box.height, other.box.height) / 3) wrong.push(`“${one.data}” lies on “${other.data}”`);
    }
  }
  if (card.scrollWidth > card.clientWidth) wrong.push('the card scrolls sideways');
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push('the page scrolls sideways');
  return wrong;
};

describe('other hands and eyes', () => {
  let world;
  // Each look publishes surveys of its own, and begins with the default one.
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world?.stop());

  const onAll = async (conditions, look) => {
    const seen = [];
    await showAll(world, conditions, async (screen, form, page, condition) => {
      await look(form, page, `${screen}, ${condition.display}, ${condition.lang}`);
      seen.push(screen);
    });
    assert.deepEqual(seen.sort(), conditions.flatMap(() => NAMES).sort(), 'every screen was looked at');
  };

  it('text spacing loses no text', async () => {
    await onAll([...everywhere(['fr'], { before: spaced }), { lang: 'de', display: 'card', before: spaced, options: PHONE },
      { lang: 'ar', display: 'card', before: spaced, options: PHONE }], async (form, _page, where) => {
      assert.equal(await form.locator('.prompt, .end').first().evaluate((text) => {
        const { fontSize, letterSpacing } = getComputedStyle(text);
        return Math.abs(parseFloat(letterSpacing) - 0.12 * parseFloat(fontSize)) < 0.01;
      }), true, `${where}: the text is not spaced`);
      assert.deepEqual(await form.evaluate(lost, ROUNDING_PX), [], where);
    });
  });

  it('at 400 % nothing scrolls sideways, and what has the focus is in sight', async () => {
    await onAll(everywhere(['fr'], { options: ZOOMED }), async (form, page, where) => {
      assert.deepEqual(await form.evaluate(lost, ROUNDING_PX), [], where);
      for (const control of await form.locator('input, textarea, button').all()) {
        await control.focus();
        await settle(page);
        const hidden = await control.evaluate((element, rounding) => {
          const { left, right, top, bottom, height } = element.getBoundingClientRect();
          const card = element.closest('.card').getBoundingClientRect();
          const [from, to] = [Math.max(0, card.top), Math.min(innerHeight, card.bottom)];
          const inSight = Math.min(bottom, to) - Math.max(top, from);
          // WCAG 2.4.11 asks for a part of it: at least as much as a target needs. Firefox scrolls no further for what is
          // in sight in part.
          const enough = Math.min(height, 24, to - from) - 2 * rounding;
          return inSight < enough || left < -rounding || right > innerWidth + rounding
            ? `${element.localName} “${element.textContent}” has ${inSight} of ${height} px in sight` : '';
        }, ROUNDING_PX);
        assert.equal(hidden, '', where);
      }
    });
  });

  for (const [device, large, options] of [['a mouse', 24, {}], ['a finger', 44, PHONE]]) {
    it(`targets are ${large} px large, or leave a gap of ${GAP_PX} px, for ${device}`, async () => {
      await onAll(everywhere(['fr'], { options }), async (form, _page, where) => {
        const close = await form.evaluate((card, [least, large, rounding]) => {
          const targets = [...card.querySelectorAll('input, textarea, button')].map((element) => [element, element.getBoundingClientRect()]);
          return targets.flatMap(([one, left], place) => targets.slice(place + 1).flatMap(([other, right]) => {
            const gap = Math.max(right.left - left.right, left.left - right.right, right.top - left.bottom, left.top - right.bottom);
            const about = ({ localName, labels, textContent }) => `${localName} “${(labels?.[0]?.textContent ?? textContent).trim()}”`;
            // A joined strip has no gaps: its cells are large, and none lies on another.
            const steady = [left, right].every(({ width, height }) => Math.min(width, height) >= large - rounding);
            return gap < (steady ? 0 : least) - rounding ? [`${about(one)} is ${gap} px from ${about(other)}`] : [];
          }));
        }, [GAP_PX, large, ROUNDING_PX]);
        assert.deepEqual(close, [], where);
      });
    });
  }

  it('what is seen on a control is in its name, and no two controls of a screen have the same', async () => {
    await onAll([{ lang: 'fr', display: 'card' }, { lang: 'en', display: 'modal' }], async (form, _page, where) => {
      const names = [];
      for (const role of ['radio', 'checkbox', 'button', 'textbox']) {
        const all = form.getByRole(role);
        for (let place = 0; place < await all.count(); place += 1) {
          const seen = await all.nth(place).evaluate((element) => {
            const around = element.localName === 'input' ? element.closest('.option')
              : element.localName === 'textarea' ? element.closest('form').querySelector('.prompt') : element;
            return around.innerText.replace(/\s+/g, ' ').trim();
          });
          // A cross has no text; voice control has its name alone.
          const name = /\p{L}|\d/u.test(seen) ? seen : undefined;
          assert.equal(await all.nth(place).and(form.getByRole(role, { name })).count(), 1, `${where}: “${seen}” is not in the name`);
          names.push(name ?? role + place);
        }
      }
      assert.ok(names.length > 0, where);
      assert.equal(new Set(names).size, names.length, `${where}: ${names.join(', ')}`);
    });
  });

  it('a press that slips off its target does nothing', async () => {
    await onPage(world, { order: 'H-slip' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      const question = await form.locator('.prompt').textContent();
      for (const target of [form.getByRole('radio').first(), form.locator('.skip'), form.locator('.close')]) {
        const { x, y, width, height } = await target.boundingBox();
        await page.mouse.move(x + width / 2, y + height / 2);
        await page.mouse.down();
        await page.mouse.move(20, 20, { steps: 4 });
        await page.mouse.up();
        await settle(page);
      }
      assert.equal(await form.locator('.prompt').textContent(), question);
      assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown']);
    });
  });
});
