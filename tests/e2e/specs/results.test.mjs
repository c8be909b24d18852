// What the merchant reads, once signed in: plain, correct, server-rendered.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSER, open } from '../support/browser.mjs';
import { encode } from '../support/frames.mjs';
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

/** Nothing on the console but Chromium's own line for each form that was refused. */
function assertQuiet(visit, refused) {
  const own = /^error: Failed to load resource: the server responded with a status of 403/;
  assert.deepEqual([...visit.messages.filter((message) => !own.test(message)), ...visit.errors], []);
  assert.equal(visit.messages.filter((message) => own.test(message)).length, BROWSER === 'chromium' ? refused : 0);
}

describe('the results page', () => {
  let world;
  let visit;
  let user;
  before(async () => {
    world = await startWorld();
    user = await world.collector.addUser('ada');
    visit = await open(world.browser, { locale: 'en-GB' });
  });
  after(async () => {
    await visit?.close();
    await world?.stop();
  });

  const show = async (path = '/sites/olive') => {
    const answered = await visit.page.goto(world.collector.results + path);
    return answered.status();
  };
  const row = (name) => visit.page.getByRole('row').filter({ has: visit.page.getByRole('rowheader', { name, exact: true }) });
  const cells = async (name, table = 0) => (await row(name).nth(table).getByRole('cell').allTextContents()).map((text) => text.trim());
  const figure = (name) => visit.page.locator('dl > div').filter({ has: visit.page.getByText(name, { exact: true }) }).locator('dd').allTextContents();

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
    await visit.page.getByRole('heading', { level: 1, name: 'olive' }).waitFor();
    assert.equal(new URL(visit.page.url()).pathname, '/sites/olive');
    const [cookie] = await visit.context.cookies();
    const { name, httpOnly, secure, sameSite, path } = cookie;
    assert.deepEqual({ name, httpOnly, secure, sameSite, path }, {
      name: '__Host-trente', httpOnly: true, secure: true, sameSite: 'Strict', path: '/',
    });
    assert.equal(await visit.page.evaluate(() => document.cookie), '');
  });

  it('speaks French to who reads it, without a script, and lets go of who leaves', async () => {
    const french = await open(world.browser, { locale: 'fr-FR', javaScriptEnabled: false });
    try {
      const { page } = french;
      await page.goto(`${world.collector.results}/account`);
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
      await page.goto(`${world.collector.results}/sites/olive`);
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      assertQuiet(french, 1);
    } finally {
      await french.close();
    }
  });

  it('shows the account accessibly, light or dark, and at 320 px', async () => {
    assert.equal(await show('/account'), 200);
    await visit.page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
    for (const colorScheme of ['light', 'dark']) {
      await visit.page.emulateMedia({ colorScheme });
      await assertAccessible(visit.page, undefined, `account ${colorScheme}`);
    }
    const { width, height } = visit.page.viewportSize();
    await visit.page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await visit.page.setViewportSize({ width, height });
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

  it('lists the sites', async () => {
    assert.equal(await show('/'), 200);
    await visit.page.getByRole('link', { name: 'olive', exact: true }).click();
    await visit.page.getByRole('heading', { level: 1, name: 'olive' }).waitFor();
  });

  it('says that there are no answers yet, and shows no number', async () => {
    assert.equal(await show(), 200);
    await visit.page.getByText('No answers yet.', { exact: true }).waitFor();
    assert.equal(await visit.page.locator('dl, table').count(), 0);
    await assertAccessible(visit.page);
  });

  it('shows n, NPS with its interval, CSAT, CES, classes and causes of known answers', async () => {
    const { collector, shop } = world;
    // Slow enough not to count as hasty: bucket 40 is 20 s. One is sent twice and counts once.
    const lines = ANSWERS.map((answers, index) => ({
      survey: collector.survey, response: `${(index * 32).toString(16).padStart(2, '0')}00000000000001`, locale: 'fr',
      elapsed_bucket: 40, ...answers,
    }));
    const frames = await encode(lines);
    const body = Buffer.concat([...frames, frames[0]]);
    const answered = await fetch(`${collector.url}/v1/responses`, {
      method: 'POST', headers: { 'content-type': 'text/plain', origin: shop.url }, body,
    });
    assert.equal(answered.status, 204);
    assert.ok(await until(async () => (await collector.responses()).length === ANSWERS.length));

    assert.equal(await show(), 200);
    assert.deepEqual((await figure('Responses')).map((text) => text.trim()), ['6', '0 verified, 6 unverified']);
    const nps = await figure('NPS');
    // 100 · (3 − 2) / 6; few answers are a tendency and have their interval.
    assert.equal(nps[0].trim(), '+17 points');
    assert.match(nps.join(' '), /95\u{a0}% interval −\d+ to \+\d+/u);
    assert.match(nps.join(' '), /promoters 3, passives 1, detractors 2/);
    assert.match(nps.join(' '), /n = 6, tendency/);
    const csat = await figure('CSAT');
    assert.equal(csat[0].trim(), '50\u{a0}%');
    assert.match(csat.join(' '), /3 of 6 satisfied/);
    const ces = await figure('CES');
    assert.equal(ces[0].trim(), '4.67 of 7');

    const classes = {};
    for (const name of ['none', 'delight', 'ok', 'forgivable', 'unforgivable']) classes[name] = await cells(name);
    assert.deepEqual(classes, {
      none: ['0', '0\u{a0}%'], delight: ['2', '33\u{a0}%'], ok: ['2', '33\u{a0}%'],
      forgivable: ['1', '17\u{a0}%'], unforgivable: ['1', '17\u{a0}%'],
    });
    // Slow and lost for ever weighs 3; a rule, forgotten, weighs 1.
    const causes = visit.page.getByRole('table').nth(1).getByRole('row');
    const rows = await causes.evaluateAll((all) => all.slice(1).map((each) => [...each.children].slice(0, 4).map((cell) => cell.textContent)));
    assert.deepEqual(rows, [['speed', '3', '1', '1'], ['policy', '1', '1', '0']]);
  });

  it('is accessible, light or dark, and loses nothing at 320 px', async () => {
    await show();
    for (const colorScheme of ['light', 'dark']) {
      await visit.page.emulateMedia({ colorScheme });
      await assertAccessible(visit.page, undefined, colorScheme);
    }
    await visit.page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await assertAccessible(visit.page, undefined, '320 px');
  });

  it('is quiet, stands alone, and is not on the public listener', async () => {
    assertQuiet(visit, 1);
    assert.deepEqual([...new Set(visit.requests.map((request) => new URL(request.url()).origin))], [world.collector.results]);
    assert.equal(await visit.page.locator('script').count(), 0);
    assert.equal((await fetch(`${world.collector.url}/sites/olive`)).status, 404);
    assert.equal((await fetch(`${world.collector.results}/v1/responses`, { method: 'POST', body: 'x' })).status, 403);
    // Without a sign-in nothing is shown.
    const stranger = await fetch(`${world.collector.results}/sites/olive`, { redirect: 'manual' });
    assert.deepEqual([stranger.status, stranger.headers.get('location')], [303, '/login?next=%2Fsites%2Folive']);
  });

  it('answers an unknown site with 404', async () => {
    assert.equal(await show('/sites/nobody'), 404);
  });
});
