// axe on every screen in every display, under each condition that a customer may have set. One walk of a survey per
// combination; ACCESSIBILITY.md says what this shows and what it cannot show.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { can, few } from '../support/browser.mjs';
import { NAMES, showAll } from '../support/screens.mjs';
import { onPage, twiceTheText } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** The markup is the same in each engine. */
const DISPLAYS = few(['card', 'modal', 'banner', 'inline'], 1);

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

/** How the faces of options look, of those that are chosen or filled, and of the others. */
const drawn = async (form) => {
  // A colour takes its time to change.
  await Promise.all(form.getAnimations({ subtree: true }).map(({ finished }) => finished.catch(() => {})));
  const looks = { chosen: [], open: [] };
  for (const input of form.querySelectorAll('.cell input')) {
    const face = getComputedStyle(input.nextElementSibling);
    const chosen = input.checked || input.closest('[data-filled][data-kind=star]');
    looks[chosen ? 'chosen' : 'open'].push([face.color, face.webkitTextFillColor, face.backgroundColor].join());
  }
  return looks;
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
    let told = 0;
    await showAll(world, combinations, async (screen, form, page, { name, display, holds }) => {
      const where = `${screen}, ${display}, ${name}`;
      assert.ok(await page.evaluate(holds), `${name} does not hold: ${where}`);
      kept += await assertAccessible(page, 'trente-survey', where);
      const wide = await form.evaluate((card) => Math.max(
        card.scrollWidth - card.clientWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth));
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      if (name === 'forced colours') {
        const looks = await form.evaluate(drawn);
        for (const each of looks.chosen) assert.ok(!looks.open.includes(each), `what is chosen looks like what is not: ${where}, ${each}`);
        told += looks.chosen.length;
      }
      seen[name][display].push(screen);
    });
    t.diagnostic(`${'screens'.padEnd(16)}${DISPLAYS.map((each) => each.padStart(8)).join('')}`);
    for (const [name, row] of Object.entries(seen)) {
      t.diagnostic(`${name.padEnd(16)}${DISPLAYS.map((each) => String(row[each].length).padStart(8)).join('')}`);
      for (const display of DISPLAYS) assert.deepEqual([...row[display]].sort(), [...NAMES].sort(), `${name}, ${display}`);
    }
    assert.ok(told > 0, 'something was chosen in forced colours');
    t.diagnostic(`${combinations.length * NAMES.length} screens, ${kept} rules kept, none violated`);
  });

  it('draws edges and soft text as strong as text where more contrast is wanted', async (t) => {
    if (!can(t, 'more contrast')) return;
    const colours = (form) => form.evaluate((card) => {
      const of = (part, what) => getComputedStyle(card.querySelector(part))[what];
      return { text: of('.prompt', 'color'), edge: of('.face', 'borderTopColor'), head: of('.head', 'color'), progress: of('.progress', 'color') };
    });
    for (const contrast of ['no-preference', 'more']) {
      await onPage(world, { order: `A-contrast-${contrast}` }, async (_visit, form) => {
        await form.waitFor();
        const { text, ...others } = await colours(form);
        for (const [part, colour] of Object.entries(others)) assert.equal(colour === text, contrast === 'more', `${part}, ${contrast}: ${colour}, ${text}`);
      }, { options: { contrast } });
    }
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
