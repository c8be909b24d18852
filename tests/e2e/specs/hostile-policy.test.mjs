// Pages that allow little: what docs/embed.md asks for is enough, and where less is allowed nothing is shown or said.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open } from '../support/browser.mjs';
import { assertFailsQuietly, assertWorks, FLOATING } from '../support/hostile.mjs';
import { answerCore, STORED } from '../support/survey.mjs';
import { withDisplay } from '../support/sheets.mjs';
import { address, assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

/** @type {import('../support/hostile.mjs').Case[]} */
const WORKS = [
  // No place can be reserved on it without a style.
  { page: 'policy', displays: FLOATING },
  { page: 'trusted' },
  { page: 'isolated' },
  { page: 'formless', word: true },
  { page: 'denied' },
];

describe('a page that allows little', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  WORKS.forEach((row, turn) => it(row.page, (t) => assertWorks(t, world, row, turn)));

  it('untrusting', async () => {
    // No script may be added, so the loader alone draws the card with the link.
    await onPage(world, { order: 'H-untrusting' }, async (visit) => {
      const link = visit.page.getByRole('link', { name: 'Répondre sur une page à part' });
      await link.waitFor();
      const bySite = process.env.TRENTE_LOADER === 'site';
      assert.equal((await visit.event('shown')).display, bySite ? 'card' : 'link');
      assert.match(await link.getAttribute('href'), bySite ? /\/s\/olive\?l=fr(&r=\w{16})?$/ : /\/s\/olive\?l=fr$/);
      await visit.page.getByRole('button', { name: 'Fermer' }).click();
      assert.deepEqual(await visit.event('closed'), { reason: 'button' });
      assert.equal(await host(visit.page).count(), 0);
      assertSilent(visit);
    }, { file: 'hostile/untrusting.html' });
    // Which orders are in a sample is for the glue to say.
    await onPage(world, {}, async (visit) => {
      assert.deepEqual(await visit.event('failed'), { code: 'policy' });
      assert.equal(await host(visit.page).count(), 0);
      assertSilent(visit);
    }, { file: 'hostile/untrusting.html', before: withDisplay({ share: 0.5 }) });
  });

  it('sandboxed', (t) => assertFailsQuietly(t, world, { page: 'sandboxed', refuses: true }, 'origin'));

  it('sandboxed, of a site that any page may ask', async () => {
    const { trente, database, url } = world.collector;
    await trente('site', 'add', '--db', database, 'anywhere', '--any-origin', '--base', url);
    const visit = await open(world.browser);
    try {
      await visit.page.goto(address(world.shop, 'hostile/sandboxed.html', { site: 'anywhere', order: 'H-anywhere' }));
      assert.equal((await answerCore(visit.page, 'fr')).status(), 204);
      assert.equal(await visit.page.evaluate(() => origin), 'null');
      const lines = await until(() => trente('responses', '--db', database, '--site', 'anywhere'));
      const { satisfaction, ease, lens, recommend } = JSON.parse(lines);
      assert.deepEqual({ satisfaction, ease, lens, recommend }, STORED);
      assertSilent(visit);
    } finally {
      await visit.close();
    }
  });

  it('frame', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.goto(`${world.shop.url}/hostile/frame.html`);
      assert.deepEqual(await visit.event('failed'), { code: 'origin' });
      await settle(visit.page);
      const [, frame] = visit.page.frames();
      assert.equal(await frame.evaluate(() => origin), 'null');
      assert.equal(await frame.locator('trente-survey').count(), 0);
      assert.deepEqual(visit.errors, []);
      assert.deepEqual(visit.posts(), []);
    } finally {
      await visit.close();
    }
  });
});
