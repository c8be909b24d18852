// Pages that allow little: what docs/embed.md asks for is enough, and where less is allowed nothing is shown or said.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open } from '../support/browser.mjs';
import { assertFailsQuietly, assertWorks, FLOATING } from '../support/hostile.mjs';
import { settle } from '../support/watching.mjs';
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

  it('untrusting', (t) => assertFailsQuietly(t, world, { page: 'untrusting', refuses: true }, 'files'));

  it('sandboxed', (t) => assertFailsQuietly(t, world, { page: 'sandboxed', refuses: true }, 'files'));

  it('frame', async () => {
    const visit = await open(world.browser);
    try {
      await visit.page.goto(`${world.shop.url}/hostile/frame.html`);
      assert.deepEqual(await visit.event('failed'), { code: 'files' });
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
