// Optional questions by branch: what is asked after the fourth answer, what each act sends, and what is stored of it:
// docs/default-survey.md#screens, docs/wire-format.md#two-frames-of-one-response.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { can, open } from '../support/browser.mjs';
import { decode, orderOfFamily, responseOf } from '../support/frames.mjs';
import { answer, answerCore, button, choose, screen, surveyForm, WORDS } from '../support/survey.mjs';
import { address, onPage, settle, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const FR = WORDS.fr;
const INCIDENT = 'Qu’est-ce qui n’allait pas\u{202f}?';
const FORGIVE = 'Est-ce pardonnable\u{202f}?';
const DELIGHT = 'Qu’est-ce qui a fait la différence\u{202f}?';
const IMPROVE = 'Qu’est-ce qui a le plus manqué\u{202f}?';
const WORD = { D: 'Que s’est-il passé\u{202f}?', P: 'Qui ou quoi faut-il féliciter\u{202f}?', N: 'Le service idéal, ce serait…' };
const LENS = { 1: '1 Pas du tout', 5: '5 Tout à fait' };
/** Bytes of a frame without tag, text and extension. */
const PLAIN = 19;

describe('after the fourth answer', () => {
  let world;
  let survey;
  const idOf = (order) => responseOf(survey, order);
  before(async () => {
    world = await startWorld();
    survey = world.collector.survey;
  });
  after(() => world?.stop());

  const skip = (form) => button(form, FR.skip).click();
  const send = (form) => button(form, FR.send).click();
  const ended = (form) => form.getByText(FR.sent).first().waitFor();

  it('D: the incident pair and the word are revisions 1 to 3 of one response, each a complete frame', async () => {
    const order = 'B-D';
    await onPage(world, { order }, async (visit, form) => {
      await answer(form, 'Faible', '3', '2', '4');
      await screen(form, INCIDENT);
      await form.getByText('Quelques questions de plus, si vous voulez.').waitFor();
      assert.equal(await form.getByRole('radio').count(), 10);
      await choose(form, 'Une règle bloquante');
      await screen(form, FORGIVE);
      await choose(form, 'Oui, si vous réparez');
      await form.getByRole('textbox', { name: WORD.D }).fill('On m’a fait attendre.');
      await send(form);
      await ended(form);

      const core = { satisfaction: 2, ease: 3, lens: 2, recommend: 4 };
      const expected = [
        { ...core, moment: 0, forgive: 0, verbatim: null, rev: 0 },
        { ...core, moment: 6, forgive: 0, verbatim: null, rev: 1 },
        { ...core, moment: 6, forgive: 2, verbatim: null, rev: 2 },
        { ...core, moment: 6, forgive: 2, verbatim: 'On m’a fait attendre.', rev: 3 },
      ];
      const frames = await decode(visit.posts());
      assert.deepEqual(frames.map((frame) => picked(frame, expected[0])), expected);
      for (const frame of frames) {
        assert.deepEqual(picked(frame, { survey: 0, response: 0, locale: 0, tag: 0, age_minutes: 0, preview: 0 }),
          { survey, response: idOf(order), locale: 'fr', tag: null, age_minutes: null, preview: false });
        // The time is that of the fourth answer; later revisions do not make it longer.
        assert.equal(frame.elapsed_bucket, frames[0].elapsed_bucket);
      }
      assert.deepEqual(visit.posts().slice(0, 3).map((body) => body.length), [PLAIN, PLAIN, PLAIN]);

      const all = await stored(world, idOf(order), 3);
      assert.equal(all.length, 1);
      assert.deepEqual(picked(all[0], { ...expected[3], class: 0, branch: 0 }), { ...expected[3], class: 'forgivable', branch: 'D' });
    });
  });

  it('P: chips and the word', async () => {
    await onPage(world, { order: 'B-P' }, async (visit, form) => {
      await answer(form, 'Excellente', '7 Tout à fait d’accord', LENS[5], '10 Très probable');
      await screen(form, DELIGHT);
      await form.getByText('Merci.', { exact: true }).waitFor();
      assert.equal(await form.getByRole('radio').count(), 9);
      await choose(form, 'Autre chose');
      await form.getByRole('textbox', { name: WORD.P }).fill('Camille');
      await send(form);
      await ended(form);
      const [last, ...others] = await stored(world, idOf('B-P'), 2);
      assert.deepEqual(others, []);
      const expected = { moment: 10, forgive: 0, verbatim: 'Camille', rev: 2, class: 'delight', branch: 'P' };
      assert.deepEqual(picked(last, expected), expected);
      assert.equal(visit.posts().length, 3);
    });
  });

  it('N: chips and the word', async () => {
    await onPage(world, { order: 'B-N' }, async (visit, form) => {
      await answer(form, 'Moyenne', '4', '3', '7');
      await screen(form, IMPROVE);
      await choose(form, 'La rapidité');
      await form.getByRole('textbox', { name: WORD.N }).fill('plus court');
      await send(form);
      await ended(form);
      const [last] = await stored(world, idOf('B-N'), 2);
      const expected = { moment: 7, forgive: 0, verbatim: 'plus court', rev: 2, class: 'ok', branch: 'N' };
      assert.deepEqual(picked(last, expected), expected);
    });
  });

  it('everything skipped is one frame without an answer', async () => {
    await onPage(world, { order: 'B-skip' }, async (visit, form) => {
      await form.waitFor();
      for (const progress of ['1 / 4', '2 / 4', '3 / 4', '4 / 4']) {
        await form.getByText(progress, { exact: true }).waitFor();
        assert.equal(visit.posts().length, 0);
        await skip(form);
      }
      await screen(form, IMPROVE);
      await skip(form);
      await form.getByRole('textbox', { name: WORD.N }).waitFor();
      await skip(form);
      await ended(form);
      assert.equal(visit.posts().length, 1, 'a skipped optional question sends nothing');
      const completed = await visit.event('completed');
      assert.deepEqual(picked(completed, { score: 0, class: 0, branch: 0 }), { score: null, class: 'none', branch: 'N' });
      assert.equal(visit.events.filter(({ name }) => name === 'answered').length, 0);
      const [response] = await stored(world, idOf('B-skip'));
      const expected = { satisfaction: null, ease: null, lens: null, recommend: null, score: null, class: 'none', rev: 0 };
      assert.deepEqual(picked(response, expected), expected);
    });
  });

  it('Back and another answer after the fourth send the next revision of the same response', async () => {
    const order = 'B-back';
    await onPage(world, { order }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await choose(form, 'La souplesse');
      await form.getByRole('textbox').waitFor();
      for (const question of [DELIGHT, 'Nous recommanderiez-vous à un proche\u{202f}?']) {
        await button(form, FR.back).click();
        await screen(form, question);
      }
      assert.equal(await form.getByRole('radio', { name: '9', exact: true }).isChecked(), true);
      await choose(form, '2');
      // Asked in another light now, and what was said of the other question does not stand as an incident.
      await screen(form, INCIDENT);
      assert.equal(await form.getByRole('radio', { checked: true }).count(), 0);
      const frames = await decode(visit.posts());
      assert.deepEqual(frames.map(({ rev, recommend, moment, branch }) => ({ rev, recommend, moment, branch })), [
        { rev: 0, recommend: 9, moment: 0, branch: 'P' },
        { rev: 1, recommend: 9, moment: 6, branch: 'P' },
        { rev: 2, recommend: 2, moment: 0, branch: 'D' },
      ]);
      const all = await stored(world, idOf(order), 2);
      assert.equal(all.length, 1);
      assert.deepEqual(picked(all[0], { recommend: 0, moment: 0, class: 0 }), { recommend: 2, moment: 0, class: 'forgivable' });

      // The last revision waits for the last screen, so that the whole incident can be told; no way back after it.
      await choose(form, 'Trop long');
      await screen(form, FORGIVE);
      assert.equal(visit.posts().length, 3, 'held, not sent');
      await choose(form, 'Oui, si vous réparez');
      await skip(form);
      await ended(form);
      assert.equal(await button(form, FR.back).count(), 0);
      const [last, ...others] = await stored(world, idOf(order), 3);
      assert.deepEqual(others, []);
      assert.deepEqual(picked(last, { moment: 0, forgive: 0 }), { moment: 7, forgive: 2 });
      assert.equal(visit.posts().length, 4);
    });
  });

  /** Answers until `tell` gives an answer that is held back for the last screen, where the last revision is sent. */
  async function untilHeld(visit, form, tell = async () => {
    await choose(form, 'Trop long');
    await screen(form, FORGIVE);
  }) {
    await answerCore(visit.page, 'fr');
    await choose(form, 'La souplesse');
    for (const question of [DELIGHT, 'Nous recommanderiez-vous à un proche\u{202f}?']) {
      await button(form, FR.back).click();
      await screen(form, question);
    }
    await choose(form, '2');
    await screen(form, INCIDENT);
    await tell();
  }
  const leave = async (t, { page }) => {
    await page.goto('about:blank');
    if (!can(t, 'last requests')) await page.goto(address(world.shop, 'plain.html'));
  };
  const lastOf = async (order) => (await stored(world, idOf(order), 3))[0];

  it('what was held back is sent when the customer closes the survey or the page', async (t) => {
    const acts = { close: (visit, form) => button(form, FR.close).click(), page: (visit) => leave(t, visit) };
    for (const [name, act] of Object.entries(acts)) {
      const order = `B-leave-${name}`;
      await onPage(world, { order }, async (visit, form) => {
        await untilHeld(visit, form);
        await act(visit, form);
        assert.equal((await lastOf(order)).moment, 7, name);
      });
    }
  });

  for (const [what, first, act] of [
    ['a timer that the survey waits for', false, 'click'],
    ['a message that stands before the tap', true, 'click'],
    ['a message that stands before Enter', true, 'Enter'],
  ]) {
    it(`what was held back is sent when the page goes away before ${what}`, async (t) => {
      const order = `B-leave-busy-${first}-${act}`;
      await onPage(world, { order }, async (visit, form) => {
        await untilHeld(visit, form, async () => {
          await stored(world, idOf(order), 2);
          await settle(visit.page);
          // As on a slow phone: drawing takes longer than a frame, and so Yew lets the browser have a turn first.
          await form.getByRole('radio', { name: 'Trop long' }).evaluate(async (option, [first, act]) => {
            const [now, later] = [Date.now, window.setTimeout];
            let slower = 0;
            Date.now = () => now() + (slower += 20);
            window.setTimeout = (act, wait, ...more) => later(act, wait + 60_000, ...more);
            if (first) {
              option.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
              await new Promise((done) => later(done, 50));
            }
            if (act === 'click') option.click();
            else option.dispatchEvent(new KeyboardEvent('keydown', { key: act, bubbles: true, composed: true, cancelable: true }));
          }, [first, act]);
        });
        await leave(t, visit);
        assert.equal((await lastOf(order)).moment, 7);
      });
    });
  }

  it('the same answers once more after Back send nothing', async () => {
    await onPage(world, { order: 'B-same' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await screen(form, DELIGHT);
      await button(form, FR.back).click();
      await choose(form, '9');
      await screen(form, DELIGHT);
      await settle(visit.page);
      assert.equal(visit.posts().length, 1);
    });
  });

  it('« Sans objet » is a missing answer, and the score is of the others', async () => {
    await onPage(world, { order: 'B-none' }, async (visit, form) => {
      await answer(form, 'Bonne', '6', FR.none, '9');
      await visit.event('delivered');
      const [frame] = await decode(visit.posts());
      // 3·45 + 2·50 + 3·54 = 397 of W 8: (3970 + 24) div 48.
      assert.deepEqual(picked(frame, { lens: 0, score_sent: 0, score: 0 }), { lens: null, score_sent: 83, score: 83 });
      const [response] = await stored(world, idOf('B-none'));
      assert.deepEqual(picked(response, { lens: 0, score: 0 }), { lens: null, score: 83 });
    });
  });

  it('asks the lens of the response’s family', async () => {
    const order = orderOfFamily(survey, 6, 'B-family');
    await onPage(world, { order, lang: 'en' }, async (visit, form) => {
      await answer(form, 'Very', '6');
      await screen(form, 'It was quick enough.');
      await answer(form, '1 Not at all', '9');
      const [response] = await stored(world, idOf(order));
      assert.deepEqual(picked(response, { family: 0, lens: 0 }), { family: 'speed', lens: 1 });
    });
  });

  it('the word: NFC, line feeds, emoji, and nothing around it', async () => {
    await onPage(world, { order: 'B-word' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await skip(form);
      await form.getByRole('textbox').fill('  e\u{301}te\u{301}\r\n👩🏽‍🍳 « oui »\n\u{202f}! ');
      await send(form);
      await ended(form);
      const [response] = await stored(world, idOf('B-word'), 1);
      assert.equal(response.verbatim, 'été\n👩🏽‍🍳 « oui »\n\u{202f}!');
      const text = Buffer.byteLength(response.verbatim);
      assert.equal(visit.posts()[1].length, PLAIN + 1 + text);
    });
  });

  it('the word: 500 characters pass uncut, 501 cannot be sent, and a counter says so', async () => {
    await onPage(world, { order: 'B-long' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await skip(form);
      const field = form.getByRole('textbox');
      await field.fill('é'.repeat(400));
      assert.equal(await form.getByText(/Caractères/).count(), 0, 'no counter far from the end');
      await field.fill('é'.repeat(490));
      await form.locator('.room').getByText('Caractères restants\u{a0}: 10').waitFor();
      await field.fill('é'.repeat(501));
      await form.locator('.room').getByText('Caractères en trop\u{a0}: 1').waitFor();
      assert.equal((await field.inputValue()).length, 501, 'never cut silently');
      await send(form);
      await settle(visit.page);
      assert.equal(await field.isVisible(), true);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.equal(visit.posts().length, 1);
      await field.fill('é'.repeat(500));
      await form.locator('.room').getByText('Caractères restants\u{a0}: 0').waitFor();
      await send(form);
      await ended(form);
      const [response] = await stored(world, idOf('B-long'), 1);
      assert.equal(response.verbatim, 'é'.repeat(500));
    });
  });

  it('the word: 500 characters in every script, of four bytes as well', async () => {
    await onPage(world, { order: 'B-bytes' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await skip(form);
      await form.getByRole('textbox').fill('🫒'.repeat(600));
      await form.locator('.room').getByText('Caractères en trop\u{a0}: 100', { exact: true }).first().waitFor();
      await send(form);
      await settle(visit.page);
      assert.equal(visit.posts().length, 1);
      await form.getByRole('textbox').fill('🫒'.repeat(500));
      await send(form);
      await ended(form);
      const [response] = await stored(world, idOf('B-bytes'), 1);
      assert.equal(response.verbatim, '🫒'.repeat(500));
    });
  });

  it('an empty word sends nothing', async () => {
    await onPage(world, { order: 'B-empty' }, async (visit, form) => {
      await answerCore(visit.page, 'fr');
      await skip(form);
      await form.getByRole('textbox').fill(' \n ');
      await send(form);
      await ended(form);
      assert.equal(visit.posts().length, 1);
    });
  });

  it('a tapped answer is seen before the next question comes, and counts from the tap on', async (t) => {
    const order = 'B-seen';
    await onPage(world, { order }, async (visit, form) => {
      await form.waitFor();
      // Another tap in the meantime takes its place; Skip is no way to lose it.
      const seen = await form.evaluate((card) => {
        const options = [...card.querySelectorAll('input')];
        options[1].click();
        options[3].click();
        return [card.querySelectorAll('input').length, options.map(({ checked }) => checked)];
      });
      assert.deepEqual(seen, [5, [false, false, false, true, false]]);
      await screen(form, 'On m’a facilité les choses.');
      await choose(form, '6');
      await choose(form, /^5 /);
      // The page goes away while the fourth answer is seen.
      await form.evaluate((card) => card.querySelectorAll('input')[9].click());
      await leave(t, visit);
      const [{ satisfaction, ease, recommend, rev }] = await stored(world, idOf(order));
      assert.deepEqual({ satisfaction, ease, recommend, rev }, { satisfaction: 4, ease: 6, recommend: 9, rev: 0 });
    });
  });

  it('a double tap answers one question, not two', async () => {
    await onPage(world, { order: 'B-double' }, async (visit, form) => {
      await form.getByRole('radio', { name: 'Bonne' }).dblclick();
      await visit.event('answered');
      await settle(visit.page);
      const answered = visit.events.filter(({ name }) => name === 'answered');
      assert.deepEqual(answered.map(({ detail }) => detail.question), ['satisfaction']);
    });
  });
});

