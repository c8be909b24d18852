// Quick taps and double taps: none is lost, none counts twice. A double tap is one tap, wherever its second half falls.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BROWSER, can } from '../support/browser.mjs';
import { button, choose, focus, WORDS } from '../support/survey.mjs';
import { publish } from '../support/surveys.mjs';
import { host, onPage, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const FINGER = { hasTouch: true, isMobile: BROWSER === 'chromium', viewport: { width: 390, height: 844 } };
/** Within this, in ms, two presses in one place are a double tap: loader/glue/motion.js. */
const TWICE_MS = 350;
/** How long a tapped option is seen chosen, in ms: the same file. */
const HOLD_MS = 140;
/** A machine that is busy may be late. */
const TRIES = 6;

describe('quick taps', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const count = ({ page }) => page.addInitScript(() => {
    window.presses = [];
    window.below = 0;
    addEventListener('pointerdown', ({ timeStamp }) => window.presses.push(timeStamp), true);
    addEventListener('click', ({ target }) => (window.below += target.localName !== 'trente-survey'), true);
  });
  const pause = (wait) => new Promise((resume) => setTimeout(resume, wait));
  const answered = ({ events }) => events.filter(({ name }) => name === 'answered').map(({ detail }) => detail.value);
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const option = (form, place) => form.getByRole('radio').nth(place);

  /** One press of the mouse; `times` is the browser's count, 2 for the second half of a double click. */
  const click = async (page, [x, y], times = 1) => {
    await page.mouse.move(x, y);
    await page.mouse.down({ clickCount: times });
    await page.mouse.up({ clickCount: times });
  };

  /** Does `act` on fresh pages until its last two presses were no further apart than a double tap's. */
  const within = async (attributes, options, act) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      let good;
      await onPage(world, { order: `Q-${Math.random()}`, ...attributes }, async (visit, form) => {
        await form.waitFor();
        await settle(visit.page);
        const look = await act(visit, form);
        const [last, before] = (await visit.page.evaluate(() => window.presses)).reverse();
        good = last - before < TWICE_MS - 20;
        if (good) await look();
      }, { options: { viewport: { width: 1280, height: 900 }, ...options }, before: count });
      if (good) return;
    }
    assert.fail('this machine is too slow for a double tap');
  };
  const progress = (form, text) => form.getByText(text, { exact: true }).waitFor();

  for (const gap of [60, 110, 180, 240]) {
    it(`a double click of ${gap} ms on an option answers one question, and a third press counts`, async () => {
      await within({}, {}, async (visit, form) => {
        const { page } = visit;
        const place = await middle(option(form, 4));
        await click(page, place);
        await pause(gap);
        await click(page, place, 2);
        return async () => {
          await progress(form, '2 / 4');
          await settle(page);
          await pause(2 * HOLD_MS);
          assert.deepEqual(answered(visit), [5]);
          assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
          await click(page, await middle(option(form, 3)), 3);
          await progress(form, '3 / 4');
          assert.deepEqual(answered(visit), [5, 4]);
        };
      });
    });
  }

  it('quick clicks in different places are as many answers, whatever the browser counts', async () => {
    for (const times of [1, 2]) {
      await onPage(world, { order: `Q-${times}` }, async (visit, form) => {
        const { page } = visit;
        await form.waitFor();
        for (const [place, shown] of [[1, '2 / 4'], [0, '3 / 4'], [4, '4 / 4']]) {
          await click(page, await middle(option(form, place)));
          await progress(form, shown);
        }
        assert.deepEqual(answered(visit), [2, 1, 5]);
        // The next screen has been there for a while: the browser may count on, and the answer counts too.
        await pause(TWICE_MS);
        await click(page, await middle(option(form, 9)), times);
        await visit.event('completed');
      });
    }
  });

  it('another option while the first is seen takes its place, also where the press is still held as the time is over', async () => {
    await onPage(world, { order: 'Q-mind' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      const [wrong, right] = [await middle(option(form, 1)), await middle(option(form, 3))];
      await click(page, wrong);
      await page.mouse.move(...right);
      await page.mouse.down();
      await pause(HOLD_MS + 60);
      await page.mouse.up();
      await progress(form, '2 / 4');
      assert.deepEqual(answered(visit), [4]);
    });
  });

  it('quick taps on one option again and again do not put off the next question', async () => {
    await onPage(world, { order: 'Q-again' }, async (visit, form) => {
      await form.waitFor();
      const taps = await option(form, 3).evaluate(async (input) => {
        let taps = 0;
        // Less far apart than an answer is seen.
        for (; input.isConnected && taps < 40; taps += 1) {
          input.click();
          await new Promise((done) => setTimeout(done, 60));
        }
        return taps;
      });
      assert.ok(taps < 10, `${taps} taps`);
      await progress(form, '2 / 4');
      assert.deepEqual(answered(visit), [4]);
    });
  });

  it('Skip, Back and Next: a double click is one step, two clicks apart are two', async () => {
    await within({}, {}, async (visit, form) => {
      const { page } = visit;
      const skip = await middle(button(form, FR.skip));
      await page.mouse.dblclick(...skip);
      return async () => {
        await pause(100);
        await progress(form, '2 / 4');
        await pause(TWICE_MS);
        await click(page, skip);
        await progress(form, '3 / 4');
        await pause(TWICE_MS);
        // The browser's own count goes on to half a second.
        await click(page, skip, 2);
        await progress(form, '4 / 4');
        const back = await middle(button(form, FR.back));
        await pause(TWICE_MS);
        await click(page, back);
        await progress(form, '3 / 4');
        await pause(TWICE_MS);
        await click(page, back);
        await progress(form, '2 / 4');
        assert.deepEqual(answered(visit), []);
      };
    });
  });

  it('Skip while an option is seen goes on once, and loses nothing', async () => {
    await onPage(world, { order: 'Q-skip' }, async (visit, form) => {
      await form.waitFor();
      // At once: a busy machine would be on the next screen by then.
      await form.evaluate((card) => {
        card.querySelectorAll('input')[2].click();
        card.querySelector('.skip').click();
      });
      await progress(form, '2 / 4');
      await pause(2 * HOLD_MS);
      await progress(form, '2 / 4');
      assert.deepEqual(answered(visit), [3]);
    });
  });

  it('a double click on the cross closes, and clicks on nothing of the page', async () => {
    await within({}, {}, async (visit, form) => {
      const { page } = visit;
      const cross = await middle(button(form, FR.close));
      await page.mouse.dblclick(...cross);
      return async () => {
        await host(page).waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => window.below), 0);
      };
    });
  });

  it('fingers: twice in one place is once, elsewhere is another answer', async (t) => {
    if (!can(t, 'touch')) return;
    for (const elsewhere of [false, true]) {
      await within({}, FINGER, async (visit, form) => {
        const { page } = visit;
        const place = await middle(option(form, 4));
        await page.touchscreen.tap(...place);
        await progress(form, '2 / 4');
        await page.touchscreen.tap(...(elsewhere ? await middle(option(form, 0)) : place));
        return async () => {
          await progress(form, elsewhere ? '3 / 4' : '2 / 4');
          await pause(2 * HOLD_MS);
          assert.deepEqual(answered(visit), elsewhere ? [5, 1] : [5]);
        };
      });
    }
  });

  it('a key that is held down is pressed once', async () => {
    await onPage(world, { order: 'Q-held' }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await focus(option(form, 2));
      // Each further `down` is a repetition.
      for (let times = 0; times < 12; times += 1) {
        await page.keyboard.down('Enter');
        await pause(40);
      }
      await page.keyboard.up('Enter');
      await progress(form, '2 / 4');
      assert.deepEqual(answered(visit), [3]);
      await button(form, FR.skip).focus();
      for (let times = 0; times < 6; times += 1) {
        await page.keyboard.down('Enter');
        await pause(40);
      }
      await page.keyboard.up('Enter');
      await progress(form, '3 / 4');
    });
  });

  it('nothing is held where motion is unwanted', async () => {
    const times = {};
    for (const reducedMotion of ['reduce', 'no-preference']) {
      await onPage(world, { order: `Q-${reducedMotion}` }, async (visit, form) => {
        await form.waitFor();
        times[reducedMotion] = await form.evaluate(async (card) => {
          const asked = card.querySelector('.prompt').textContent;
          const found = [];
          card.querySelectorAll('input')[2].click();
          const start = performance.now();
          while (card.querySelector('.prompt').textContent === asked) await new Promise((go) => setTimeout(go));
          found.push(performance.now() - start);
          const animated = () => card.getRootNode().getAnimations?.().length ?? document.getAnimations().length;
          await new Promise((go) => requestAnimationFrame(go));
          found.push(animated());
          return found;
        });
        await button(form, FR.close).click();
        const gone = Date.now();
        await host(visit.page).waitFor({ state: 'detached' });
        times[reducedMotion].push(Date.now() - gone);
      }, { options: { reducedMotion } });
    }
    assert.ok(times['no-preference'][0] >= HOLD_MS - 1, `${times['no-preference']}`);
    assert.ok(times.reduce[0] < HOLD_MS - 40, `${times.reduce}`);
    assert.equal(times.reduce[1], 0, 'no animation runs');
    assert.ok(times['no-preference'][1] > 0, 'else the change is animated');
  });

  // The last: the survey stays another one.
  it('a double click ticks, where several may be ticked, and Next takes the ticks along', async () => {
    const survey = {
      name: 'Ticks', locales: ['fr'], core: { questions: ['recommend'] }, follow_up: { incident: false, chips: false },
      extra: [{ kind: 'choices', text: { fr: 'Qu’avez-vous lu ?' }, options: ['Les prix', 'Les avis', 'La notice'].map((fr) => ({ fr })) }],
    };
    await publish(world, survey);
    await onPage(world, { order: 'Q-ticks' }, async (visit, form) => {
      const { page } = visit;
      await choose(form, '9');
      const box = (name) => form.getByRole('checkbox', { name });
      const place = await middle(box('Les avis'));
      await page.mouse.dblclick(...place);
      await settle(page);
      assert.equal(await box('Les avis').isChecked(), true);
      await pause(TWICE_MS);
      await click(page, await middle(box('La notice')), 1);
      await settle(page);
      assert.equal(await box('La notice').isChecked(), true);
      assert.equal(await button(form, FR.skip).count(), 0);
      await button(form, FR.next).click();
      const field = form.getByRole('textbox');
      await field.fill('Bien.');
      await button(form, FR.next).click();
      await form.getByText(FR.sent).first().waitFor();
      assert.deepEqual(answered(visit), [9, [2, 3], 'Bien.']);
    });
  });
});
