// A merchant's own questions, from their document to the stored answer: docs/survey.md,
// docs/wire-format.md#extra-questions.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calm, isResponsePost } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { outboxFrames, POSTS } from '../support/outbox.mjs';
import { button, choose, focus, WORDS } from '../support/survey.mjs';
import { publish } from '../support/surveys.mjs';
import { hide, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

calm();

const EN = WORDS.en;
const SHORT = { locales: ['en'], follow_up: { incident: false, chips: false } };
const en = (text) => ({ en: text });

/** A group of options, by its question. */
const group = (form, question) => form.getByRole('radiogroup', { name: question });

describe('a merchant’s own survey', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const ask = (document, order, check) =>
    publish(world, document).then((survey) =>
      onPage(world, { order, lang: 'en' }, (visit, form) => check(visit, form, responseOf(survey, order))));

  it('asks a subset of the core in its order, with the lens that is pinned and the merchant’s words', async () => {
    const document = {
      ...SHORT, name: 'Subset', follow_up: { incident: false, chips: false, word: false },
      core: {
        questions: ['recommend', 'lens'], lens: 'promise',
        wording: { en: { lens: { promise: 'It came on the day we said.' } } },
      },
    };
    await ask(document, 'X-subset', async (visit, form, response) => {
      await group(form, 'It came on the day we said.').waitFor();
      await form.getByText('1 / 2', { exact: true }).waitFor();
      await choose(form, '1 Not at all');
      await form.getByText('2 / 2', { exact: true }).waitFor();
      await choose(form, '8');
      await form.getByText(EN.sent).first().waitFor();
      const [answers] = await stored(world, response);
      const { satisfaction, ease, lens, recommend, family, primary } = answers;
      assert.deepEqual({ satisfaction, ease, lens, recommend, family, primary },
        { satisfaction: null, ease: null, lens: 1, recommend: 8, family: 'promise', primary: 'promise' });
      assert.equal(visit.posts().length, 1);
      assert.equal(visit.posts()[0].length, 19);
    });
  });

  it('asks stars, a scale and several choices after the core, and sends each with its revision', async () => {
    const document = {
      ...SHORT, name: 'Codes', core: { questions: ['recommend'] },
      extra: [
        { kind: 'stars', text: en('How was the packaging?') },
        { kind: 'scale', text: en('How clear was the site?'), points: 7, low: en('Unclear'), high: en('Clear') },
        { kind: 'choices', text: en('What did you read?'), options: [en('Prices'), en('Ratings'), en('Terms')] },
      ],
    };
    await ask(document, 'X-codes', async (visit, form, response) => {
      await choose(form, '9');
      await group(form, 'How was the packaging?').waitFor();
      assert.equal(await form.getByRole('radio').count(), 5);
      await choose(form, '4 / 5');
      await group(form, 'How clear was the site?').waitFor();
      assert.equal(await form.getByRole('radio', { name: '7 Clear', exact: true }).count(), 1);
      await choose(form, '6');

      const several = form.getByRole('group', { name: 'What did you read?' });
      await several.waitFor();
      await form.getByText('Choose all that apply.').waitFor();
      const tick = (name) => form.getByRole('checkbox', { name, exact: true });
      for (const name of ['Prices', 'Ratings', 'Terms', 'Ratings']) await tick(name).click();
      assert.equal(await several.isVisible(), true, 'ticking does not send');
      assert.deepEqual(await Promise.all(['Prices', 'Ratings', 'Terms'].map((name) => tick(name).isChecked())), [true, false, true]);
      await button(form, EN.send).click();
      await form.getByRole('textbox').fill('Thank you');
      await button(form, EN.send).click();
      await form.getByText(EN.sent).first().waitFor();

      const [{ rev, verbatim, extra }] = await stored(world, response, 3);
      assert.deepEqual({ rev, verbatim }, { rev: 3, verbatim: 'Thank you' });
      assert.deepEqual(extra, [
        { index: 0, kind: 'stars', code: 4 },
        { index: 1, kind: 'scale', code: 6 },
        { index: 2, kind: 'choices', ticked: [1, 3] },
      ]);
      assert.deepEqual(visit.posts().map((body) => body.length), [20, 20, 20, 30], '19 bits, 3, 3 and 4: four bytes');
      const answered = visit.events.filter(({ name }) => name === 'answered').map(({ detail }) => [detail.question, detail.value]);
      assert.deepEqual(answered, [['recommend', 9], ['extra_1', 4], ['extra_2', 6], ['extra_3', [1, 3]], ['word', 'Thank you']]);
    });
  });

  it('puts aside what is held for the last screen while the page is hidden: it may end there', async () => {
    const document = {
      ...SHORT, name: 'Held', core: { questions: ['recommend'] },
      extra: ['Was it a present?', 'For a child?', 'Did it please?'].map((text) => ({ kind: 'yes_no', text: en(text) })),
    };
    await ask(document, 'X-held', async (visit, form, response) => {
      const { page } = visit;
      const waiting = async () => (await outboxFrames(page)).map((line) => line.split(' ')[3]);
      await choose(form, '9');
      for (const question of ['Was it a present?', 'For a child?']) {
        await group(form, question).waitFor();
        await choose(form, 'Yes');
      }
      await group(form, 'Did it please?').waitFor();
      await stored(world, response, 2);
      await until(async () => (await waiting()).length === 0);
      await hide(page, true);
      assert.deepEqual(await waiting(), [], 'all of it is acknowledged');
      await hide(page, false);
      await choose(form, 'No');
      await form.getByRole('textbox', { name: /thanks/ }).waitFor();
      await hide(page, true);
      const [held, ...others] = await waiting();
      assert.deepEqual(others, []);
      assert.equal(visit.posts().length, 3, 'hiding sends nothing');
      await hide(page, false);
      assert.deepEqual(await waiting(), [], 'the customer is back');
      await button(form, EN.skip).click();
      await form.getByText(EN.sent).first().waitFor();
      assert.equal(visit.posts()[3].toString('hex'), held);
      assert.deepEqual(await waiting(), []);
      const [{ extra }] = await stored(world, response, 3);
      assert.deepEqual(extra.map(({ code }) => code), [1, 1, 2]);
    });
  });

  it('what is put aside stays there when a try of an earlier revision fails meanwhile', async () => {
    const document = {
      ...SHORT, name: 'Held anew', core: { questions: ['recommend'] },
      extra: ['Was it a present?', 'For a child?', 'Did it please?'].map((text) => ({ kind: 'yes_no', text: en(text) })),
    };
    await ask(document, 'X-held-anew', async (visit, form, response) => {
      const { page } = visit;
      const waiting = async () => (await outboxFrames(page)).map((line) => line.split(' ')[3]);
      await choose(form, '9');
      await group(form, 'Was it a present?').waitFor();
      await choose(form, 'Yes');
      await stored(world, response, 1);
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await group(form, 'For a child?').waitFor();
      await choose(form, 'Yes');
      await group(form, 'Did it please?').waitFor();
      assert.ok(await until(async () => (await waiting()).length === 1), 'the third revision waits');
      await choose(form, 'No');
      await form.getByRole('textbox', { name: /thanks/ }).waitFor();
      const [earlier] = await waiting();
      await hide(page, true);
      const [held] = await waiting();
      assert.notEqual(held, earlier);
      const tries = visit.posts().length;
      assert.ok(await until(() => visit.posts().length > tries));
      await settle(page);
      assert.deepEqual(await waiting(), [held]);
      await page.unroute(POSTS);
      await hide(page, false);
      await button(form, EN.skip).click();
      await form.getByText(EN.sent).first().waitFor();
      const [{ extra }] = await stored(world, response, 3);
      assert.deepEqual(extra.map(({ code }) => code), [1, 1, 2]);
    });
  });

  it('asks what depends on an earlier answer, and keeps no answer to what is asked no more', async () => {
    const document = {
      ...SHORT, name: 'Conditions', core: { questions: ['recommend'] },
      extra: [
        { kind: 'choice', text: en('How did you hear of us?'), options: [en('A friend'), en('A search')], other: true },
        { kind: 'text', text: en('Where else?'), show_if: { extra: 1, answer: 3 } },
        { kind: 'yes_no', text: en('Was it a present?'), show_if: { branch: ['P'] } },
      ],
    };
    await ask(document, 'X-conditions', async (visit, form, response) => {
      await choose(form, '10 Extremely likely');
      await choose(form, 'Other');
      const field = form.getByRole('textbox', { name: 'Where else?' });
      await field.fill('x'.repeat(246));
      await button(form, EN.send).click();
      await form.getByText('Characters over the limit: 1').first().waitFor();
      await field.fill('On the radio');
      await button(form, EN.send).click();
      await choose(form, 'Yes');
      await form.getByRole('textbox', { name: /thanks/ }).waitFor();
      assert.equal(visit.posts().length, 3, 'the last revision waits for the last screen');
      await button(form, EN.skip).click();
      await form.getByText(EN.sent).first().waitFor();
      const [{ extra }] = await stored(world, response, 3);
      assert.deepEqual(extra, [
        { index: 0, kind: 'choice', code: 3 },
        { index: 1, kind: 'text', text: 'On the radio' },
        { index: 2, kind: 'yes_no', code: 1 },
      ]);
    });
    await ask(document, 'X-taken-back', async (visit, form, response) => {
      await choose(form, '10 Extremely likely');
      await choose(form, 'Other');
      await form.getByRole('textbox', { name: 'Where else?' }).fill('Nowhere');
      await button(form, EN.send).click();
      await group(form, 'Was it a present?').waitFor();
      await button(form, EN.back).click();
      assert.equal(await form.getByRole('textbox').inputValue(), 'Nowhere');
      await button(form, EN.back).click();
      await choose(form, 'A friend');
      await group(form, 'Was it a present?').waitFor();
      await button(form, EN.close).click();
      const [{ extra }] = await stored(world, response, 3);
      assert.deepEqual(extra.map(({ code, text }) => code ?? text ?? null), [1, null, null]);
    });
  });

  it('skips every question of the merchant’s, and goes through them by keyboard alone', async () => {
    const document = {
      ...SHORT, name: 'Keys', core: { questions: ['recommend'] }, follow_up: { incident: false, chips: false, word: false },
      extra: [
        { kind: 'stars', text: en('How was the packaging?') },
        { kind: 'choices', text: en('What did you read?'), options: [en('Prices'), en('Terms')] },
      ],
    };
    await ask(document, 'X-skip', async (visit, form, response) => {
      await choose(form, '9');
      for (const role of ['radiogroup', 'group']) {
        await form.getByRole(role).waitFor();
        await button(form, EN.skip).click();
      }
      await form.getByText(EN.sent).first().waitFor();
      const [{ rev, extra }] = await stored(world, response);
      assert.deepEqual([rev, extra.map(({ code, ticked }) => code ?? ticked ?? null)], [0, [null, null]]);
    });
    await ask(document, 'X-keys', async ({ page }, form, response) => {
      await focus(form.getByRole('radio', { name: '9', exact: true }));
      const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press('Space', 'Enter');
      // The focus follows a task after the question.
      const reached = async (option) => assert.ok(await until(() => option.evaluate((input) => input.getRootNode().activeElement === input)));
      await reached(group(form, 'How was the packaging?').getByRole('radio').first());
      await press('Space', 'ArrowRight', 'ArrowRight', 'Enter');
      await reached(form.getByRole('group', { name: 'What did you read?' }).getByRole('checkbox').first());
      await press('Space', 'Tab', 'Space', 'Shift+Tab', 'Space', 'Enter');
      await form.getByText(EN.sent).first().waitFor();
      const [{ extra }] = await stored(world, response, 2);
      assert.deepEqual(extra, [{ index: 0, kind: 'stars', code: 3 }, { index: 1, kind: 'choices', ticked: [2] }]);
    });
  });

  it('keeps the meaning of a survey that was replaced while a page showed it', async () => {
    const first = { ...SHORT, name: 'First', core: { questions: ['recommend'] }, extra: [{ kind: 'yes_no', text: en('First?') }] };
    const second = { ...SHORT, name: 'Second', core: { questions: ['recommend'] } };
    await ask(first, 'X-replaced', async ({ page }, form, response) => {
      await form.waitFor();
      await publish(world, second);
      const sent = page.waitForRequest((request) => isResponsePost(request) && request.postDataBuffer().length === 19);
      await choose(form, '9');
      await sent;
      await choose(form, 'No');
      const [{ extra }] = await stored(world, response, 1);
      assert.deepEqual(extra, [{ index: 0, kind: 'yes_no', code: 2 }]);
    });
  });
});
