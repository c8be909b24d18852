// The settings of a site, as its owner goes through them: each act once, then each page in both languages.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { open } from '../support/browser.mjs';
import { encode } from '../support/frames.mjs';
import { freePort } from '../support/port.mjs';
import { until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const LONG = 'cy-with-a-name-of-forty-char@shop.exampl';

describe('the settings', () => {
  let world;
  let visit;
  let user;
  let receiver;
  before(async () => {
    world = await startWorld({ collector: { env: { TRENTE_WEBHOOKS_ALLOW: '127.0.0.0/8' } } });
    user = await world.collector.addUser('ada');
    // As long as a name may be.
    await world.collector.addUser(LONG);
    receiver = `http://127.0.0.1:${await freePort()}/answers`;
    visit = await open(world.browser, { locale: 'en-GB' });
    await visit.page.goto(`${world.collector.results}/sites/olive`);
    await visit.page.getByLabel('Name').fill(user.name);
    await visit.page.getByLabel('Password').fill(user.password);
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('link', { name: 'Settings' }).click();
    await visit.page.getByRole('heading', { level: 1, name: 'Settings of olive' }).waitFor();
  });
  after(async () => {
    await visit?.close();
    await world?.stop();
  });

  /** At 320 px, on a phone in the light, where tables become wide, and on a desk in the dark: axe finds nothing, and nothing is lost to the side. */
  const assertGood = async (label) => {
    const { page } = visit;
    for (const [width, media] of [[320, {}], [390, { colorScheme: 'light' }], [660, {}], [1280, { colorScheme: 'dark' }], [1280, { forcedColors: 'active' }]]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: null, forcedColors: null, ...media });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${label} ${width}`);
      await assertAccessible(page, undefined, `${label} ${width} ${JSON.stringify(media)}`);
      if (process.env.PICTURES && !media.forcedColors) {
        await page.screenshot({ path: path.join(process.env.PICTURES, `${label.replaceAll(' ', '-')}-${width}.png`), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: null, forcedColors: null });
  };
  const go = async (setting, language = 'en') => {
    const slash = setting === '' ? '' : '/';
    const answer = await visit.page.goto(`${world.collector.results}/sites/olive/settings${slash}${setting}${setting.includes('?') ? '&' : '?'}hl=${language}`);
    assert.equal(answer.status(), 200, setting);
    assert.equal(await visit.page.evaluate(() => document.documentElement.lang), language);
  };
  const press = (name) => visit.page.getByRole('button', { name, exact: true }).click();
  const fill = (label, text) => visit.page.getByLabel(label, { exact: true }).fill(text);
  const says = (text) => visit.page.getByRole('status').getByText(text, { exact: true }).waitFor();
  const refuses = (text) => visit.page.getByRole('alert').getByText(text, { exact: true }).waitFor();

  it('sets origins, time zone and retention, and asks before it deletes', async () => {
    const { page } = visit;
    await page.getByRole('link', { name: 'Where the survey may appear' }).click();
    const before = await page.getByLabel('Addresses, one a line').inputValue();
    await fill('Addresses, one a line', `${before}\nshop.example`);
    await press('Save');
    await refuses('shop.example lacks its beginning. Write https://shop.example.');
    assert.equal(await page.getByLabel('Addresses, one a line').inputValue(), `${before}\nshop.example`);
    const described = await page.getByLabel('Addresses, one a line').getAttribute('aria-describedby');
    assert.deepEqual(described.split(' '), ['wrong', 'origins-note']);
    await assertGood('origins refused en');
    await fill('Addresses, one a line', `${before}\nhttps://shop.example`);
    await press('Save');
    await says('It was saved, and holds from now on.');

    await go('zone');
    await fill('Name of the time zone', 'Europe/Nowhere');
    await press('Save');
    await refuses('There is no time zone of this name. Write one as in Europe/Paris.');
    await fill('Name of the time zone', 'Europe/Paris');
    await press('Save');
    await says('It was saved, and holds from now on.');

    await go('retention');
    await page.getByLabel('For a number of days').check();
    await fill('Days that answers are kept', '90');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Keep answers for 90 days?' }).waitFor();
    await assertGood('retention asked en');
    await page.getByRole('link', { name: 'Leave it as it is' }).click();
    assert.ok(await page.getByLabel('For ever').isChecked(), 'nothing has changed');
    await page.getByLabel('For a number of days').check();
    await fill('Days that answers are kept', '90');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await press('Shorten, and delete');
    await says('It was saved. What is older is deleted within the hour.');
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.getByText('Answers for 90 days.').waitFor();
  });

  it('makes another key with the password, shows it once, and ends the former one', async () => {
    const { page } = visit;
    await go('keys');
    await press('Make another key');
    await fill('Your password', 'another one than mine');
    await press('Make another key');
    await refuses('The current password is not right.');
    await assertGood('keys asked en');
    await fill('Your password', user.password);
    await press('Make another key');
    await page.getByRole('heading', { level: 1, name: 'The new key' }).waitFor();
    const key = await page.locator('pre code').textContent();
    assert.match(key, /^[0-9a-f]{64}$/u);
    assert.equal((await world.collector.trente('site', 'key', '--db', world.collector.database, 'olive')).trim(), key);
    await assertGood('key en');
    await page.getByRole('link', { name: 'Back, I have put it away' }).click();
    assert.equal(await page.getByText(key).count(), 0);
    await assertGood('keys two en');
    await press('End the former key');
    await press('End the former key');
    await says('The former key is worth nothing any more.');
  });

  it('adds a person, changes what they may do, and removes them', async () => {
    const { page } = visit;
    await go('people');
    await fill('Name', 'bo b');
    await fill('Their first password', 'a long sentence of bo');
    await fill('Your password', user.password);
    await press('Add an account');
    await refuses('A name has 1 to 40 letters, digits, hyphens, dots, underscores and at signs.');
    await fill('Name', 'bo');
    await fill('Their first password', 'a long sentence of bo');
    await page.getByLabel('These sites').first().check();
    await page.getByLabel('olive', { exact: true }).check();
    await fill('Your password', user.password);
    await press('Add an account');
    await says('The account was added.');
    await page.getByRole('link', { name: 'bo', exact: true }).click();
    assert.ok(await page.getByLabel('Team').isChecked() && await page.getByLabel('olive', { exact: true }).isChecked());
    await page.getByLabel('Desk', { exact: true }).check();
    await fill('Your password', user.password);
    await press('Save');
    await says('It was saved, and holds from now on.');
    await page.getByRole('row', { name: /^bo / }).getByText('Desk').waitFor();
    await page.getByRole('link', { name: 'ada', exact: true }).click();
    await page.getByText(/^This is your own account\./u).waitFor();
    await assertGood('person own en');
    await page.getByRole('link', { name: 'All accounts' }).click();
    await page.getByRole('link', { name: 'bo', exact: true }).click();
    await press('Remove the account');
    await page.getByRole('heading', { level: 1, name: 'Remove the account bo?' }).waitFor();
    await assertGood('person removed en');
    await fill('Your password', user.password);
    await press('Remove the account');
    await says('The account was removed.');
  });

  it('hands out a token that works until it is revoked', async () => {
    const { page } = visit;
    await go('tokens');
    await fill('Name', 'till');
    await page.getByLabel(/^export/u).check();
    await fill('Your password', user.password);
    await press('Add a token');
    await page.getByRole('heading', { level: 1, name: 'The token till' }).waitFor();
    const token = await page.locator('pre code').textContent();
    const asked = async () => (await fetch(`${world.collector.results}/api/v1/sites/olive/responses`, { headers: { authorization: `Bearer ${token}` } })).status;
    assert.equal(await asked(), 200);
    await assertGood('token en');
    await go('tokens');
    await page.getByRole('button', { name: 'Revoke till' }).click();
    await press('Revoke');
    await says('The token was revoked.');
    assert.equal(await asked(), 401);
    await fill('Name', 'reports-of-a-program-with-a-long-name.js');
    await fill('Your password', user.password);
    await press('Add a token');
    await page.getByRole('heading', { level: 1, name: 'The token reports-of-a-program-with-a-long-name.js' }).waitFor();
  });

  it('takes what the shop says of its days', async () => {
    const { page } = visit;
    await go('days');
    await fill('Orders', '120');
    await press('Save');
    await says('The number was saved, and each day has an equal share of it.');
    await fill('What happened, one line', 'New carrier');
    await press('Add');
    await says('It is noted on the chart.');
    await page.getByRole('cell', { name: 'New carrier' }).waitFor();
    await page.goto(`${world.collector.results}/sites/olive`);
    await go('days');
    await page.getByRole('button', { name: /^Remove the note of/u }).click();
    await says('The note was removed.');
    await page.getByRole('button', { name: /^Remove the orders of/u }).click();
    await says('The number was removed: it is not known any more.');
    for (const text of ['New carrier', 'Prices raised by five per cent, announced on the first page and by mail']) {
      await fill('What happened, one line', text);
      await press('Add');
      await says('It is noted on the chart.');
    }
    await fill('Orders', '12345');
    await press('Save');
    await says('The number was saved, and each day has an equal share of it.');
  });

  it('adds a receiver, and its log says why nothing arrives', async () => {
    const { page } = visit;
    await go('webhooks');
    await fill('Address of the receiver', 'https://10.1.2.3/answers');
    await fill('Your password', user.password);
    await press('Add a receiver');
    await refuses('10.1.2.3 is no public address. The person who runs the service can allow it.');
    await fill('Address of the receiver', receiver);
    await page.getByLabel('The digest of the week', { exact: false }).check();
    await fill('Your password', user.password);
    await press('Add a receiver');
    await page.getByRole('heading', { level: 1, name: 'The secret of 127.0.0.1' }).waitFor();
    assert.match(await page.locator('pre code').textContent(), /^whsec_/u);
    const { collector, shop } = world;
    const lines = [{
      survey: collector.survey, response: '1000000000000001', locale: 'fr', elapsed_bucket: 40,
      satisfaction: 5, ease: 5, lens: null, recommend: 9, moment: 0, forgive: 0,
    }];
    const sent = await fetch(`${collector.url}/v1/responses`, {
      method: 'POST', headers: { 'content-type': 'text/plain', origin: shop.url }, body: Buffer.concat(await encode(lines)),
    });
    assert.equal(sent.status, 204);
    // The service waits for half a minute in case the customer goes on.
    assert.ok(await until(async () => {
      await go('webhooks?webhook=1');
      return (await page.getByText('No connection.').count()) > 0;
    }, 60_000));
    await page.getByText('One message waits.').waitFor();
    await press('Send now what waits');
    await says('What waits is sent now.');
  });

  it('is accessible in both languages, light or dark, and loses nothing at 320 px', async () => {
    for (const language of ['en', 'fr']) {
      for (const setting of ['', 'origins', 'zone', 'retention', 'keys', 'people', 'people?account=ada', `people?account=${LONG}`, 'tokens', 'webhooks', 'webhooks?webhook=1', 'days', 'audit']) {
        await go(setting, language);
        await assertGood(`${setting.replaceAll(/[?=@]/gu, ' ') || 'hub'} ${language}`);
      }
    }
    assert.deepEqual(visit.errors, []);
  });

  it('works without a script', async () => {
    const plain = await open(world.browser, { locale: 'fr-FR', javaScriptEnabled: false, storageState: await visit.context.storageState() });
    try {
      await plain.page.goto(`${world.collector.results}/sites/olive/settings/zone`);
      await plain.page.getByLabel('Nom du fuseau horaire').fill('Asia/Tokyo');
      await plain.page.getByRole('button', { name: 'Enregistrer' }).click();
      await plain.page.getByRole('status').getByText(/^C’est enregistré/u).waitFor();
    } finally {
      await plain.close();
    }
  });
});
