// Keyboard operation of the survey: ACCESSIBILITY.md.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { can } from '../support/browser.mjs';
import { decode, orderOfFamily, responseOf } from '../support/frames.mjs';
import { answerCore, button, screen, WORDS } from '../support/survey.mjs';
import { host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const SATISFACTION = 'Votre satisfaction, dans l’ensemble\u{202f}?';
const EASE = 'On m’a facilité les choses.';
const LENS = 'On savait me répondre.';
const RECOMMEND = 'Nous recommanderiez-vous à un proche\u{202f}?';

describe('the survey by keyboard', () => {
  let world;
  let orders;
  before(async () => {
    world = await startWorld();
    orders = (stem) => orderOfFamily(world.collector.survey, 4, stem);
  });
  after(() => world?.stop());

  /** The role and the name of what has the focus, in the page or in the survey. */
  const focused = (page) =>
    page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const group = element.closest('[role=radiogroup]')?.querySelector('legend')?.textContent;
      const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
      return { element: element.localName, id: element.id, group, name: name.trim() };
    });

  /** Presses a key until the focus is where it is wanted, as a person does. */
  const reach = async (page, key, wanted) => {
    for (let presses = 0; presses < 20; presses += 1) {
      const focus = await focused(page);
      if (wanted(focus)) return focus;
      await page.keyboard.press(key);
    }
    return assert.fail(`the focus never came there, but to ${JSON.stringify(await focused(page))}`);
  };

  const reachOption = (page) => reach(page, 'Tab', ({ element, group }) => element === 'input' && group);
  const reachButton = (page, wanted, key = 'Tab') =>
    reach(page, key, ({ element, name }) => element === 'button' && name === wanted);

  it('never takes the focus or the caret from the page when it appears', async () => {
    for (const attributes of [{ order: 'K-focus' }, { order: 'K-focus-inline', target: '#avis' }]) {
      let release;
      const released = new Promise((resolve) => (release = resolve));
      const before = (visit) => visit.page.route('**/v1/surveys/**', async (route) => {
        await released;
        await route.continue();
      });
      await onPage(world, attributes, async (visit, form) => {
        const field = visit.page.locator('#field');
        await field.fill('rue des Lices');
        await field.evaluate((input) => input.setSelectionRange(3, 3));
        const scrolled = await visit.page.evaluate(() => scrollY);
        release();
        await form.waitFor();
        await settle(visit.page);
        await visit.event('shown');
        assert.equal((await focused(visit.page)).id, 'field');
        assert.equal(await field.evaluate((input) => input.selectionStart), 3);
        await visit.page.keyboard.type('X');
        assert.equal(await field.inputValue(), 'rueX des Lices');
        assert.equal(await visit.page.evaluate(() => scrollY), scrolled);
      }, { before });
    }
  });

  /** Waits for the screen, and for the focus, which follows a task later. */
  const reached = async (page, form, name) => {
    await screen(form, name);
    assert.ok(await until(async () => (await focused(page))?.group === name, 3_000), `the focus is not in ${name}`);
  };

  it('arrows and Space choose without sending, Enter sends, and the focus follows to the end', async (t) => {
    const order = orders('K-whole');
    await onPage(world, { order }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.locator('#field').focus();
      const chosen = () => form.getByRole('radio', { checked: true });

      assert.equal((await reachOption(page)).group, SATISFACTION);
      await page.keyboard.press('Space');
      assert.equal(await form.getByRole('radio', { name: 'Nulle' }).isChecked(), true);
      for (const name of ['Faible', 'Moyenne', 'Bonne']) {
        await page.keyboard.press('ArrowDown');
        assert.equal((await focused(page)).name, name);
        assert.equal(await form.getByRole('radio', { name }).isChecked(), true);
        // WebKit has no ring of its own around what arrows choose.
        const ringed = await form.locator('.face').evaluateAll((faces) =>
          faces.filter((face) => getComputedStyle(face).outlineStyle === 'solid').map((face) => face.textContent.trim()));
        assert.deepEqual(ringed, [name]);
      }
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      await settle(page);
      assert.equal((await focused(page)).group, SATISFACTION);
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown']);

      await page.keyboard.press('Enter');
      await reached(page, form, EASE);
      assert.deepEqual(visit.events.at(-1).detail.value, 4);
      // Nothing is chosen yet, and the focus is in the new group.
      assert.equal((await focused(page)).group, EASE);
      assert.equal(await chosen().count(), 0);

      // Enter on an option chooses it and sends it on, whether it was marked before or not.
      await page.keyboard.press('Enter');
      await reached(page, form, LENS);
      assert.deepEqual(visit.events.at(-1).detail.value, 1);
      await reachButton(page, WORDS.fr.back);
      await page.keyboard.press('Enter');
      await reached(page, form, EASE);
      for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press('ArrowRight');
      assert.equal(await form.getByRole('radio', { name: '6', exact: true }).isChecked(), true);
      await page.keyboard.press('Enter');
      await reached(page, form, LENS);
      assert.equal((await focused(page)).group, LENS);

      // Back keeps what was answered, and Enter sends it on again.
      await reachButton(page, WORDS.fr.back);
      await page.keyboard.press('Enter');
      await reached(page, form, EASE);
      assert.equal(await form.getByRole('radio', { name: '6', exact: true }).isChecked(), true);
      assert.equal((await focused(page)).group, EASE);
      await page.keyboard.press('Enter');
      await reached(page, form, LENS);

      // Around the corner to « Sans objet », and back again to 5.
      const round = can(t, 'around the corner');
      if (round) {
        await page.keyboard.press('ArrowUp');
        assert.equal((await focused(page)).name, WORDS.fr.none);
      }
      for (let presses = 0; presses < (round ? 1 : 4); presses += 1) await page.keyboard.press(round ? 'ArrowUp' : 'ArrowDown');
      await page.keyboard.press('Enter');
      await reached(page, form, RECOMMEND);
      assert.equal((await focused(page)).group, RECOMMEND);
      for (let presses = 0; presses < 9; presses += 1) await page.keyboard.press('ArrowDown');
      await settle(page);
      assert.equal(visit.posts().length, 0, 'nothing leaves before the fourth answer');
      await page.keyboard.press('Enter');
      await visit.event('delivered');

      const difference = 'Qu’est-ce qui a fait la différence\u{202f}?';
      await reached(page, form, difference);
      assert.equal((await focused(page)).group, difference);
      for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');

      // In the field Enter is a line feed; Send is a button after it.
      const word = form.getByRole('textbox', { name: 'Qui ou quoi faut-il féliciter\u{202f}?' });
      await word.waitFor();
      assert.ok(await until(async () => (await focused(page))?.element === 'textarea', 3_000));
      await page.keyboard.type('Olive');
      await page.keyboard.press('Enter');
      await page.keyboard.type('à la caisse');
      await reachButton(page, WORDS.fr.send);
      await page.keyboard.press('Enter');
      await form.getByText(WORDS.fr.sent).first().waitFor();
      assert.ok(await until(async () => (await focused(page))?.name === WORDS.fr.close, 3_000));
      await page.keyboard.press('Enter');
      assert.deepEqual(await visit.event('closed'), { reason: 'button' });
      await host(page).waitFor({ state: 'detached' });

      const frames = await decode(visit.posts());
      assert.deepEqual(frames.map(({ rev }) => rev), [0, 1, 2]);
      const response = responseOf(world.collector.survey, order);
      const all = await stored(world, response, 2);
      assert.equal(all.length, 1);
      const [{ satisfaction, ease, lens, recommend, moment, verbatim }] = all;
      assert.deepEqual({ satisfaction, ease, lens, recommend, moment, verbatim },
        { satisfaction: 4, ease: 6, lens: 5, recommend: 9, moment: 4, verbatim: 'Olive\nà la caisse' });
    });
  });

  it('Tab goes through Close, the group, Back and Skip, and out again', async () => {
    await onPage(world, { order: orders('K-tab') }, async ({ page }, form) => {
      await form.waitFor();
      await page.locator('#field').focus();
      await reachOption(page);
      await page.keyboard.press('Enter');
      await screen(form, EASE);
      await settle(page);
      await page.locator('#field').focus();
      const seen = [];
      for (let presses = 0; presses < 4; presses += 1) {
        await page.keyboard.press('Tab');
        const { element, name } = await focused(page);
        seen.push(element === 'input' ? 'option' : name);
      }
      assert.deepEqual(seen, [WORDS.fr.close, 'option', WORDS.fr.back, WORDS.fr.skip]);
      await page.keyboard.press('Tab');
      assert.equal(await host(page).evaluate((element) => element.shadowRoot.activeElement), null, 'no trap');
    });
  });

  it('Skip by keyboard leads through the whole survey', async () => {
    const order = orders('K-skip');
    await onPage(world, { order }, async (visit, form) => {
      await form.waitFor();
      for (const question of [SATISFACTION, EASE, LENS, RECOMMEND]) {
        await screen(form, question);
        await reachButton(visit.page, WORDS.fr.skip, 'Tab');
        await visit.page.keyboard.press('Space');
      }
      await visit.event('delivered');
      const [{ satisfaction, recommend, score }] = await stored(world, responseOf(world.collector.survey, order));
      assert.deepEqual({ satisfaction, recommend, score }, { satisfaction: null, recommend: null, score: null });
    });
  });

  it('what is marked is sent on by the one button that leads forward, and is there again after Back', async () => {
    const order = orders('K-next');
    await onPage(world, { order }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.locator('#field').focus();
      await reachOption(page);
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      assert.equal(await button(form, WORDS.fr.skip).count(), 0);
      for (let times = 0; times < 2; times += 1) {
        await reachButton(page, WORDS.fr.next);
        await page.keyboard.press('Enter');
        await screen(form, EASE);
        assert.deepEqual(visit.events.at(-1).detail, { ...visit.events.at(-1).detail, question: 'satisfaction', value: 2 });
        await reachButton(page, WORDS.fr.back);
        await page.keyboard.press('Enter');
        await screen(form, SATISFACTION);
        assert.equal(await form.getByRole('radio', { name: 'Faible' }).isChecked(), true);
      }
    });
  });

  it('closing by a key gives the focus back to where it came from', async () => {
    await onPage(world, { order: orders('K-return') }, async ({ page }, form) => {
      await form.waitFor();
      await page.locator('#field').focus();
      await reachOption(page);
      await page.keyboard.press('Escape');
      await host(page).waitFor({ state: 'detached' });
      assert.equal((await focused(page)).id, 'field');
    });
  });

  it('over the limit, Send leads back to the field, which says by how much', async () => {
    await onPage(world, { order: orders('K-over') }, async ({ page }, form) => {
      await answerCore(page, 'fr');
      await button(form, WORDS.fr.skip).click();
      const field = form.getByRole('textbox');
      await field.fill('x'.repeat(505));
      await button(form, WORDS.fr.send).focus();
      await page.keyboard.press('Enter');
      await settle(page);
      assert.equal((await focused(page)).element, 'textarea');
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      const described = () => field.evaluate((each) => each.getRootNode().getElementById(each.getAttribute('aria-describedby')).textContent);
      assert.match(await described(), /trop.*5/);
      // Spoken at few numbers alone, not at each key.
      for (const [count, pattern] of [[419, /^$/], [420, /80/], [421, /^$/], [480, /20/], [500, /0/]]) {
        await field.fill('x'.repeat(count));
        await settle(page);
        assert.match(await described(), pattern, `${count}`);
      }
    });
  });

  it('Escape closes when the focus is inside, and only then', async () => {
    await onPage(world, { order: orders('K-escape') }, async (visit, form) => {
      const { page } = visit;
      await form.waitFor();
      await page.locator('#field').focus();
      await page.keyboard.press('Escape');
      await settle(page);
      assert.equal(await form.isVisible(), true);
      assert.deepEqual(visit.events.map(({ name }) => name), ['shown']);
      await reachOption(page);
      await page.keyboard.press('Escape');
      assert.deepEqual(await visit.event('closed'), { reason: 'escape' });
      await host(page).waitFor({ state: 'detached' });
      assert.equal(visit.posts().length, 0);
    });
  });

  it('gives the focus back to the page when it closes, without a jump', async () => {
    await onPage(world, { order: orders('K-end') }, async ({ page }, form) => {
      await answerCore(page, 'fr');
      await button(form, WORDS.fr.close).click();
      await host(page).waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => scrollY), 0);
    });
  });
});
