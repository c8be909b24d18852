// Event isolation: keys, presses and text of the survey are its own: the page neither eats nor sees them, and what the
// page rightly watches goes on working. docs/embed.md, “Events of the page”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { can } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { answer, answerCore, button, focus, screen, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const EASE = 'On m’a facilité les choses.';
const TEXT = 'vite / bien, cc ok\nmerci';

/** Whatever a page may listen to. */
const TYPES = [
  'keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'copy', 'cut', 'selectstart', 'contextmenu', 'dblclick', 'click',
  'pointerdown', 'pointerup', 'mousedown', 'mouseup', 'touchstart', 'touchmove', 'touchend', 'focusin', 'wheel',
  'compositionstart', 'compositionupdate', 'compositionend',
];

describe('events of the survey and of the page', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const toTheWord = async (form) => {
    await button(form, FR.skip).click();
    await form.getByRole('textbox').waitFor();
    return form.getByRole('textbox');
  };
  const typed = async (page, field) => {
    await field.click();
    await page.keyboard.type(TEXT);
    assert.equal(await field.inputValue(), TEXT);
  };

  it('the page hears no key, no text and no selection, and of a press only what it cannot prevent', async () => {
    const before = ({ page }) => page.addInitScript((types) => {
      window.seen = [];
      for (const type of types) {
        document.addEventListener(type, (event) => {
          if (event.target.localName !== 'trente-survey') return;
          event.preventDefault();
          window.seen.push(event.defaultPrevented ? `${type}, prevented` : type);
        });
      }
    }, TYPES);
    await onPage(world, { order: 'E-unseen' }, async (visit, form) => {
      const { page } = visit;
      await answerCore(page, 'fr');
      const field = await toTheWord(form);
      await typed(page, field);
      await page.keyboard.press('Backspace');
      await field.selectText();
      await page.keyboard.press('ControlOrMeta+c');
      await field.dblclick();
      await page.mouse.wheel(0, 10);
      // What an input method sends: the text is in `data`.
      await field.evaluate((field) => {
        for (const kind of ['start', 'update', 'end']) {
          field.dispatchEvent(new CompositionEvent(`composition${kind}`, { data: 'mots', bubbles: true, composed: true }));
        }
      });
      assert.deepEqual([...new Set(await page.evaluate(() => window.seen))].sort(), ['click', 'mousedown', 'mouseup', 'pointerdown']);
      assertSilent(visit);
    }, { before });
  });

  for (const [phase, capture] of [['on their way up', false], ['before they come to the survey', true]]) {
    it(`a page that prevents every event ${phase}: taps answer, keys choose, every letter is written`, async () => {
      const before = ({ page }) => page.addInitScript(([types, capture]) => {
        for (const type of types) {
          // Prevented text alone cannot be told from text that was never typed.
          if (capture && /input|key(press|up)|selectstart/.test(type)) continue;
          window.addEventListener(type, (event) => event.preventDefault(), { capture, passive: false });
        }
      }, [TYPES, capture]);
      const order = `E-prevented-${capture}`;
      await onPage(world, { order }, async (visit, form) => {
        const { page } = visit;
        await focus(form.getByRole('radio', { name: 'Faible', exact: true }));
        for (const [key, name] of [['ArrowDown', 'Moyenne'], ['ArrowDown', 'Bonne'], ['ArrowUp', 'Moyenne'], ['ArrowDown', 'Bonne']]) {
          await page.keyboard.press(key);
          assert.ok(await form.getByRole('radio', { name, exact: true }).isChecked(), `${key} chooses ${name}`);
        }
        await page.keyboard.press('Enter');
        await screen(form, EASE);
        // The focus follows a task later.
        await form.locator('[name=option]:focus').waitFor({ state: 'attached' });
        await page.keyboard.press('Space');
        assert.ok(await form.getByRole('radio', { name: /^1\b/ }).isChecked(), 'the space bar marks');
        await answer(form, '6', /^5 /, '9');
        await visit.event('delivered');
        const field = await toTheWord(form);
        await typed(page, field);
        await page.keyboard.press('Backspace');
        // A character of two units goes whole, on either side; the caret moves over it in one step.
        const before = await field.inputValue();
        for (const text of ['👍', 'a']) await page.keyboard.insertText(text);
        for (const key of ['ArrowLeft', 'Backspace', 'Delete']) await page.keyboard.press(key);
        assert.equal(await field.inputValue(), before);
        await page.keyboard.insertText('👍');
        for (const key of ['ArrowLeft', 'Delete', 'Home', 'Delete', 'End']) await page.keyboard.press(key);
        // Of its last line.
        assert.equal(await field.inputValue(), before.replace('\nm', '\n'));
        await page.keyboard.press('Home');
        await page.keyboard.press('m');
        assert.equal(await field.inputValue(), before);
        await button(form, FR.send).focus();
        await page.keyboard.press('Enter');
        const [response] = await stored(world, idOf(order), 1);
        assert.deepEqual([response.satisfaction, response.ease, response.verbatim], [4, 6, TEXT.slice(0, -1)]);
        assertSilent(visit);
      }, { before });
    });
  }

  it('a finger’s tap begins the writing, whatever the page prevents of it', async () => {
    for (const capture of [false, true]) {
      const before = ({ page }) => page.addInitScript((capture) => {
        document.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false, capture });
      }, capture);
      await onPage(world, { order: `E-finger-${capture}` }, async (visit, form) => {
        for (const name of ['Bonne', '6', /^5 /, '9']) await form.getByRole('radio', { name, exact: true }).tap();
        await visit.event('delivered');
        await button(form, FR.skip).tap();
        await form.getByRole('textbox').tap();
        await settle(visit.page);
        await visit.page.keyboard.type('Bien.');
        assert.equal(await form.getByRole('textbox').inputValue(), 'Bien.');
      }, { before, options: { hasTouch: true } });
    }
  });

  it('a finger’s quick taps all answer, whatever guard against double taps the page has', async () => {
    for (const capture of [false, true]) {
      const before = ({ page }) => page.addInitScript((capture) => {
        let last = 0;
        document.addEventListener('touchend', (event) => {
          if (event.timeStamp - last < 3_000) event.preventDefault();
          last = event.timeStamp;
        }, { passive: false, capture });
      }, capture);
      await onPage(world, { order: `E-taps-${capture}` }, async (visit, form) => {
        for (const name of ['Bonne', '6', /^5 /, '9']) await form.getByRole('radio', { name, exact: true }).tap();
        await visit.event('delivered');
      }, { before, options: { hasTouch: true } });
    }
  });

  it('a menu of the page closes at a press or click on the survey, as it does outside the menu', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.shut = [];
      addEventListener('DOMContentLoaded', () => {
        for (const type of ['click', 'mousedown', 'mouseup', 'pointerdown']) {
          document.addEventListener(type, ({ target }) => {
            // As such listeners are written: the element is asked where it is.
            if (!target.closest('main')) window.shut.push(type);
          });
        }
      });
    });
    await onPage(world, { order: 'E-outside' }, async (visit, form) => {
      await answer(form, 'Bonne');
      await screen(form, EASE);
      const closed = await visit.page.evaluate(() => window.shut.splice(0).sort());
      assert.deepEqual(closed, ['click', 'mousedown', 'mouseup', 'pointerdown']);
      assertSilent(visit);
    }, { before });
    // In the page's own content a press is the survey's own: a slider or a dialog around it would take it for theirs.
    await onPage(world, { order: 'E-within', target: '#avis' }, async (visit, form) => {
      await form.waitFor();
      await visit.page.evaluate(() => {
        for (const type of ['click', 'mousedown', 'mouseup', 'pointerdown']) {
          document.querySelector('main').addEventListener(type, () => window.shut.push(type));
        }
        window.shut = [];
      });
      await answer(form, 'Bonne');
      await screen(form, EASE);
      assert.deepEqual(await visit.page.evaluate(() => window.shut), ['click']);
    }, { before });
  });

  it('what is dragged on the page may be let go over the survey', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.seen = [];
      for (const type of ['mousemove', 'mouseup', 'pointerup']) {
        document.addEventListener(type, ({ target }) => target.localName === 'trente-survey' && window.seen.push(type));
      }
    });
    await onPage(world, { order: 'E-drag' }, async ({ page }, form) => {
      await form.waitFor();
      const [from, to] = [await page.locator('h1').boundingBox(), await form.getByRole('radio').first().boundingBox()];
      await page.mouse.move(from.x + 5, from.y + 5);
      await page.mouse.down();
      await page.mouse.move(to.x + 20, to.y + 20, { steps: 4 });
      await page.mouse.up();
      const seen = await page.evaluate(() => [...new Set(window.seen)].sort());
      assert.deepEqual(seen, ['mousemove', 'mouseup', 'pointerup']);
      assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
    }, { before });
  });

  it('a press that begins in the survey and ends outside takes nothing from what is dragged next', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      window.seen = [];
      for (const type of ['mouseup', 'pointerup']) {
        document.addEventListener(type, ({ target }) => target.localName === 'trente-survey' && window.seen.push(type));
      }
    });
    await onPage(world, { order: 'E-drag-out' }, async ({ page }, form) => {
      await form.waitFor();
      const [outside, inside] = [await page.locator('h1').boundingBox(), await form.getByRole('radio').first().boundingBox()];
      const drag = async (from, to) => {
        await page.mouse.move(from.x + 5, from.y + 5);
        await page.mouse.down();
        await page.mouse.move(to.x + 5, to.y + 5, { steps: 4 });
        await page.mouse.up();
      };
      await drag(inside, outside);
      assert.deepEqual(await page.evaluate(() => window.seen), []);
      await drag(outside, inside);
      assert.deepEqual(await page.evaluate(() => window.seen.sort()), ['mouseup', 'pointerup']);
    }, { before });
  });

  it('a pointer that leaves the window over the survey is the page’s exit intent', async () => {
    const before = ({ page }) => page.addInitScript(() => {
      document.addEventListener('mouseout', ({ relatedTarget }) => { window.left ||= !relatedTarget; });
    });
    await onPage(world, { order: 'E-exit', display: 'banner' }, async ({ page }, form) => {
      await form.waitFor();
      await form.evaluate((form) => form.dispatchEvent(
        new MouseEvent('mouseout', { bubbles: true, composed: true, relatedTarget: null }),
      ));
      assert.equal(await page.evaluate(() => window.left), true);
    }, { before });
  });

  it('a key that belongs to a composition is left to the input method', async () => {
    await onPage(world, { order: 'E-compose' }, async (visit, form) => {
      const { page } = visit;
      const press = (selector, init) => form.locator(selector).first().evaluate(
        (element, init) => element.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, composed: true, cancelable: true, ...init })),
        init,
      );
      await form.getByRole('radio', { name: 'Bonne', exact: true }).waitFor();
      const composing = [{ key: 'Escape', isComposing: true }, { key: 'Escape', keyCode: 229 }, { key: 'Enter', isComposing: true }];
      for (const init of composing) assert.ok(await press('input', init), 'nothing is prevented');
      await answerCore(page, 'fr');
      const field = await toTheWord(form);
      await field.fill('good ');
      for (const init of [...composing, { key: 'Backspace', keyCode: 229 }]) assert.ok(await press('textarea', init));
      await settle(page);
      assert.equal(await field.inputValue(), 'good ');
      await press('textarea', { key: 'Escape' });
      await host(page).waitFor({ state: 'detached' });
      assert.deepEqual(await visit.event('closed'), { reason: 'escape' });
    });
  });

  it('the field is never written into: the caret stays in every script, and what is sent is in NFC', async (t) => {
    const order = 'E-caret';
    // Letters whose normal form is another sequence; a Korean syllable in its parts, an angstrom sign, a tab.
    const letters = ['\u{9df}', '\u{95b}', 'e\u{301}', '\u{fb2a}', '\u{1112}\u{1161}\u{11ab}', '\u{212b}', '\t'];
    await onPage(world, { order }, async ({ page }, form) => {
      await answerCore(page, 'fr');
      const field = await toTheWord(form);
      await field.evaluate((field) => {
        window.writes = 0;
        const { get, set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
        Object.defineProperty(field, 'value', { get() { return get.call(this); }, set(text) { window.writes += 1; set.call(this, text); } });
      });
      await field.click();
      let expected = 'AB';
      await page.keyboard.type('AB');
      for (const [index, letter] of letters.entries()) {
        if (index === 0) await page.keyboard.press('ArrowLeft');
        await page.keyboard.insertText(letter);
        await settle(page);
        await page.keyboard.type('x');
        expected = `${expected.slice(0, -1)}${letter}xB`;
        assert.equal(await field.inputValue(), expected);
      }
      assert.equal(await page.evaluate(() => window.writes), can(t, 'insertText') ? 0 : letters.length);
      await button(form, FR.send).click();
      const [response] = await stored(world, idOf(order), 1);
      assert.equal(response.verbatim, expected.normalize('NFC').replace('\t', ' '));
    });
  });

  it('the counter counts characters of what will be sent', async () => {
    await onPage(world, { order: 'E-count' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      const field = await toTheWord(form);
      for (const [letter, count, says] of [
        ['é', 600, 'Caractères en trop\u{a0}: 100'], ['e\u{301}', 600, 'Caractères en trop\u{a0}: 100'],
        ['好', 510, 'Caractères en trop\u{a0}: 10'], ['🫒', 490, 'Caractères restants\u{a0}: 10'],
        ['e\u{301}', 499, 'Caractères restants\u{a0}: 1'], ['\u{1112}\u{1161}\u{11ab}', 501, 'Caractères en trop\u{a0}: 1'],
      ]) {
        await field.fill(letter.repeat(count));
        await form.locator('.room').getByText(says, { exact: true }).waitFor();
      }
    });
  });

  it('a text whose events the page swallowed is still sent', async () => {
    const order = 'E-swallowed';
    const before = ({ page }) => page.addInitScript(() => {
      addEventListener('input', (event) => event.stopImmediatePropagation(), true);
    });
    await onPage(world, { order }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await (await toTheWord(form)).fill('Tout va bien.');
      // It is not lost on the way back either.
      await button(form, FR.back).click();
      assert.equal(await (await toTheWord(form)).inputValue(), 'Tout va bien.');
      await button(form, FR.send).click();
      const [response] = await stored(world, idOf(order), 1);
      assert.equal(response.verbatim, 'Tout va bien.');
    }, { before });
  });
});
