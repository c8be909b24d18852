// The recovery desk, as a person in the shop uses it: what comes, what is done, what is heard while the page is open.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSER, open } from '../support/browser.mjs';
import { encode } from '../support/frames.mjs';
import { until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

describe('the recovery desk', () => {
  let world;
  let visit;
  let user;
  before(async () => {
    world = await startWorld();
    user = await world.collector.addUser('ada');
    visit = await open(world.browser, { locale: 'en-GB', ...(BROWSER === 'chromium' && { permissions: ['clipboard-read', 'clipboard-write'] }) });
    await visit.page.goto(`${world.collector.results}/sites/olive/recover`);
    await visit.page.getByLabel('Name').fill(user.name);
    await visit.page.getByLabel('Password').fill(user.password);
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('heading', { level: 1, name: 'Customers of olive to put right' }).waitFor();
  });
  after(async () => {
    await visit?.close();
    await world?.stop();
  });

  let sent = 0;
  const hurt = async (forgive, verbatim) => {
    const { collector, shop } = world;
    sent += 1;
    const lines = [{
      survey: collector.survey, response: `${(sent * 16).toString(16).padStart(2, '0')}00000000000001`, locale: 'fr', elapsed_bucket: 40,
      verbatim, satisfaction: 1, ease: 2, lens: null, recommend: 0, moment: 7, forgive,
    }];
    const answered = await fetch(`${collector.url}/v1/responses`, {
      method: 'POST', headers: { 'content-type': 'text/plain', origin: shop.url }, body: Buffer.concat(await encode(lines)),
    });
    assert.equal(answered.status, 204);
    assert.ok(await until(async () => (await collector.responses()).length === sent));
  };
  const assertGood = async (label) => {
    for (const [width, media] of [[320, {}], [390, { colorScheme: 'light' }], [1280, { colorScheme: 'dark' }], [1280, { forcedColors: 'active' }]]) {
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.page.emulateMedia({ colorScheme: null, forcedColors: null, ...media });
      const over = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${label} ${width}`);
      await assertAccessible(visit.page, undefined, `${label} ${width} ${JSON.stringify(media)}`);
    }
    await visit.page.emulateMedia({ colorScheme: null, forcedColors: null });
  };

  it('is accessible with no customer, and hears of the first', async () => {
    await visit.page.getByText('No customer waits.').first().waitFor();
    await assertGood('empty');
    await hurt(2, 'Rappelez-moi <b>vite</b>');
    await visit.page.getByText('One more customer has come.', { exact: true }).waitFor();
    await hurt(3, undefined);
    await visit.page.getByText('2 more customers have come.', { exact: true }).waitFor();
    await visit.page.getByRole('link', { name: 'Look again' }).click();
    await visit.page.getByText('One customer waits, for one minute. One is lost.', { exact: true }).waitFor();
    assert.equal(await visit.page.getByRole('status').textContent(), '');
  });

  it('copies the apology in the customer’s language, and takes a line and an answer', async () => {
    const { page } = visit;
    assert.equal(await page.getByText('Rappelez-moi <b>vite</b>').count(), 1);
    await page.getByText('An apology to copy', { exact: true }).click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    if (BROWSER === 'chromium') assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Nous sommes désolés/u);
    await page.getByLabel('Note, one line').last().fill('mardi, 9 h');
    await page.getByRole('button', { name: 'Save the note' }).last().click();
    await page.getByText('The note was saved.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Answered' }).last().click();
    await page.getByText('No customer waits. One is lost.', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.getByRole('button', { name: 'Not answered after all' }).waitFor();
    assert.equal(await page.getByLabel('Note, one line').last().inputValue(), 'mardi, 9 h');
  });

  it('is accessible in both languages, light or dark, and loses nothing at 320 px', async () => {
    for (const language of ['en', 'fr']) {
      await visit.page.goto(`${world.collector.results}/sites/olive/recover?show=all&hl=${language}`);
      assert.equal(await visit.page.evaluate(() => document.documentElement.lang), language);
      await visit.page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
      await assertGood(`desk ${language}`);
    }
  });

  it('says that it hears nothing any more once its session has ended', async () => {
    const { page } = visit;
    await page.goto(`${world.collector.results}/sites/olive/recover`);
    // Another window signs out; the page is told when it asks again.
    const other = await visit.context.newPage();
    await other.goto(`${world.collector.results}/account`);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.close();
    await world.collector.kill();
    await world.collector.start();
    await page.getByText('This page hears of no new customers any more.', { exact: true }).waitFor({ timeout: 40_000 });
  });
});
