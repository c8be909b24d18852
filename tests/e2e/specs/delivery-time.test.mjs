// Delivery under clock jumps, and days after the answer: it arrives once, and says truly how old it is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open, watch } from '../support/browser.mjs';
import { decode, responseOf } from '../support/frames.mjs';
import { outbox, outboxFrames, POSTS, rested, taps } from '../support/outbox.mjs';
import { surveyForm } from '../support/survey.mjs';
import { address, assertSilent, folded, hide, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const DAY_MS = 86_400_000;

describe('delivery over time', () => {
  let world;
  const idOf = (order) => responseOf(world.collector.survey, order);
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const storedOnce = async (order) => {
    await folded(world);
    const found = (await world.collector.responses()).filter(({ response }) => response === idOf(order));
    assert.equal(found.length, 1, order);
  };

  /** Answers without a network, leaves, and comes back when the device's clock shows `later_ms` more. */
  const comesBack = async (order, later_ms, check) => {
    const visit = await open(world.browser);
    try {
      const { page } = visit;
      await page.route(POSTS, (route) => route.abort('connectionrefused'));
      await page.goto(address(world.shop, 'plain.html', { order }));
      await taps(surveyForm(page, 'fr'));
      assert.ok(await until(async () => (await outboxFrames(page)).length === 1));
      await rested(page);
      await page.close();

      const back = await watch(await visit.context.newPage());
      await back.page.clock.setSystemTime(Date.now() + later_ms);
      await back.page.goto(address(world.shop, 'plain.html', { order: `${order}-2` }));
      assert.ok(await until(async () => back.posts().length > 0));
      assert.ok(await until(async () => (await outbox(back.page)) === null));
      const frames = await decode(back.posts());
      assert.equal(frames.length, 1);
      assert.equal(frames[0].response, idOf(order));
      await storedOnce(order);
      assertSilent(back);
      check(frames[0]);
    } finally {
      await visit.close();
    }
  };

  it('a page that ends in the background without a word: what is not acknowledged waits for the next', async () => {
    const visit = await open(world.browser);
    try {
      const { page } = visit;
      // On its way, and never answered.
      await page.route(POSTS, () => {});
      await page.goto(address(world.shop, 'plain.html', { order: 'C-hidden' }));
      await taps(surveyForm(page, 'fr'));
      assert.ok(await until(() => visit.posts().length > 0));
      assert.equal(await outbox(page), null, 'nothing while the page is seen');
      await hide(page, true);
      assert.equal((await outboxFrames(page)).length, 1);
      await page.close();

      const back = await watch(await visit.context.newPage());
      await back.page.goto(address(world.shop, 'plain.html', { order: 'C-hidden-2' }));
      assert.ok(await until(async () => (await outbox(back.page)) === null));
      await storedOnce('C-hidden');
      assertSilent(back);
    } finally {
      await visit.close();
    }
  });

  it('an answer of six days and some hours is sent with its age', () =>
    comesBack('C-days', 6 * DAY_MS + 5 * 3_600_000, ({ age_minutes: age }) => assert.equal(age, (6 * 24 + 5) * 60)));

  it('a clock that was set back makes an answer no older than it is: it is sent, without an age', () =>
    comesBack('C-back', -3 * DAY_MS, ({ age_minutes: age }) => assert.equal(age ?? 0, 0)));

  it('a clock that jumps by years at every look delivers the answer once', async () => {
    const visit = await open(world.browser);
    try {
      const { page } = visit;
      await page.addInitScript(() => {
        const { now } = Date;
        let looks = 0;
        Date.now = () => now() + (looks++ % 2 ? 10 : -10) * 365 * 86_400_000;
      });
      let refused = 0;
      await page.route(POSTS, (route) => (refused++ < 2 ? route.abort('connectionrefused') : route.continue()));
      await page.goto(address(world.shop, 'plain.html', { order: 'C-jumps' }));
      await taps(surveyForm(page, 'fr'));
      await visit.event('delivered');
      const [{ elapsed_ms: elapsed }] = visit.events.filter(({ name }) => name === 'completed').map(({ detail }) => detail);
      assert.ok(elapsed >= 0 && elapsed < 60_000, `${elapsed}`);
      assert.deepEqual(visit.events.filter(({ name }) => name === 'delivered').length, 1);
      assert.equal(await outbox(page), null);
      await storedOnce('C-jumps');
      assertSilent(visit);
    } finally {
      await visit.close();
    }
  });
});
