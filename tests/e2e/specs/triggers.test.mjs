// When the survey comes, and that nothing is fetched and nothing is listened to for longer than that takes. embed.md.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { arrived, fetched, withDisplay } from '../support/sheets.mjs';
import { button, WORDS } from '../support/survey.mjs';
import { assertSilent, host, onPage, settle, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const ALL = ['glue', 'survey', 'wasm'];
/** What Playwright itself listens to in a page. */
const PLAYWRIGHTS = /^window (__playwright\w+|(aux|dbl)?click|contextmenu|mouse(down|move|up)|pointer\w+|touch\w+)$/;

describe('triggers', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Counts the listeners on window, document and the root element, and the timers. */
  const count = ({ page }) => page.addInitScript(() => {
    window.heard = new Map();
    window.timers = new Set();
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    const note = (target, type, by, signal) => {
      const name = target === window ? 'window' : target === document ? 'document' : target === document.documentElement ? 'root' : '';
      if (!name || type.startsWith('trente:')) return;
      const key = `${name} ${type}`;
      window.heard.set(key, (window.heard.get(key) ?? 0) + by);
      signal?.addEventListener('abort', () => note(target, type, -by));
    };
    EventTarget.prototype.addEventListener = function (type, heard, options) {
      note(this ?? window, type, 1, options?.signal);
      return add.call(this ?? window, type, heard, options);
    };
    EventTarget.prototype.removeEventListener = function (type, ...rest) {
      note(this ?? window, type, -1);
      return remove.call(this ?? window, type, ...rest);
    };
    const { setTimeout: later, clearTimeout: never } = window;
    window.setTimeout = (run, ...rest) => {
      const timer = later((...values) => {
        window.timers.delete(timer);
        run(...values);
      }, ...rest);
      window.timers.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => {
      window.timers.delete(timer);
      never(timer);
    };
  });
  const left = async (page) => {
    const all = await page.evaluate(() => [
      ...[...window.heard].filter(([, number]) => number !== 0).map(([name]) => name),
      ...[...window.timers].map(() => 'timer'),
    ]);
    return all.filter((name) => !PLAYWRIGHTS.test(name)).sort();
  };

  /** The loader has run, and what it did at once is done. */
  const ready = async ({ page }) => {
    await page.waitForFunction(() => window.trente?.show);
    await settle(page);
  };

  /** The survey is there, whole, and the trigger has left nothing behind. */
  const comes = async (visit, form) => {
    await form.waitFor();
    await visit.event('shown');
    assert.deepEqual(fetched(visit).sort(), ALL);
    assert.deepEqual(await left(visit.page), ['document visibilitychange'], 'the widget’s own clock');
    assertSilent(visit);
  };

  const quiet = async (visit, what) => {
    assert.deepEqual(fetched(visit), [], what);
    assert.equal(await host(visit.page).count(), 0, what);
    assert.deepEqual(visit.events, [], what);
  };

  it('load: at once', () => onPage(world, { order: 'T-load', trigger: 'load' }, comes, { before: count }));

  it('delay: after so many seconds', async () => {
    await onPage(world, { order: 'T-delay', trigger: 'delay:7' }, async (visit, form) => {
      await ready(visit);
      assert.deepEqual(await left(visit.page), ['timer']);
      await visit.page.clock.fastForward(6_500);
      await settle(visit.page);
      await quiet(visit, 'after 6.5 s');
      await visit.page.clock.fastForward(1_000);
      await comes(visit, form);
    }, {
      before: async (visit) => {
        await visit.page.clock.install();
        await count(visit);
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
    }, { file: 'tall.html', before: count });
  });

  it('scroll: at once on a page that does not scroll', () =>
    onPage(world, { order: 'T-short', trigger: 'scroll:90' }, comes, { file: 'row.html', before: count }));

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
    }, { before: count });
  });

  it('exit: when the customer comes back to the page', async () => {
    await onPage(world, { order: 'T-return', trigger: 'exit' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      const turn = (hidden) => page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, hidden);
      await turn(true);
      await settle(page);
      await quiet(visit, 'not while it is hidden');
      await turn(false);
      await comes(visit, form);
    }, { before: count });
  });

  it('manual: when the page asks, and never by itself', async () => {
    await onPage(world, { order: 'T-manual', trigger: 'manual' }, async (visit, form) => {
      await ready(visit);
      await quiet(visit, 'nobody asked');
      assert.deepEqual(await left(visit.page), []);
      await visit.page.evaluate(() => window.trente.show());
      await comes(visit, form);
    }, { before: count });
  });

  it('the page may ask before the trigger is met, which is then forgotten', async () => {
    await onPage(world, { order: 'T-early', trigger: 'delay:5' }, async (visit, form) => {
      const { page } = visit;
      await ready(visit);
      await page.evaluate(() => window.trente.show());
      await comes(visit, form);
      await button(form, WORDS.fr.close).click();
      await host(page).waitFor({ state: 'detached' });
      await page.clock.fastForward(10_000);
      await settle(page);
      assert.equal(visit.events.filter(({ name }) => name === 'shown').length, 1);
      assert.deepEqual(await left(page), []);
    }, {
      before: async (visit) => {
        await visit.page.clock.install();
        await count(visit);
      },
    });
  });

  it('hide() before the trigger is met keeps it away and leaves nothing', async () => {
    for (const trigger of ['delay:5', 'scroll:50', 'exit']) {
      await onPage(world, { order: `T-hide-${trigger}`, trigger }, async (visit) => {
        const { page } = visit;
        await ready(visit);
        await page.evaluate(() => window.trente.hide());
        assert.deepEqual(await left(page), []);
        await page.evaluate(() => scrollTo(0, 99_999));
        await settle(page);
        await quiet(visit, trigger);
      }, { file: 'tall.html', before: count });
    }
  });

  it('the survey’s own delay holds where the tag has no trigger', async () => {
    const before = async (visit) => {
      await visit.page.clock.install();
      await withDisplay({ delay_s: 20 })(visit);
      await count(visit);
    };
    await onPage(world, { order: 'T-own' }, async (visit, form) => {
      const { page } = visit;
      await arrived(visit);
      await page.clock.fastForward(15_000);
      await settle(page);
      assert.equal(await host(page).count(), 0);
      await page.clock.fastForward(6_000);
      await form.waitFor();
      assert.ok((await visit.event('shown')).load_ms < 15_000, 'the delay is no loading time');
    }, { before });
    await onPage(world, { order: 'T-own-2', trigger: 'load' }, comes, { before });
    // And goes with the page that hides it.
    await onPage(world, { order: 'T-own-3' }, async (visit) => {
      const { page } = visit;
      await arrived(visit);
      assert.ok(await until(async () => (await left(page)).join() === 'timer'));
      await page.evaluate(() => window.trente.hide());
      await settle(page);
      assert.deepEqual(await left(page), []);
    }, { before });
  });
});
