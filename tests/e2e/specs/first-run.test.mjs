// The first run of an empty database, as its owner goes through it: account, site, snippet, light.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { launch, open } from '../support/browser.mjs';
import { ROOT, TRENTE } from '../support/paths.mjs';

/** A collector on an empty database, with the code that it prints. */
async function startEmpty() {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-first-'));
  const child = spawn(
    TRENTE,
    ['serve', '--db', path.join(folder, 'trente.db'), '--listen', '127.0.0.1:0', '--results', '127.0.0.1:0'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const said = {};
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const space = line.lastIndexOf(' ');
    said[line.slice(0, space)] = line.slice(space + 1);
    if (said['set-up code']) break;
  }
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
    await fs.rm(folder, { recursive: true, force: true });
  };
  return { collector: said.collector, results: said.results, code: said['set-up code'], stop };
}

describe('the first run', () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
  });

  for (const [locale, words] of [
    ['en-GB', {
      link: 'Make the first account', code: 'Set-up code', name: 'Name', password: 'Password', make: 'Make the account',
      wrong: 'This is not the code that the service has printed.', site: 'Name of the site', origin: 'Address of the shop’s pages',
      add: 'Add it', install: 'Put olive on your page', base: 'Address of the collector, as the shop’s pages reach it',
      write: 'Write the line', unseen: 'No page has asked for the survey yet.', again: 'Look again',
      seen: 'A page has asked for the survey: today.', overview: 'To the overview',
    }],
    ['fr-FR', {
      link: 'Créer le premier compte', code: 'Code de mise en route', name: 'Nom', password: 'Mot de passe', make: 'Créer le compte',
      wrong: 'Ce n’est pas le code que le service a affiché.', site: 'Nom du site', origin: 'Adresse des pages de la boutique',
      add: 'L’ajouter', install: 'Mettre olive sur votre page', base: 'Adresse du collecteur, telle que les pages de la boutique l’atteignent',
      write: 'Écrire la ligne', unseen: 'Aucune page n’a encore demandé le questionnaire.', again: 'Regarder à nouveau',
      seen: 'Une page a demandé le questionnaire\u{a0}: aujourd’hui.', overview: 'Vers la vue d’ensemble',
    }],
  ]) {
    it(`leads through account, site and snippet to a light, ${locale}`, async () => {
      const service = await startEmpty();
      const visit = await open(browser, { locale });
      const { page } = visit;
      const good = async (label) => {
        for (const [width, media] of [[390, { colorScheme: 'light' }], [1280, { colorScheme: 'dark' }]]) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia(media);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.equal(over, 0, `${label} ${width}`);
          await assertAccessible(page, undefined, `${label} ${width}`);
          if (process.env.PICTURES) {
            await page.screenshot({ path: path.join(process.env.PICTURES, `${label}-${locale}-${width}.png`), fullPage: true });
          }
        }
      };
      try {
        await page.goto(service.results);
        await good('login');
        await page.getByRole('link', { name: words.link }).click();
        await good('account');
        const fill = async (code) => {
          await page.getByLabel(words.code).fill(code);
          await page.getByLabel(words.name, { exact: true }).fill('ada');
          await page.getByLabel(words.password).fill('une longue phrase');
          await page.getByRole('button', { name: words.make }).click();
        };
        await fill('AAAA-AAAA-AAAA-AAAA');
        await page.getByRole('alert').getByText(words.wrong).waitFor();
        await good('account-refused');
        await fill(service.code.toLowerCase());
        await page.getByLabel(words.site).fill('olive');
        await good('site');
        await page.getByLabel(words.origin).fill('https://shop.example');
        await page.getByRole('button', { name: words.add }).click();
        await page.getByRole('heading', { level: 1, name: words.install }).waitFor();
        await page.getByLabel(words.base).fill(service.collector);
        await page.getByRole('button', { name: words.write }).click();
        await page.getByText(`<script async src="${service.collector}/trente.olive.js"`).waitFor();
        await page.getByText(words.unseen).waitFor();
        await good('install');
        const asked = await fetch(`${service.collector}/v1/surveys/fr/${encodeURIComponent('https://shop.example')}/olive`);
        assert.equal(asked.status, 200);
        // The service tells the store every two seconds.
        for (let tries = 0; (await page.getByText(words.seen).count()) === 0; tries += 1) {
          assert.ok(tries < 50, 'the light stays out');
          await new Promise((resolve) => setTimeout(resolve, 200));
          await page.getByRole('link', { name: words.again }).click();
        }
        await good('install-seen');
        await page.getByRole('link', { name: words.overview }).click();
        assert.equal(new URL(page.url()).pathname, '/sites/olive');
        await good('overview');
        assert.deepEqual(visit.errors, []);
      } finally {
        await visit.close();
        await service.stop();
      }
    });
  }
});
