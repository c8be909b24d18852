// Results pages, once signed in: plain, correct, server-rendered.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSER, open } from '../support/browser.mjs';
import { encode } from '../support/frames.mjs';
import { freePort } from '../support/port.mjs';
import { RESULTS, startProxy } from '../support/proxy.mjs';
import { until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** Answers whose figures are known: 3 promoters, 1 passive, 2 detractors. */
const ANSWERS = [
  { satisfaction: 5, ease: 7, lens: 5, recommend: 10, moment: 0, forgive: 0 },
  { satisfaction: 5, ease: 6, lens: 4, recommend: 9, moment: 0, forgive: 0 },
  { satisfaction: 4, ease: 6, lens: 5, recommend: 9, moment: 0, forgive: 0 },
  { satisfaction: 3, ease: 4, lens: 3, recommend: 8, moment: 0, forgive: 0 },
  { satisfaction: 2, ease: 3, lens: 3, recommend: 4, moment: 7, forgive: 3 },
  { satisfaction: 1, ease: 2, lens: null, recommend: 0, moment: 6, forgive: 1 },
];

/** Nothing on the console but the browser's own line for each form that was refused; Firefox has none. */
function assertQuiet(visit, refused) {
  const own = /^error: Failed to load resource: the server responded with a status of 403/;
  assert.deepEqual([...visit.messages.filter((message) => !own.test(message)), ...visit.errors], []);
  assert.equal(visit.messages.filter((message) => own.test(message)).length, BROWSER === 'firefox' ? 0 : refused);
}

describe('the results page', () => {
  let world;
  let visit;
  let user;
  let proxy;
  /** Where the browser finds the results. WebKit keeps no Secure cookie of a page without TLS, so there is nginx before it. */
  let results;
  before(async () => {
    world = await startWorld({ collector: { names: [RESULTS] } });
    ({ results } = world.collector);
    if (BROWSER === 'webkit') {
      const { collector, shop } = world;
      proxy = await startProxy('nginx', { shop: shop.url, collector: collector.url, results, port: await freePort() });
      ({ results } = proxy);
    }
    user = await world.collector.addUser('ada');
    visit = await open(world.browser, { locale: 'en-GB', ignoreHTTPSErrors: true });
  });
  after(async () => {
    await visit?.close();
    await proxy?.stop();
    await world?.stop();
  });

  const show = async (path = '/sites/olive') => {
    const answered = await visit.page.goto(results + path);
    return answered.status();
  };
  const figure = (name) => visit.page.locator('dl > div').filter({ has: visit.page.getByText(name, { exact: true }) }).locator('dd').allTextContents();
  const fits = async (label) => {
    const over = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, label);
  };
  /** Light, dark and forced colours, on a phone and on a desk: axe finds nothing, and nothing is lost to the side. */
  const assertGood = async (label) => {
    for (const width of [320, 390, 1280]) {
      await visit.page.setViewportSize({ width, height: 800 });
      await fits(`${label} ${width}`);
    }
    for (const [width, media] of [[390, { colorScheme: 'light' }], [1280, { colorScheme: 'dark' }], [1280, { forcedColors: 'active' }]]) {
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.page.emulateMedia({ colorScheme: null, forcedColors: null, ...media });
      await assertAccessible(visit.page, undefined, `${label} ${width} ${JSON.stringify(media)}`);
    }
    await visit.page.emulateMedia({ colorScheme: null, forcedColors: null });
  };

  const signIn = async (password = user.password) => {
    await visit.page.getByLabel('Name').fill(user.name);
    await visit.page.getByLabel('Password').fill(password);
    await visit.page.keyboard.press('Enter');
  };

  it('asks to sign in first, tells nothing of a mistake but that there is one, and leads on', async () => {
    assert.equal(await show(), 200);
    assert.equal(new URL(visit.page.url()).pathname, '/login');
    await visit.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    for (const colorScheme of ['light', 'dark']) {
      await visit.page.emulateMedia({ colorScheme });
      await assertAccessible(visit.page, undefined, `login ${colorScheme}`);
    }
    await signIn('not the password');
    await visit.page.getByRole('alert').getByText('This name and this password do not belong together.').waitFor();
    await assertAccessible(visit.page, undefined, 'login refused');
    await signIn();
    await visit.page.getByRole('heading', { level: 1, name: 'No answers yet.' }).waitFor();
    assert.equal(new URL(visit.page.url()).pathname, '/sites/olive');
    const [cookie] = await visit.context.cookies();
    const { name, httpOnly, secure, sameSite, path } = cookie;
    assert.deepEqual({ name, httpOnly, secure, sameSite, path }, {
      name: '__Host-trente', httpOnly: true, secure: true, sameSite: 'Strict', path: '/',
    });
    assert.equal(await visit.page.evaluate(() => document.cookie), '');
  });

  it('speaks French to who reads it, without a script, and lets go of who leaves', async () => {
    const french = await open(world.browser, { locale: 'fr-FR', javaScriptEnabled: false, ignoreHTTPSErrors: true });
    try {
      const { page } = french;
      await page.goto(`${results}/account`);
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      await page.getByLabel('Nom').fill(user.name);
      await page.getByLabel('Mot de passe').fill(user.password);
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre compte' }).waitFor();
      assert.equal(await page.getByRole('table').getByRole('row').count(), 3);
      // The other session is the one of the page above: it ends, and this one goes on.
      const mine = page.getByRole('row').filter({ hasText: '(ici)' });
      assert.equal(await mine.count(), 1);
      await page.getByLabel('Mot de passe actuel').fill('autre chose');
      await page.getByLabel('Nouveau mot de passe').fill('une phrase assez longue');
      await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
      await page.getByText('Le mot de passe actuel n’est pas le bon.', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      await page.goto(`${results}/sites/olive`);
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      assertQuiet(french, 1);
    } finally {
      await french.close();
    }
  });

  it('shows the account and its mails accessibly, light or dark, and at 320 px', async () => {
    const { width, height } = visit.page.viewportSize();
    for (const [path, name] of [['/account', 'Your account'], ['/account/mail', 'Mails']]) {
      assert.equal(await show(path), 200);
      await visit.page.getByRole('heading', { level: 1, name }).waitFor();
      for (const colorScheme of ['light', 'dark']) {
        await visit.page.emulateMedia({ colorScheme });
        await assertAccessible(visit.page, undefined, `${path} ${colorScheme}`);
      }
      await visit.page.setViewportSize({ width: 320, height: 640 });
      assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
      await visit.page.setViewportSize({ width, height });
    }
  });

  it('offers a second factor accessibly, as a picture and as a key', async () => {
    assert.equal(await show('/account/second-factor'), 200);
    await visit.page.getByRole('heading', { level: 1, name: 'Second factor' }).waitFor();
    await assertAccessible(visit.page, undefined, 'second factor, offered');
    await visit.page.getByLabel('Current password').fill(user.password);
    await visit.page.getByRole('button', { name: 'Set it up' }).click();
    await visit.page.getByRole('img', { name: 'QR code of the secret below' }).waitFor();
    const { width, height } = visit.page.viewportSize();
    await visit.page.setViewportSize({ width: 320, height: 640 });
    await assertAccessible(visit.page, undefined, 'second factor, the secret');
    assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await visit.page.setViewportSize({ width, height });
  });

  it('leads straight to the one site, and lists several', async () => {
    const { page } = visit;
    assert.equal(await show('/'), 200);
    assert.equal(new URL(page.url()).pathname, '/sites/olive');
    const { collector, shop } = world;
    await collector.trente('site', 'add', '--db', collector.database, 'fig', '--origin', shop.url, '--base', collector.url);
    assert.equal(await show('/'), 200);
    assert.deepEqual(await page.getByRole('rowheader').allTextContents(), ['fig', 'olive']);
    await page.getByRole('link', { name: 'olive', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'No answers yet.' }).waitFor();
  });

  it('says that there are no answers yet, and shows no number', async () => {
    assert.equal(await show(), 200);
    await visit.page.getByRole('heading', { level: 1, name: 'No answers yet.' }).waitFor();
    assert.equal(await visit.page.locator('dl, table').count(), 0);
    await assertGood('nothing');
  });

  it('shows n, NPS with its interval, CSAT, CES, classes and causes of known answers', async () => {
    const { collector, shop } = world;
    // Slow enough not to count as hasty: bucket 40 is 20 s. Two days old, for today is not over. One is sent twice and
    // counts once.
    const lines = ANSWERS.map((answers, index) => ({
      survey: collector.survey, response: `${(index * 32).toString(16).padStart(2, '0')}00000000000001`, locale: 'fr',
      elapsed_bucket: 40, age_minutes: 2880, verbatim: `« ${index} » <b>`, ...answers,
    }));
    const frames = await encode(lines);
    const body = Buffer.concat([...frames, frames[0]]);
    const answered = await fetch(`${collector.url}/v1/responses`, {
      method: 'POST', headers: { 'content-type': 'text/plain', origin: shop.url }, body,
    });
    assert.equal(answered.status, 204);
    assert.ok(await until(async () => (await collector.responses()).length === ANSWERS.length));

    assert.equal(await show(), 200);
    await visit.page.getByRole('heading', { level: 1, name: /^From .*, 6 customers answered\.$/ }).waitFor();
    const nps = (await figure('Recommendation (NPS)')).join(' ');
    // 100 · (3 − 2) / 6; few answers are a tendency and have their interval.
    assert.match(nps, /tendency \+17\s+between −\d+ and \+\d+n = 6/u);
    assert.match((await figure('Satisfied (CSAT)')).join(' '), /tendency 50%/);
    assert.match((await figure('Ease (CES, 1 to 7)')).join(' '), /tendency 4\.7/);
    const classes = await visit.page.locator('.legend li').allTextContents();
    assert.deepEqual(classes.map((text) => text.trim()), [
      '2 delighted 33%', '2 served 33%', '1 let down, forgiving 17%', '1 let down, unforgiving 17%',
    ]);
    // Slow and lost for ever weighs 3; a rule, forgotten, weighs 1; so few cannot be told apart.
    await visit.page.getByText('All causes', { exact: true }).click();
    const causes = visit.page.getByRole('region', { name: 'All causes' }).getByRole('row');
    const rows = await causes.evaluateAll((all) => all.slice(1).map((each) => [...each.children].map((cell) => cell.textContent)));
    assert.deepEqual(rows, [['1', 'speed', '', '1', '0', '1', '3'], ['1', 'policy', '', '1', '0', '0', '1']]);
    assert.match(await visit.page.locator('.voices').first().textContent(), /Lost · Too slow · speed.*« 4 » <b>/su);
  });

  it('carries one filter in the address from link to link, and says what it does not understand', async () => {
    const { page } = visit;
    // A click does not wait for the page that it leads to in every engine.
    const leadsTo = async (link, search) => {
      await page.getByRole('link', { name: link }).click();
      await until(() => new URL(page.url()).search === search, 8_000);
      assert.equal(new URL(page.url()).search, search);
    };
    await leadsTo('let down, unforgiving', '?tab=all&class=unforgivable');
    assert.deepEqual(await page.getByRole('blockquote').allTextContents(), ['« 4 » <b>']);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 1, name: /one customer answered\.$/ }).waitFor();
    await leadsTo('90 days', '?class=unforgivable&days=90');
    await page.getByRole('link', { name: 'Show everything' }).click();
    await page.getByRole('heading', { level: 1, name: /6 customers answered\.$/ }).waitFor();
    await page.locator('summary').filter({ hasText: 'Choose' }).click();
    await page.getByLabel('From', { exact: true }).fill('2024-02-01');
    await page.getByLabel('To', { exact: true }).fill('2024-02-29');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('heading', { level: 1, name: 'From 1 to 29 February 2024, no customer answered.' }).waitFor();
    await assertGood('an empty period');
    await show('/sites/olive?from=2126-01-01&class=nonsense');
    assert.equal(await page.getByRole('status').count(), 2);
    await assertGood('a period from the future');
  });

  it('is accessible, light or dark, and loses nothing at 320 px', async () => {
    for (const language of ['en', 'fr']) {
      for (const path of ['/', '/sites/olive', '/sites/olive/voices?tab=all', '/sites/olive?by=weekday']) {
        await show(`${path}${path.includes('?') ? '&' : '?'}hl=${language}`);
        assert.equal(await visit.page.evaluate(() => document.documentElement.lang), language);
        await visit.page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
        await assertGood(`${path} ${language}`);
      }
    }
  });

  it('is quiet, stands alone, and is not on the public listener', async () => {
    assertQuiet(visit, 1);
    assert.deepEqual([...new Set(visit.requests.map((request) => new URL(request.url()).origin))], [results]);
    assert.equal(await visit.page.locator('script').count(), 0);
    assert.equal((await fetch(`${world.collector.url}/sites/olive`)).status, 404);
    assert.equal((await fetch(`${world.collector.results}/v1/responses`, { method: 'POST', body: 'x' })).status, 403);
    // Without a sign-in nothing is shown.
    const stranger = await fetch(`${world.collector.results}/sites/olive`, { redirect: 'manual' });
    assert.deepEqual([stranger.status, stranger.headers.get('location')], [303, '/login?next=%2Fsites%2Folive']);
  });

  it('answers an unknown site with 404', async () => {
    assert.equal(await show('/sites/nobody'), 404);
    await visit.page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor();
    await assertGood('a refusal');
  });
});
