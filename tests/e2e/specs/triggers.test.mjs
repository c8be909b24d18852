// Triggers: when the survey comes, and that nothing is fetched and nothing is listened to for longer than that takes.
// docs/embed.md.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { counted, isTimed, left, NEEDED } from '../support/leftovers.mjs';
import { fetched, withDisplay } from '../support/sheets.mjs';
import { button, WORDS } from '../support/survey.mjs';
import { assertSilent, hide, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const ALL = ['glue', 'survey', 'wasm'];
/** The loader of the site shows the first screen itself, and fetches glue and wasm in idle time before that. */
const BY_SITE = process.env.TRENTE_LOADER === 'site';

describe('triggers', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** The loader has run, and what it did at once is done. */
  const ready = async ({ page }) => {
    await page.waitForFunction(() => window.trente?.show);
    await settle(page);
  };

  /** The survey is there, whole, and the trigger has left nothing behind. */
  const comes = async (visit, form) => {
    await form.waitFor();
    await visit.event('shown');
    if (BY_SITE) {
      await until(() => fetched(visit).length === ALL.length);
      // Under the pointer the widget makes itself ready.
      await form.hover();
    }
    // What is spoken on arrival goes again after a second.
    await until(async () => (await left(visit.page)).length === NEEDED.length);
    assert.deepEqual(fetched(visit).sort(), ALL);
    assert.deepEqual(await left(visit.page), NEEDED);
    assertSilent(visit);
  };

  const quiet = async (visit, what) => {
    assert.ok(fetched(visit).every((file) => BY_SITE && file !== 'survey'), what);
    assert.equal(await host(visit.page).count(), 0, what);
    assert.deepEqual(visit.events, [], what);
  };

  it('load: at once', () => onPage(world, { order: 'T-load', trigger: 'load' }, comes, { before: counted }));

  it('delay: after so many seconds', async () => {
    await onPage(world, { order: 'T-delay', trigger: 'delay:90' }, async (visit, form) => {
      await ready(visit);
      assert.deepEqual(await left(visit.page), ['timer']);
      await visit.page.clock.fastForward(60_000);
      await settle(visit.page);
      await quiet(visit, 'after a minute');
      await visit.page.clock.fastForward(31_000);
      await comes(visit, form);
    }, {
      before: async (visit) => {
        await visit.page.clock.install();
        await counted(visit);
      },
    });
  });

  it('scroll: when so much of what can be scrolled is scrolled', async () => {
    await onPage(world, { order: 'T-scroll', trigger: 'scroll:50' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      const far = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      await page.evaluate((to) => scrollTo(0, to), Math.floor(far * 0.48));
      await settle(page);
      await quiet(visit, 'at 48 %');
      assert.deepEqual(await left(page), ['window load', 'window scroll']);
      await page.evaluate((to) => scrollTo(0, to), Math.ceil(far * 0.51));
      await comes(visit, form);
    }, { file: 'tall.html', before: counted });
  });

  for (const delay of ['90s', '90000ms']) it(`delay: a unit is no reason to come at once, ${delay}`, async () => {
    await onPage(world, { order: 'T-unit', trigger: `delay:${delay}` }, async (visit, form) => {
      await ready(visit);
      await visit.page.clock.fastForward(60_000);
      await settle(visit.page);
      await quiet(visit, 'after a minute');
      await visit.page.clock.fastForward(31_000);
      await form.waitFor();
    }, { before: (visit) => visit.page.clock.install() });
  });

  for (const [trigger, part] of [['scroll:50%', 0.5], ['scroll', 0.5], ['scroll:100', 1], ['scroll:250', 1]]) {
    it(`${trigger}: as far as that goes, and not at once`, async () => {
      // With a zoom of the screen by a fraction no position is a whole number.
      await onPage(world, { order: `T-${trigger}`, trigger }, async (visit, form) => {
        const { page } = visit;
        await ready(visit);
        const far = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
        await page.evaluate((to) => scrollTo(0, to), Math.floor(far * (part - 0.1)));
        await settle(page);
        await quiet(visit, 'not yet');
        await page.evaluate((to) => scrollTo(0, to), Math.ceil(far * part));
        await form.waitFor();
      }, { file: 'tall.html', options: { deviceScaleFactor: 1.5 } });
    });
  }

  it('scroll: at once on a page that does not scroll', () =>
    onPage(world, { order: 'T-short', trigger: 'scroll:90' }, comes, { file: 'row.html', before: counted }));

  it('scroll: at once on a page that comes back scrolled', async () => {
    await onPage(world, { order: 'T-back', trigger: 'scroll:50', display: 'none' }, async (visit, form) => {
      await visit.page.evaluate(() => scrollTo(0, 99_999));
      await visit.page.evaluate((collector) => {
        const script = document.createElement('script');
        script.src = `${collector}/trente.js`;
        Object.assign(script.dataset, { site: 'olive', order: 'T-back', trigger: 'scroll:50' });
        document.body.append(script);
      }, world.collector.url);
      await form.waitFor();
    }, { file: 'tall.html' });
  });

  it('exit: when the pointer leaves through the top', async () => {
    await onPage(world, { order: 'T-exit', trigger: 'exit' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      assert.deepEqual(await left(page), ['window mouseout', 'window visibilitychange']);
      const leave = (x, y) => page.evaluate(([clientX, clientY]) => {
        document.elementFromPoint(200, 100).dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientX, clientY }));
      }, [x, y]);
      // From one element to the next, then out at the side and at the bottom.
      await page.mouse.move(200, 40);
      await page.mouse.move(200, 3);
      await page.mouse.move(400, 500);
      await leave(-2, 300);
      await leave(300, 905);
      await settle(page);
      await quiet(visit, 'not through the top');
      await leave(300, -1);
      await comes(visit, form);
    }, { before: counted });
  });

  it('exit: when the customer comes back to the page', async () => {
    await onPage(world, { order: 'T-return', trigger: 'exit' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      await hide(page, true);
      await settle(page);
      await quiet(visit, 'not while it is hidden');
      await hide(page, false);
      await comes(visit, form);
    }, { before: counted });
  });

  it('manual: when the page asks, and never by itself', async () => {
    await onPage(world, { order: 'T-manual', trigger: 'manual' }, async (visit, form) => {
      await ready(visit);
      await quiet(visit, 'nobody asked');
      assert.deepEqual(await left(visit.page), []);
      await visit.page.evaluate(() => window.trente.show());
      await comes(visit, form);
    }, { before: counted });
  });

  it('the page may ask before the trigger is met, which is then forgotten', async () => {
    await onPage(world, { order: 'T-early', trigger: 'delay:90' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      await page.evaluate(() => window.trente.show());
      await comes(visit, form);
      await button(form, WORDS.fr.close).click();
      await host(page).waitFor({ state: 'detached' });
      await page.clock.fastForward(100_000);
      await settle(page);
      assert.equal(visit.events.filter(({ name }) => name === 'shown').length, 1);
      assert.deepEqual(await left(page), []);
    }, {
      before: async (visit) => {
        await visit.page.clock.install();
        await counted(visit);
      },
    });
  });

  it('hide() before the trigger is met keeps it away and leaves nothing', async () => {
    for (const trigger of ['delay:90', 'scroll:50', 'exit']) {
      await onPage(world, { order: `T-hide-${trigger}`, trigger }, async (visit) => {
        const { page } = visit;
        await ready(visit);
        await page.evaluate(() => window.trente.hide());
        assert.deepEqual(await left(page), []);
        await page.evaluate(() => scrollTo(0, 99_999));
        await settle(page);
        await quiet(visit, trigger);
      }, { file: 'tall.html', before: counted });
    }
  });

  it('the survey’s own delay holds where the tag has no trigger', async () => {
    const before = async (visit) => {
      await visit.page.clock.install();
      await withDisplay({ delay_s: 90 })(visit);
      await counted(visit);
    };
    /** The survey is there, and so is its timer, and none that waits for a file. */
    const waits = async (page) => {
      assert.ok(await until(() => isTimed(page, 60_000)));
      assert.deepEqual(await left(page), ['timer']);
    };
    await onPage(world, { order: 'T-own' }, async (visit, form) => {
      const { page } = visit;
      await waits(page);
      await page.clock.fastForward(60_000);
      await settle(page);
      assert.equal(await host(page).count(), 0);
      await page.clock.fastForward(31_000);
      await form.waitFor();
      assert.ok((await visit.event('shown')).load_ms < 60_000, 'the delay is no loading time');
    }, { before });
    await onPage(world, { order: 'T-own-2', trigger: 'load' }, comes, { before });
    // And goes with the page that hides it.
    await onPage(world, { order: 'T-own-3' }, async (visit) => {
      const { page } = visit;
      await waits(page);
      await page.evaluate(() => window.trente.hide());
      // Where there is no idle callback, as in Safari, a timer of a moment stands in for it.
      assert.ok(await until(async () => (await left(page)).length === 0));
    }, { before });
  });
});