describe('which response it is', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  it('an order answered again after a reload, in another tab, on another device is one response', async () => {
    const visit = await open(world.browser);
    const order = 'R-reload';
    try {
      for (const recommend of ['9', '8']) {
        // No record is kept that the customer has answered.
        await visit.page.goto(address(world.shop, 'plain.html', { order, storage: 'none' }));
        await answer(surveyForm(visit.page, 'fr'), 'Bonne', '6', LENS[5], recommend);
        await until(() => visit.events.filter(({ name }) => name === 'delivered').length === (recommend === '9' ? 1 : 2));
      }
    } finally {
      await visit.close();
    }
    await onPage(world, { order }, ({ page }) => answerCore(page, 'fr'));
    const frames = await decode(visit.posts());
    assert.deepEqual(frames.map(({ response }) => response), Array(2).fill(responseOf(world.collector.survey, order)));
    assert.equal((await stored(world, responseOf(world.collector.survey, order))).length, 1);
    assert.equal((await world.collector.responses()).length, 1);
  });

  it('a signature makes it a verified response of 29 bytes, and the head says that it is linked', async () => {
    const signature = await world.collector.sign('R-signed');
    await onPage(world, { order: 'R-signed', signature }, async (visit, form) => {
      await form.getByText('Votre avis en trente secondes. Lié à votre commande.').waitFor();
      assert.equal(await form.getByText(/Anonyme/).count(), 0);
      await answerCore(visit.page, 'fr');
      const [body] = visit.posts();
      assert.equal(body.length, 29);
      const bytes = Buffer.from(signature, 'base64url');
      const [frame] = await decode([body]);
      assert.equal(frame.response, bytes.subarray(0, 8).toString('hex'));
      assert.equal(frame.tag, bytes.subarray(10).toString('hex'));
      assert.equal((await visit.event('completed')).signed, true);
      const [response] = await stored(world, frame.response);
      assert.equal(response.verified, true);
    });
    await onPage(world, {}, async (_visit, form) => {
      await form.getByText('Votre avis en trente secondes. Anonyme, sans traceur.').waitFor();
    });
    // With the order the response can be found, signed or not.
    await onPage(world, { order: 'R-unsigned' }, async (visit, form) => {
      await form.getByText('Votre avis en trente secondes. Lié à votre commande.').waitFor();
      await answerCore(visit.page, 'fr');
      const [response] = await stored(world, responseOf(world.collector.survey, 'R-unsigned'));
      assert.equal(response.verified, false);
      assert.equal((await visit.event('completed')).signed, false);
    });
  });

  it('without an order two visits are two responses with ids of their own', async () => {
    const ids = [];
    for (let visits = 0; visits < 2; visits += 1) {
      await onPage(world, {}, async (visit, form) => {
        await answer(form, 'Bonne', '6');
        await form.getByText('3 / 4', { exact: true }).waitFor();
        await answer(form, LENS[5], '9');
        ids.push((await visit.event('delivered')).response);
      });
    }
    assert.notEqual(ids[0], ids[1]);
    for (const id of ids) assert.equal((await stored(world, id)).length, 1);
  });

  it('a tab that is closed right after the fourth tap, before the collector has answered, loses nothing', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.goto(address(world.shop, 'plain.html', { order: 'R-closed' }));
      const form = surveyForm(visit.page, 'fr');
      await answer(form, 'Bonne', '6', LENS[5]);
      await screen(form, 'Nous recommanderiez-vous à un proche\u{202f}?');
      world.collector.freeze();
      await choose(form, '9');
      await visit.page.close({ runBeforeUnload: false });
    } finally {
      world.collector.thaw();
    }
    try {
      const all = await stored(world, responseOf(world.collector.survey, 'R-closed'));
      assert.equal(all.length, 1);
      assert.deepEqual(visit.events.filter(({ name }) => name === 'delivered'), []);
    } finally {
      await visit.close();
    }
  });
});

/** The fields of `record` that `like` has. */
function picked(record, like) {
  return Object.fromEntries(Object.keys(like).map((name) => [name, record[name]]));
}
