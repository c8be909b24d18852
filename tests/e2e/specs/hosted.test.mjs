// The survey as a page of its own, without JavaScript: embed.md, “Hosted page”.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { open } from '../support/browser.mjs';
import { orderOfFamily, responseOf } from '../support/frames.mjs';
import { folded, stored } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const SEND = { fr: 'Envoyer', en: 'Send' };
const SKIP = { fr: 'Passer', en: 'Skip' };
const END = { fr: 'C’est envoyé. Rien à gagner, rien à donner.', en: 'Sent. Nothing to win, nothing to give.' };
const TITLE = { fr: 'Votre avis en trente secondes', en: 'Your view in thirty seconds' };

/** Questions of the first form, and options that lead to each branch. */
const CORE = {
  fr: ['Votre satisfaction, dans l’ensemble\u{202f}?', 'On m’a facilité les choses.', 'On savait me répondre.', 'Nous recommanderiez-vous à un proche\u{202f}?'],
  en: ['Overall, how satisfied are you?', 'They made things easy for me.', 'They knew how to answer me.', 'Would you recommend us to a friend?'],
};
const BRANCHES = {
  fr: {
    D: { core: ['Faible', '3', '2', '0 Pas du tout probable'], head: 'Deux questions de plus, si vous voulez.',
      more: [['Qu’est-ce qui n’allait pas\u{202f}?', 'Une règle bloquante'], ['Est-ce pardonnable\u{202f}?', 'Non, je ne reviendrai pas']],
      word: 'Que s’est-il passé\u{202f}?', stored: { moment: 6, forgive: 3, class: 'unforgivable', score: 19 } },
    P: { core: ['Excellente', '7 Tout à fait d’accord', '5 Tout à fait', '10 Très probable'], head: 'Merci.',
      more: [['Qu’est-ce qui a fait la différence\u{202f}?', 'Autre chose']], word: 'Qui ou quoi faut-il féliciter\u{202f}?',
      stored: { moment: 10, forgive: 0, class: 'delight', score: 100 } },
    N: { core: ['Moyenne', '4', 'Sans objet', '8'], head: 'Merci.', more: [['Que changer en premier\u{202f}?', 'Le soin du détail']],
      word: 'Le service idéal, ce serait…', stored: { moment: 8, forgive: 0, class: 'ok', lens: null } },
  },
  en: {
    D: { core: ['Slightly', '3', '2', '0 Not at all likely'], head: 'Two more questions, if you like.',
      more: [['What went wrong?', 'Unpleasant tone'], ['Is it forgivable?', 'Yes, if you put it right']],
      word: 'What happened?', stored: { moment: 9, forgive: 2, class: 'forgivable' } },
    P: { core: ['Completely', '7 Strongly agree', '5 Completely', '10 Extremely likely'], head: 'Thank you.',
      more: [['What made the difference?', 'Something else']], word: 'Who or what deserves congratulations?',
      stored: { moment: 10, forgive: 0, class: 'delight', score: 100 } },
    N: { core: ['Moderately', '4', 'Not applicable', '8'], head: 'Thank you.', more: [['What should change first?', 'Care for detail']],
      word: 'The ideal service would be…', stored: { moment: 8, forgive: 0, class: 'ok', lens: null } },
  },
};

