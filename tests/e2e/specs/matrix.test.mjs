// axe on every screen in every display, under each condition that a customer may have set. One walk of a survey per
// combination; ACCESSIBILITY.md says what this shows and what it cannot show.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSER } from '../support/browser.mjs';
import { NAMES, showAll } from '../support/screens.mjs';
import { onPage, twiceTheText } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** Firefox walks two of them: it takes three times as long, and the markup is the same. */
const DISPLAYS = BROWSER === 'chromium' ? ['card', 'banner', 'modal', 'inline'] : ['card', 'modal'];

/** `holds` is true on a page where the condition is there: a condition that is not would find nothing. */
const CONDITIONS = {
  light: { options: { colorScheme: 'light' }, holds: () => matchMedia('(prefers-color-scheme: light)').matches },
  dark: { options: { colorScheme: 'dark' }, holds: () => matchMedia('(prefers-color-scheme: dark)').matches },
  'forced colours': { options: { forcedColors: 'active' }, holds: () => matchMedia('(forced-colors: active)').matches },
  'right to left': {
    lang: 'ar',
    holds: () => document.querySelector('trente-survey').shadowRoot.querySelector('form').matches('[lang=ar][dir=rtl]'),
  },
  '200 % text': {
    before: twiceTheText,
    holds: () => getComputedStyle(document.querySelector('trente-survey').shadowRoot.querySelector('form')).fontSize === '32px',
  },
  '320 px': {
    options: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
    holds: () => innerWidth === 320 && matchMedia('(pointer: coarse)').matches,
  },
};

describe('the accessibility matrix', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  it('has no violation in any screen, display and condition', async (t) => {
    const combinations = Object.entries(CONDITIONS).flatMap(([name, condition]) =>
      DISPLAYS.map((display) => ({ name, display, lang: 'fr', ...condition })));
    const seen = Object.fromEntries(Object.keys(CONDITIONS).map((name) => [name, Object.fromEntries(DISPLAYS.map((each) => [each, []]))]));
    let kept = 0;
    await showAll(world, combinations, async (screen, form, page, { name, display, holds }) => {
      const where = `${screen}, ${display}, ${name}`;
      assert.ok(await page.evaluate(holds), `${name} does not hold: ${where}`);
      kept += await assertAccessible(page, 'trente-survey', where);
      const wide = await form.evaluate((card) => Math.max(
        card.scrollWidth - card.clientWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth));
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      seen[name][display].push(screen);
    });
    t.diagnostic(`${'screens'.padEnd(16)}${DISPLAYS.map((each) => each.padStart(8)).join('')}`);
    for (const [name, row] of Object.entries(seen)) {
      t.diagnostic(`${name.padEnd(16)}${DISPLAYS.map((each) => String(row[each].length).padStart(8)).join('')}`);
      for (const display of DISPLAYS) assert.deepEqual([...row[display]].sort(), [...NAMES].sort(), `${name}, ${display}`);
    }
    t.diagnostic(`${combinations.length * NAMES.length} screens, ${kept} rules kept, none violated`);
  });

  it('moves a little as it comes, and not at all where motion is unwanted', async () => {
    const moving = (form) => form.evaluate((card) => [card, ...card.querySelectorAll('*')].some((part) => {
      const { animationName, transitionDuration } = getComputedStyle(part);
      return animationName !== 'none' || transitionDuration !== '0s';
    }));
    for (const reducedMotion of ['no-preference', 'reduce']) {
      await onPage(world, { order: `A-${reducedMotion}` }, async (_visit, form) => {
        await form.waitFor();
        assert.equal(await moving(form), reducedMotion === 'no-preference');
      }, { options: { reducedMotion } });
    }
  });

  it('would find a button without a name, a pale text and a target that is too small', async () => {
    const faults = {
      'button-name': (form) => form.querySelector('.close').removeAttribute('aria-label'),
      'color-contrast': (form) => { form.querySelector('.prompt').style.color = '#aaa'; },
      'target-size': (form) => {
        form.querySelector('.close').before(form.querySelector('.skip'));
        for (const button of form.querySelectorAll('button')) {
          // Of a target whose content is larger than itself axe says only that it cannot tell.
          button.replaceChildren();
          Object.assign(button.style, { minHeight: '0', minWidth: '0', height: '9px', width: '9px', margin: '0', padding: '0', overflow: 'hidden' });
        }
      },
    };
    for (const [rule, make] of Object.entries(faults)) {
      await onPage(world, { order: `A-${rule}` }, async ({ page }, form) => {
        await form.waitFor();
        await form.evaluate(make);
        await assert.rejects(assertAccessible(page, 'trente-survey'), new RegExp(rule), rule);
      });
    }
  });
});
