// Where to reply to a customer who asks to be put right, from the field to the shop's own mail: docs/survey.md#a-contact,
// docs/wire-format.md#a-contact.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { calm, open } from '../support/browser.mjs';
import { decode, responseOf } from '../support/frames.mjs';
import { outbox, rested, says } from '../support/outbox.mjs';
import { answer, button, WORDS } from '../support/survey.mjs';
import { publish } from '../support/surveys.mjs';
import { address, assertSilent, host, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

// Of the collector and of the commands alike.
process.env.TRENTE_CONTACT_KEY = '5a'.repeat(32);

const FR = WORDS.fr;
const LABEL = 'Où pouvons-nous vous répondre\u{202f}?';
const PURPOSE = 'Un e-mail ou un numéro de téléphone, seulement pour vous répondre à ce sujet, puis effacé.';
const ADA = 'ada.lovelace@engine.example';
const SURVEY = { name: 'Olive', locales: ['fr', 'en'], core: { lens: 'policy' }, follow_up: { contact: true } };

/** As a customer to whom something went wrong, up to whether it is forgivable. */
const hurt = (form, forgivable) => answer(form, 'Faible', '3', '2', '4', 'Une règle bloquante', forgivable);
const field = (form) => form.getByRole('textbox', { name: LABEL });

describe('a contact', () => {
  let world;
  let survey;
  before(async () => {
    world = await startWorld();
    survey = await publish(world, SURVEY);
  });
  after(() => world?.stop());

  /** What a request for access is told. */
  const kept = async (order) => {
    const { trente, database } = world.collector;
    const lines = (await trente('lookup', '--db', database, '--site', 'olive', '--order', order)).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line).contact?.text)[0];
  };
  const arrives = async (order, text) => assert.ok(await until(async () => (await kept(order)) === text), `${order}: ${await kept(order)}`);

  /** At the question for a contact, after a word. */
  const asked = (order, check, how = {}) => onPage(world, { order, ...how.attributes }, async (visit, form) => {
    await hurt(form, 'Oui, si vous réparez');
    await form.getByRole('textbox', { name: 'Que s’est-il passé\u{202f}?' }).fill('On m’a fait attendre.');
    await button(form, FR.send).click();
    await field(form).waitFor();
    await check(visit, form);
  }, how);

  it('is asked last, with its purpose, and goes next to the answers, never in them', async () => {
    await asked('C-1', async (visit, form) => {
      const { page } = visit;
      const described = await field(form).evaluate((input) => {
        const ids = input.getAttribute('aria-describedby').split(' ');
        return ids.map((id) => input.getRootNode().getElementById(id).textContent).join(' ');
      });
      assert.equal(described, PURPOSE);
      assert.ok(await form.getByText(PURPOSE).isVisible());
      for (const [name, value] of [['autocomplete', 'email'], ['inputmode', 'email'], ['maxlength', '120'], ['required', null]]) {
        assert.equal(await field(form).getAttribute(name), value, name);
      }
      await assertAccessible(page, 'trente-survey');
      await field(form).fill(ADA);
      const sent = page.waitForRequest('**/v1/contacts');
      await button(form, FR.send).click();
      const body = (await sent).postDataBuffer();
      await form.getByText(FR.sent).first().waitFor();
      await arrives('C-1', ADA);
      // The newest revision, which was sent before, and the text.
      const frames = await decode(visit.posts());
      assert.deepEqual(frames.map(({ rev, forgive }) => [rev, forgive]), [[0, 0], [1, 0], [2, 2], [3, 2]]);
      if (body) assert.deepEqual([...body], [...visit.posts().at(-1), ...Buffer.from(ADA)]);
      assert.equal((await stored(world, responseOf(survey, 'C-1'), 3)).length, 1);
      // The page hears of the answers, and its scripts of no contact.
      const answered = visit.events.filter(({ name }) => name === 'answered').map(({ detail }) => detail?.question);
      assert.ok(!answered.includes('contact') && !JSON.stringify(visit.events).includes('lovelace'), JSON.stringify(answered));
      assert.deepEqual(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes('lovelace')), false);
      assertSilent(visit);
    });
  });

  it('is written and sent with the keyboard alone', async () => {
    await onPage(world, { order: 'C-keys' }, async (visit, form) => {
      const { page } = visit;
      const focused = () => page.evaluate(() => document.querySelector('trente-survey').shadowRoot.activeElement?.name);
      const asks = async (question) => {
        await form.locator('.prompt').filter({ hasText: question }).waitFor();
        assert.ok(await until(async () => (await focused()) === 'option'), question);
      };
      await form.waitFor();
      await page.evaluate(() => document.querySelector('trente-survey').shadowRoot.querySelector('input').focus());
      // The first option of each question, which is the worst: Enter chooses it and sends it on.
      const questions = ['Votre satisfaction', 'On m’a facilité', 'Les règles', 'Nous recommanderiez-vous', 'Qu’est-ce qui n’allait pas'];
      for (const question of questions) {
        await asks(question);
        await page.keyboard.press('Enter');
      }
      await asks('Est-ce pardonnable');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await form.getByRole('textbox', { name: 'Que s’est-il passé\u{202f}?' }).waitFor();
      await button(form, FR.skip).focus();
      await page.keyboard.press('Enter');
      await field(form).waitFor();
      assert.ok(await until(() => field(form).evaluate((input) => input.getRootNode().activeElement === input)), 'the field has the focus');
      await page.keyboard.type('06 12 34 56 78');
      await page.keyboard.press('Enter');
      await form.getByText(FR.sent).first().waitFor();
      await arrives('C-keys', '06 12 34 56 78');
    });
  });

  it('is asked of nobody else, and left out like every question', async () => {
    for (const [order, forgivable] of [['C-lost', 'Non, je ne reviendrai pas'], ['C-forgiven', 'Oui, c’est oublié']]) {
      await onPage(world, { order }, async (visit, form) => {
        await hurt(form, forgivable);
        await button(form, FR.skip).click();
        await form.getByText(FR.sent).first().waitFor();
        assert.equal(await field(form).count(), 0, forgivable);
      });
    }
    await asked('C-skip', async (visit, form) => {
      let contacts = 0;
      visit.page.on('request', (request) => { contacts += Number(request.url().endsWith('/v1/contacts')); });
      await button(form, FR.skip).click();
      await form.getByText(FR.sent).first().waitFor();
      await settle(visit.page);
      assert.deepEqual([contacts, await kept('C-skip')], [0, undefined]);
    });
  });

  it('is not lost when the page is left at once', async () => {
    await asked('C-left', async ({ page }, form) => {
      await field(form).fill(ADA);
      await page.evaluate(() => {
        document.querySelector('trente-survey').shadowRoot.querySelector('.send').click();
        location.href = 'about:blank';
      });
      await page.waitForURL('about:blank');
      await arrives('C-left', ADA);
    });
  });

  it('what is written and not sent on is sent by no way of leaving', async () => {
    await asked('C-unsent', async ({ page }, form) => {
      await field(form).fill(ADA);
      await button(form, FR.close).click();
      await host(page).waitFor({ state: 'detached' });
      await page.goto('about:blank');
      await page.goto(address(world.shop, 'bare.html'));
      assert.equal(await outbox(page), null);
      assert.equal(await kept('C-unsent'), undefined);
    });
  });

  it('waits on the device while there is no network, and leaves it with the next page', async () => {
    await asked('C-offline', async ({ page, context }, form) => {
      await context.setOffline(true);
      await field(form).fill(ADA);
      await button(form, FR.send).click();
      await says(form, FR.waiting);
      assert.ok(await until(async () => (await outbox(page))?.endsWith(`${Buffer.from(ADA).toString('hex')}\n`)), await outbox(page));
      await context.setOffline(false);
      await page.goto('about:blank');
      await rested(page).catch(() => {});
      await page.goto(address(world.shop, 'plain.html', { order: 'C-next' }));
      await arrives('C-offline', ADA);
      assert.ok(await until(async () => (await outbox(page)) === null), 'deleted when it is acknowledged');
      const [response, ...others] = await stored(world, responseOf(survey, 'C-offline'), 3);
      assert.deepEqual([response.verbatim, others], ['On m’a fait attendre.', []]);
    });
  });

  it('is kept nowhere on the device where the page forbids it', async () => {
    await asked('C-none', async ({ page, context }, form) => {
      await context.setOffline(true);
      await field(form).fill(ADA);
      await button(form, FR.send).click();
      await says(form, FR.waiting);
      assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [[], []]);
      await context.setOffline(false);
      await arrives('C-none', ADA);
    }, { attributes: { storage: 'none' } });
  });

  it('a key that a page prevents is written all the same, and Enter sends it', async () => {
    await asked('C-fence', async ({ page }, form) => {
      await page.evaluate(() => addEventListener('keydown', (event) => event.preventDefault(), true));
      await field(form).focus();
      await page.keyboard.type('0612');
      assert.equal(await field(form).inputValue(), '0612');
      await page.keyboard.type('345');
      await page.keyboard.press('Enter');
      await form.getByText(FR.sent).first().waitFor();
      await arrives('C-fence', '0612345');
    });
  });

  it('is asked on the hosted page, without a script, when its answer is chosen', async () => {
    const visit = await open(world.browser, { javaScriptEnabled: false });
    try {
      const { page } = visit;
      await page.goto(`${world.collector.url}/s/olive?o=C-hosted&l=fr`);
      const pick = (question, name) => page.getByRole('group', { name: question, exact: true }).getByRole('radio', { name, exact: true }).check({ force: true });
      await pick('Votre satisfaction, dans l’ensemble\u{202f}?', 'Faible');
      await pick('Nous recommanderiez-vous à un proche\u{202f}?', '4');
      await page.getByRole('button', { name: FR.send }).click();
      const input = page.getByRole('textbox', { name: LABEL });
      assert.equal(await input.isVisible(), false);
      await pick('Est-ce pardonnable\u{202f}?', 'Non, je ne reviendrai pas');
      assert.equal(await input.isVisible(), false);
      await pick('Est-ce pardonnable\u{202f}?', 'Oui, si vous réparez');
      assert.equal(await input.isVisible(), true);
      assert.ok(await page.getByText(PURPOSE).isVisible());
      await input.fill(ADA);
      await page.getByRole('button', { name: FR.send }).click();
      await page.getByText(FR.sent).waitFor();
      await arrives('C-hosted', ADA);
    } finally {
      await visit.close();
    }
  });

  it('is accessible on the hosted page, and read on the desk as a link to the shop’s own mail', async () => {
    const visit = await open(world.browser);
    try {
      const { page } = visit;
      // The form itself, not the widget that takes its place.
      await page.route('**/s/hosted.js', (route) => route.abort());
      await page.goto(`${world.collector.url}/s/olive?o=C-axe&l=fr`);
      await page.getByRole('radio', { name: 'Nulle' }).check({ force: true });
      await page.getByRole('button', { name: FR.send }).click();
      await page.getByRole('radio', { name: 'Oui, si vous réparez' }).check({ force: true });
      await page.getByRole('textbox', { name: LABEL }).waitFor();
      await assertAccessible(page);
      await page.unroute('**/s/hosted.js');

      const { name, password } = await world.collector.addUser('ada');
      await page.goto(`${world.collector.results}/sites/olive/recover?hl=fr`);
      await page.locator('input[name=name]').fill(name);
      await page.locator('input[name=password]').fill(password);
      await page.locator('button').first().click();
      const link = page.getByRole('link', { name: ADA }).first();
      await link.waitFor();
      const href = await link.getAttribute('href');
      assert.match(href, /^mailto:ada\.lovelace@engine\.example\?subject=Ce%20que%20vous%20nous%20avez%20dit&body=Nous%20sommes%20d%C3%A9sol/);
      assert.ok(await page.getByText('Par votre messagerie ou votre téléphone\u{a0}: Trente n’envoie rien.').first().isVisible());
      assert.equal(await page.getByRole('link', { name: '06 12 34 56 78' }).getAttribute('href'), 'tel:0612345678');
      await assertAccessible(page);
    } finally {
      await visit.close();
    }
  });

  it('a survey that asks for none shows nothing of it', async () => {
    const plain = await publish(world, { ...SURVEY, follow_up: {} });
    const sheet = await (await fetch(`${world.collector.url}/v1/surveys/olive?lang=fr`)).text();
    assert.ok(!sheet.includes('contact'));
    await onPage(world, { order: 'C-plain' }, async (visit, form) => {
      await hurt(form, 'Oui, si vous réparez');
      await button(form, FR.skip).click();
      await form.getByText(FR.sent).first().waitFor();
      assert.equal(await field(form).count(), 0);
      assert.equal((await stored(world, responseOf(plain, 'C-plain'), 2))[0].forgive, 2);
    });
  });
});