describe('the hosted page', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const orderOf = (stem) => orderOfFamily(world.collector.survey, 4, stem);
  const idOf = (order) => responseOf(world.collector.survey, order);
  const url = (query) => `${world.collector.url}/s/olive?${new URLSearchParams(query)}`;
  const scripted = (script, options = {}) => open(world.browser, { javaScriptEnabled: script, ...options });
  const option = (page, question, name) =>
    page.getByRole('group', { name: question, exact: true }).getByRole('radio', { name, exact: true });
  // The radio button lies under its face; a person clicks the label.
  const pick = async (page, question, name) => option(page, question, name).check({ force: true });
  const send = (page, lang) => page.getByRole('button', { name: SEND[lang] }).click();
  const answerCore = async (page, lang, names) => {
    for (const [index, name] of names.entries()) await pick(page, CORE[lang][index], name);
    await send(page, lang);
  };

  for (const lang of ['fr', 'en']) {
    for (const [branch, { core, head, more, word, stored: expected }] of Object.entries(BRANCHES[lang])) {
      it(`asks and stores branch ${branch} without JavaScript, ${lang}`, async () => {
        const order = orderOf(`H-${lang}-${branch}`);
        const { page, close, requests } = await scripted(false);
        try {
          await page.goto(url({ o: order, l: lang }));
          assert.equal(await page.title(), TITLE[lang]);
          assert.equal(await page.locator('html').getAttribute('lang'), lang);
          assert.equal(await page.getByRole('radio', { checked: true }).count(), 0, 'nothing is preselected');
          await answerCore(page, lang, core);
          await page.getByRole('heading', { name: head, exact: true }).waitFor();
          assert.equal((await stored(world, idOf(order)))[0].rev, 0);
          for (const [question, name] of more) await pick(page, question, name);
          await page.getByRole('textbox', { name: word }).fill('Un mot,\net un autre 🫒');
          await send(page, lang);
          await page.getByRole('heading', { name: END[lang], exact: true }).waitFor();
          assert.equal(await page.getByRole('link').count(), 0, 'no link, no offer');
          assert.equal(await page.getByRole('button').count(), 0);
          const all = await stored(world, idOf(order), 1);
          assert.equal(all.length, 1);
          const found = Object.fromEntries(Object.keys({ ...expected, verbatim: 0, lang: 0, elapsed_bucket: 0 }).map((name) => [name, all[0][name]]));
          assert.deepEqual(found, { ...expected, verbatim: 'Un mot,\net un autre 🫒', lang, elapsed_bucket: 63 });
          assert.deepEqual([...new Set(requests.map((request) => new URL(request.url()).origin))], [world.collector.url]);
        } finally {
          await close();
        }
      });
    }

    it(`is accessible on every page, light or dark, and loses nothing at 320 px, ${lang}`, async () => {
      const { page, close, messages, errors } = await scripted(true, { reducedMotion: 'reduce' });
      const look = async (where) => {
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          await assertAccessible(page, undefined, `${where}, ${colorScheme}`);
        }
        await page.setViewportSize({ width: 320, height: 640 });
        const lost = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const out = [...document.querySelectorAll('main *')].filter((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            return width > 1 && (left < 0 || right > clientWidth + 0.5);
          });
          return [scrollWidth - clientWidth, ...out.map((element) => element.textContent)];
        });
        assert.deepEqual(lost, [0], where);
        await page.setViewportSize({ width: 1280, height: 900 });
      };
      try {
        await page.goto(url({ o: orderOf(`H-axe-${lang}`), l: lang }));
        await look('first form');
        await answerCore(page, lang, BRANCHES[lang].D.core);
        await page.getByRole('heading', { name: BRANCHES[lang].D.head }).waitFor();
        await look('second form');
        await page.getByRole('button', { name: SKIP[lang] }).click();
        await page.getByRole('heading', { name: END[lang] }).waitFor();
        await look('end');
        assert.deepEqual([...messages, ...errors], []);
        const unknown = await page.goto(`${world.collector.url}/s/nobody?l=${lang}`);
        assert.equal(unknown.status(), 404);
        await look('unknown');
      } finally {
        await close();
      }
    });
  }

  it('everything unanswered and skipped is a response without a score', async () => {
    const order = orderOf('H-skip');
    const { page, close } = await scripted(false);
    try {
      await page.goto(url({ o: order, l: 'fr' }));
      await send(page, 'fr');
      await page.getByRole('button', { name: SKIP.fr }).click();
      await page.getByRole('heading', { name: END.fr }).waitFor();
      const [{ rev, score, class: category, satisfaction, recommend }] = await stored(world, idOf(order));
      assert.deepEqual({ rev, score, category, satisfaction, recommend }, { rev: 0, score: null, category: 'none', satisfaction: null, recommend: null });
    } finally {
      await close();
    }
  });

  it('a signed link is a verified response, and says that it is linked', async () => {
    const signature = await world.collector.sign('H-signed');
    const { page, close } = await scripted(false);
    try {
      await page.goto(url({ g: signature, l: 'fr' }));
      await page.getByText('Lié à votre commande.').waitFor();
      await send(page, 'fr');
      const id = Buffer.from(signature, 'base64url').subarray(0, 8).toString('hex');
      assert.equal((await stored(world, id))[0].verified, true);
    } finally {
      await close();
    }
  });

  it('without an order each visit is a response of its own', async () => {
    const ids = [];
    for (let visits = 0; visits < 2; visits += 1) {
      const { page, close } = await scripted(false);
      await page.goto(url({ l: 'fr' }));
      ids.push(await page.locator('input[name=r]').getAttribute('value'));
      await close();
    }
    assert.match(ids[0], /^[0-9a-f]{16}$/);
    assert.notEqual(ids[0], ids[1]);
  });

  it('takes the browser’s language where the link names none', async () => {
    for (const [locale, lang] of [['en-GB', 'en'], ['fr-CA', 'fr']]) {
      const { page, close } = await scripted(false, { locale });
      await page.goto(url({}));
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      await close();
    }
  });

  const ids = async () => {
    await folded(world);
    return (await world.collector.responses()).map(({ response }) => response);
  };

  it('fields that are none of ours get a page that says so, status 400, and store nothing', async () => {
    const good = { stage: 'core', survey: world.collector.survey, l: 'fr', r: '00112233445566ff', satisfaction: '4' };
    const bad = [
      { satisfaction: '6' }, { satisfaction: '-1' }, { ease: '8' }, { lens: 'x' }, { recommend: '11' }, { recommend: '255.0' },
      { stage: 'other' }, { survey: 'zz' }, { r: '12' }, { satisfaction: '4\0' },
      { stage: 'optional', recommend: '9', forgive: '1' }, { stage: 'optional', recommend: '9', moment: '9' },
      { stage: 'optional', moment: '11' },
    ];
    for (const change of bad) {
      const answered = await fetch(`${world.collector.url}/s/olive`, { method: 'POST', body: new URLSearchParams({ ...good, ...change }) });
      const html = await answered.text();
      assert.equal(answered.status, 400, JSON.stringify(change));
      assert.match(html, /<html lang="fr"/);
      assert.match(html, /<h1>Réponse illisible<\/h1>/);
    }
    const long = await fetch(`${world.collector.url}/s/olive`, {
      method: 'POST', body: new URLSearchParams({ ...good, stage: 'optional', moment: '4', word: 'x'.repeat(501) }),
    });
    assert.equal(long.status, 400);
    const again = await long.text();
    assert.match(again, /500/, 'says how much it may be');
    assert.ok(again.includes('x'.repeat(501)), 'the text is kept, to be shortened');
    assert.match(again, /name="moment" value="4" checked/, 'and so is the choice');
    assert.equal((await ids()).includes(good.r), false);
    const fine = await fetch(`${world.collector.url}/s/olive`, { method: 'POST', body: new URLSearchParams(good) });
    assert.equal(fine.status, 200, 'and the form itself is fine');
    assert.equal((await ids()).includes(good.r), true);
  });

  it('a form that a page of another origin sends is refused', async () => {
    const answered = await fetch(`${world.collector.url}/s/olive`, {
      method: 'POST', headers: { origin: 'https://elsewhere.example' },
      body: new URLSearchParams({ stage: 'core', survey: world.collector.survey, l: 'fr', r: 'aa112233445566ff', satisfaction: '1' }),
    });
    assert.equal(answered.status, 403);
    assert.equal((await ids()).includes('aa112233445566ff'), false);
  });

  it('writes what the link says as text, never as markup', async () => {
    const { page, close } = await scripted(true);
    try {
      await page.goto(url({ o: '"><script>document.title=1</script>', l: 'fr', g: '"><b>x</b>', r: '"><i>' }));
      assert.equal(await page.title(), TITLE.fr);
      assert.equal(await page.locator('script, b, i').count(), 0);
    } finally {
      await close();
    }
  });
});
