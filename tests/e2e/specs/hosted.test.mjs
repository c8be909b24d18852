// The survey as a page of its own: a plain form without JavaScript, the widget where it can be.
// docs/embed.md#hosted-page.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { can, open } from '../support/browser.mjs';
import { orderOfFamily, responseOf } from '../support/frames.mjs';
import { answerCore as answerWidget, STORED } from '../support/survey.mjs';
import { publish } from '../support/surveys.mjs';
import { assertSilent, folded, host, onPage, stored, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const SEND = { fr: 'Envoyer', en: 'Send' };
const SKIP = { fr: 'Passer', en: 'Skip' };
const END = { fr: /envoyé/, en: /sent/ };
const TITLE = { fr: 'Votre avis en trente secondes', en: 'Your view in thirty seconds' };

/** Questions of the first form, and options that lead to each branch. */
const CORE = {
  fr: ['Votre satisfaction, dans l’ensemble\u{202f}?', 'On m’a facilité les choses.', 'On savait me répondre.', 'Nous recommanderiez-vous à un proche\u{202f}?'],
  en: ['Overall, how satisfied are you?', 'You made things easy for me.', 'You knew how to answer me.', 'Would you recommend us to a friend?'],
};
const BRANCHES = {
  fr: {
    D: { core: ['Faible', '3', '2', '0 Pas du tout probable'], head: 'Quelques questions de plus, si vous voulez.',
      more: [['Qu’est-ce qui n’allait pas\u{202f}?', 'Une règle bloquante'], ['Est-ce pardonnable\u{202f}?', 'Non, je ne reviendrai pas']],
      word: 'Que s’est-il passé\u{202f}?', stored: { moment: 6, forgive: 3, class: 'unforgivable', score: 19 } },
    P: { core: ['Excellente', '7 Tout à fait d’accord', '5 Tout à fait', '10 Très probable'], head: 'Merci.',
      more: [['Qu’est-ce qui a fait la différence\u{202f}?', 'Autre chose']], word: 'Qui ou quoi faut-il féliciter\u{202f}?',
      stored: { moment: 10, forgive: 0, class: 'delight', score: 100 } },
    N: { core: ['Moyenne', '4', 'Sans objet', '8'], head: 'Merci.', more: [['Qu’est-ce qui a le plus manqué\u{202f}?', 'Le soin du détail']],
      word: 'Le service idéal, ce serait…', stored: { moment: 8, forgive: 0, class: 'ok', lens: null } },
  },
  en: {
    D: { core: ['Slightly', '3', '2', '0 Not at all likely'], head: 'A few more questions, if you like.',
      more: [['What went wrong?', 'Unpleasant tone'], ['Is it forgivable?', 'Yes, if you put it right']],
      word: 'What happened?', stored: { moment: 9, forgive: 2, class: 'forgivable' } },
    P: { core: ['Completely', '7 Strongly agree', '5 Completely', '10 Extremely likely'], head: 'Thank you.',
      more: [['What made the difference?', 'Something else']], word: 'Who or what deserves thanks?',
      stored: { moment: 10, forgive: 0, class: 'delight', score: 100 } },
    N: { core: ['Moderately', '4', 'Not applicable', '8'], head: 'Thank you.', more: [['What was missing most?', 'Care for detail']],
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
            // Half a pixel: where a box ends depends on the widths of a font's letters.
            return width > 1 && (left < -0.5 || right > clientWidth + 0.5);
          });
          return [scrollWidth - clientWidth, ...out.map((element) => element.textContent)];
        });
        assert.deepEqual(lost, [0], where);
        await page.setViewportSize({ width: 1280, height: 900 });
      };
      try {
        // Named by its response it stays a form; the widget has specs of its own.
        await page.goto(url({ r: idOf(orderOf(`H-axe-${lang}`)), l: lang }));
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
      await page.route('**/trente.mjs', (route) => route.abort());
      await page.goto(url({ o: '"><script>document.title=1</script>', l: 'fr', g: '"><b>x</b>', r: '"><i>' }));
      assert.equal(await page.title(), TITLE.fr);
      assert.equal(await page.locator('b, i').count(), 0);
      assert.equal(await page.locator('script').count(), 1, 'our own');
    } finally {
      await close();
    }
  });

  it('leads to every other language, and keeps the order', async () => {
    const order = orderOf('H-lang');
    const { page, close } = await scripted(false, { locale: 'fr-FR' });
    try {
      await page.goto(url({ o: order }));
      const links = page.getByRole('navigation').locator('a');
      const tags = await links.evaluateAll((all) => all.map((link) => [link.hreflang, link.lang]));
      assert.ok(tags.length > 0 && tags.every(([to, spoken]) => to === spoken && to !== 'fr'), JSON.stringify(tags));
      // Many of them fold up behind the name of the page's own.
      const summary = page.getByRole('navigation').locator('summary');
      if (await summary.count()) await summary.click();
      await page.getByRole('link', { name: 'English' }).click();
      await page.getByText('Linked to your order.').waitFor();
      await send(page, 'en');
      await page.getByRole('button', { name: SKIP.en }).waitFor();
      assert.equal((await stored(world, idOf(order)))[0].lang, 'en');
      assert.equal(await page.getByRole('link').count(), 0, 'after the first answer there is none');
    } finally {
      await close();
    }
  });

  it('gone back to and sent again, the last answer counts', async (t) => {
    const order = orderOf('H-back');
    const { page, close } = await scripted(false);
    try {
      await page.goto(url({ o: order, l: 'fr' }));
      await answerCore(page, 'fr', BRANCHES.fr.P.core);
      await page.getByText(BRANCHES.fr.P.more[0][0]).waitFor();
      if (!can(t, 'going back')) return;
      await page.goBack();
      await answerCore(page, 'fr', BRANCHES.fr.D.core);
      await page.getByText(BRANCHES.fr.D.more[0][0]).waitFor();
      const [kept, ...more] = await stored(world, idOf(order), 1);
      assert.deepEqual([kept.recommend, kept.satisfaction, kept.rev, more.length], [0, 2, 1, 0]);
    } finally {
      await close();
    }
  });

  it('an order answered on the shop’s page and here is one response, the last answers its own', async () => {
    const order = orderOf('H-both');
    await onPage(world, { order, lang: 'fr' }, async ({ page }) => answerWidget(page, 'fr'));
    assert.deepEqual((await stored(world, idOf(order))).map(({ recommend }) => recommend), [STORED.recommend]);
    const { page, close } = await scripted(false);
    try {
      await page.goto(url({ o: order, l: 'fr' }));
      await answerCore(page, 'fr', BRANCHES.fr.D.core);
      await page.getByRole('button', { name: SKIP.fr }).waitFor();
      await folded(world);
      const found = (await world.collector.responses()).filter(({ response }) => response === idOf(order));
      assert.deepEqual(found.map(({ recommend, lens }) => ({ recommend, lens })), [{ recommend: 0, lens: 2 }]);
    } finally {
      await close();
    }
  });

  describe('of a merchant’s own survey', () => {
    const SITE = 'fig';
    const collector = () => ({ ...world.collector, site: SITE });
    const own = (query) => `${world.collector.url}/s/${SITE}?${new URLSearchParams(query)}`;
    const en = (text) => ({ en: text });
    before(async () => {
      await world.collector.trente('site', 'add', SITE, '--db', world.collector.database, '--any-origin');
      await publish({ collector: collector() }, {
        name: 'Fig', locales: ['en'],
        core: { questions: ['satisfaction', 'recommend'], wording: { en: { satisfaction: 'How was the delivery?' } } },
        follow_up: { incident: false, chips: false },
        extra: [
          { kind: 'choices', text: en('What did you buy?'), options: [en('Oil'), en('Olives'), en('A box')] },
          { kind: 'stars', text: en('And the box?'), show_if: { extra: 1, answer: 3 } },
          { kind: 'text', text: en('What should change?'), show_if: { extra: 2, answer: 1 } },
        ],
        theme: { scheme: 'light', light: { accent: '#5a3d1e', background: '#fffdf8' }, radius: 2 },
      });
    });

    it('asks its questions in its colours, and each when its time has come, without JavaScript', async () => {
      const { page, close } = await scripted(false, { colorScheme: 'dark' });
      try {
        await page.goto(own({ o: 'F-1' }));
        assert.equal(await page.locator('fieldset').count(), 2);
        const colour = (locator, name) => locator.evaluate((element, name) => getComputedStyle(element)[name], name);
        assert.equal(await colour(page.getByRole('button', { name: 'Send' }), 'backgroundColor'), 'rgb(90, 61, 30)');
        assert.equal(await colour(page.locator('main'), 'backgroundColor'), 'rgb(255, 253, 248)', 'light, whatever the system is');
        await pick(page, 'How was the delivery?', 'Slightly');
        await send(page, 'en');
        const group = (name) => page.getByRole('group', { name, exact: true });
        const change = page.getByRole('textbox', { name: 'What should change?' });
        const seen = async () => Promise.all([group('What did you buy?'), group('And the box?'), change].map((each) => each.isVisible()));
        await group('What did you buy?').waitFor();
        assert.deepEqual(await seen(), [true, false, false]);
        const box = page.getByRole('checkbox', { name: 'A box' });
        await box.check({ force: true });
        assert.deepEqual(await seen(), [true, true, false]);
        await pick(page, 'And the box?', '1 / 5');
        assert.deepEqual(await seen(), [true, true, true]);
        await box.uncheck({ force: true });
        assert.deepEqual(await seen(), [true, false, false], 'a chain of conditions goes together');
        await box.check({ force: true });
        await change.fill('The ribbon');
        await send(page, 'en');
        await page.getByRole('heading', { name: END.en }).waitFor();
        const text = await world.collector.trente('responses', '--db', world.collector.database, '--site', SITE);
        assert.deepEqual(JSON.parse(text).extra, [
          { index: 0, kind: 'choices', ticked: [3] },
          { index: 1, kind: 'stars', code: 1 },
          { index: 2, kind: 'text', text: 'The ribbon' },
        ]);
      } finally {
        await close();
      }
    });

    it('is accessible with every question on it, and loses nothing at 320 px', async () => {
      const { page, close } = await scripted(true, { viewport: { width: 320, height: 640 } });
      try {
        await page.goto(own({ r: 'a1b2c3d4e5f60718' }));
        await assertAccessible(page, undefined, 'first form');
        await send(page, 'en');
        await page.getByRole('checkbox', { name: 'A box' }).check({ force: true });
        await pick(page, 'And the box?', '1 / 5');
        await page.getByRole('textbox', { name: 'What should change?' }).fill('x'.repeat(300));
        await page.waitForLoadState();
        await assertAccessible(page, undefined, 'second form');
        await send(page, 'en');
        await page.getByText('Characters over the limit: 55').waitFor();
        assert.equal(await page.getByRole('radio', { name: '1 / 5' }).isChecked(), true, 'what was chosen is kept');
        await assertAccessible(page, undefined, 'to be mended');
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
      } finally {
        await close();
      }
    });
  });

  describe('where the widget can stand', () => {
    const mjs = '**/trente.mjs';
    const isForm = async (page) => {
      assert.equal(await page.locator('form[data-site]').isVisible(), true);
      assert.equal(await host(page).count(), 0);
    };
    /** Opens the page and waits for the widget; false where dist/ has no module for it. */
    const swapped = async (page, order) => {
      // On a machine that is too busy the widget is late, and the form rightly stays: the next visit is quicker.
      for (let visits = 1; ; visits += 1) {
        const answered = page.waitForResponse(mjs);
        await page.goto(url({ o: order, l: 'fr' }));
        if ((await answered).status() === 404) return false;
        const there = host(page).getByRole('radiogroup').waitFor({ timeout: 8_000 });
        if (await there.then(() => true, () => false)) return true;
        assert.ok(visits < 3, 'the widget never came');
      }
    };
    /** The form still does what it is for. */
    const formWorks = async (page, order) => {
      await answerCore(page, 'fr', BRANCHES.fr.N.core);
      await page.getByRole('button', { name: SKIP.fr }).waitFor();
      assert.equal((await stored(world, idOf(order)))[0].recommend, 8);
    };

    it('it takes the form’s place, and the order’s response is the same', async () => {
      const order = orderOf('H-swap');
      const visit = await scripted(true);
      const { page, event } = visit;
      try {
        // A dist/ without the module leaves the form as it is.
        if (!(await swapped(page, order))) return await formWorks(page, order);
        assert.equal(await page.locator('form[data-site]').isVisible(), false);
        assert.equal((await event('shown')).display, 'inline');
        await assertAccessible(page, undefined, 'with the widget');
        await answerWidget(page, 'fr');
        await event('delivered');
        await page.getByRole('button', { name: 'Fermer' }).click();
        await page.getByRole('heading', { name: END.fr, exact: true }).waitFor();
        assert.equal(await host(page).count(), 0);
        assert.deepEqual((await stored(world, idOf(order))).map(({ recommend }) => recommend), [STORED.recommend]);
        // The form takes the customer's change of mind: it knows the revision.
        await page.goto(url({ o: order, l: 'fr' }), { waitUntil: 'networkidle' });
        await isForm(page);
        await answerCore(page, 'fr', BRANCHES.fr.N.core);
        await page.getByRole('button', { name: SKIP.fr }).waitFor();
        assert.ok(await until(async () => (await stored(world, idOf(order)))[0].recommend === 8));
        assertSilent(visit);
      } finally {
        await visit.close();
      }
    });

    it('closed without an answer, it leaves the form behind', async () => {
      const order = orderOf('H-closed');
      const { page, close } = await scripted(true);
      try {
        if (await swapped(page, order)) {
          await page.getByRole('button', { name: 'Fermer' }).click();
          await page.locator('form[data-site]').waitFor();
        }
        await isForm(page);
        await formWorks(page, order);
      } finally {
        await close();
      }
    });

    it('a customer who has begun keeps the form', async () => {
      const order = orderOf('H-begun');
      const { page, close, requests } = await scripted(true);
      try {
        let go;
        const begun = new Promise((resolve) => (go = resolve));
        await page.route(mjs, async (route) => {
          await begun;
          await route.continue();
        });
        await page.goto(url({ o: order, l: 'fr' }), { waitUntil: 'commit' });
        await pick(page, CORE.fr[0], 'Moyenne');
        const answered = page.waitForResponse(mjs);
        go();
        await answered;
        await page.waitForLoadState('networkidle');
        await isForm(page);
        assert.equal(requests.some((request) => request.url().includes('/v1/surveys/')), false, 'nothing is fetched in vain');
        await formWorks(page, order);
      } finally {
        await close();
      }
    });

    for (const [why, prepare] of [
      ['the module does not come', (page) => page.route(mjs, (route) => route.abort())],
      ['the module is not what it should be', (page) => page.route(mjs, (route) => route.fulfill({ contentType: 'text/javascript', body: 'export const mount = () => { throw 1 };' }))],
      ['there is no WebAssembly', (page) => page.addInitScript(() => delete window.WebAssembly)],
      ['WebAssembly is refused', (page) => page.addInitScript(() => (WebAssembly.compile = () => Promise.reject(new Error('no'))))],
      ['the survey does not come', (page) => page.route('**/v1/surveys/**', (route) => route.abort())],
    ]) {
      it(`the form stays where ${why}`, async () => {
        const order = orderOf('H-stays');
        const { page, close } = await scripted(true);
        try {
          await prepare(page);
          await page.goto(url({ o: order, l: 'fr' }));
          await page.waitForLoadState('networkidle');
          await isForm(page);
          await formWorks(page, order);
        } finally {
          await close();
        }
      });
    }
  });
});
