// Memory leaks: a survey that came and went leaves nothing behind, however often: single-page applications mount it on
// every visit.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BROWSER } from '../support/browser.mjs';
import { assertSilent, host, onPage, until } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const CYCLES = 200;

describe('surveys that come and go', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /**
   * Counts the listeners on the window and on what stands on the page that our files have added and not taken away. Those
   * of a node that is gone go with it; that they do, the browser's own count says.
   */
  const counted = ({ page }) => page.addInitScript(() => {
    const all = new Set();
    window.listening = () => [...all].filter(({ at }) => at.deref() === window || at.deref()?.isConnected).length;
    const ours = (target) => (target instanceof Node || target === window) && /\/(trente(\.[\w-]+)?|widget|lean)\.m?js/.test(new Error().stack);
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, heard, options) {
      if (ours(this ?? window)) {
        const one = { at: new WeakRef(this ?? window), type, heard: new WeakRef(heard) };
        all.add(one);
        if (options?.signal) add.call(options.signal, 'abort', () => all.delete(one), { once: true });
      }
      return add.call(this ?? window, type, heard, options);
    };
    EventTarget.prototype.removeEventListener = function (type, heard, ...more) {
      const target = this ?? window;
      for (const one of all) if (one.at.deref() === target && one.type === type && one.heard.deref() === heard) all.delete(one);
      return remove.call(target, type, heard, ...more);
    };
  });

  /** How many memories of a wasm the page still holds, and their bytes. Chromium's alone. */
  const memory = async (devtools) => {
    await devtools.send('HeapProfiler.collectGarbage');
    const objectGroup = 'memories';
    const { result } = await devtools.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype', objectGroup });
    const { objects } = await devtools.send('Runtime.queryObjects', { prototypeObjectId: result.objectId, objectGroup });
    const functionDeclaration = 'function () { return { count: this.length, bytes: this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) }; }';
    const found = await devtools.send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration, returnByValue: true });
    await devtools.send('Runtime.releaseObjectGroup', { objectGroup });
    return found.result.value;
  };

  /** Mounts and unmounts so many surveys, one after the other, by the script interface or by an element of the page's own. */
  const cycle = (page, from, count) => page.evaluate(async ([from, count]) => {
    const shown = () => new Promise((go) => document.addEventListener('trente:shown', go, { once: true }));
    const turn = () => new Promise((go) => setTimeout(go));
    for (let index = from; index < from + count; index += 1) {
      const ready = shown();
      const order = `L-${index % 7}`;
      const display = ['card', 'modal', 'banner', 'inline'][index % 4];
      if (display === 'inline') {
        const element = document.createElement('trente-survey');
        element.setAttribute('site', 'olive');
        element.setAttribute('order', order);
        element.setAttribute('storage', 'none');
        document.querySelector('#avis').append(element);
        await ready;
        element.remove();
      } else {
        window.trente.show({ order, display, storage: 'none' });
        await ready;
        // A component of the page's, in whose shadow root a dialog could be, comes and goes meanwhile.
        const component = document.createElement('shop-part');
        component.attachShadow({ mode: 'open' }).append(...['a', 'b', 'c'].map((text) => document.createTextNode(text)));
        document.body.append(component);
        await turn();
        component.remove();
        window.trente.hide();
      }
      await turn();
      await turn();
    }
  }, [from, count]);

  it(`${CYCLES} of them leave as many listeners and nodes as ten`, async () => {
    await onPage(world, { order: 'L-first', display: 'none' }, async (visit) => {
      const { page } = visit;
      const devtools = BROWSER === 'chromium' && await visit.context.newCDPSession(page);
      await devtools?.send?.('Performance.enable');
      const count = async () => {
        const found = { listening: await page.evaluate(() => window.listening()) };
        if (!devtools) return found;
        await devtools.send('HeapProfiler.collectGarbage');
        const { metrics } = await devtools.send('Performance.getMetrics');
        for (const { name, value } of metrics) if (/^(Nodes|JSEventListeners)$/.test(name)) found[name] = value;
        return found;
      };
      await page.waitForFunction(() => window.trente?.show);
      await cycle(page, 0, 12);
      const few = await count();
      await cycle(page, 12, CYCLES);
      // The last one may stand in what the page has yet to run, such as a frame that is due: it goes with that.
      let many;
      await until(async () => {
        many = await count();
        return !devtools || Math.abs(many.Nodes - few.Nodes) < 20;
      }, 5_000);
      assert.deepEqual(many.listening, few.listening);
      if (devtools) {
        // A few nodes more or less are the collector's of garbage; one a cycle would be two hundred.
        assert.ok(Math.abs(many.Nodes - few.Nodes) < 20, `${few.Nodes} nodes became ${many.Nodes}`);
        assert.ok(Math.abs(many.JSEventListeners - few.JSEventListeners) < 5, `${few.JSEventListeners} listeners became ${many.JSEventListeners}`);
        assert.deepEqual(await memory(devtools), { count: 0, bytes: 0 }, 'the memory goes with the last survey');
      }
      assert.equal(await host(page).count(), 0);
      if (devtools) {
        await page.evaluate(() => window.trente.show({ order: 'L-last', storage: 'none' }));
        // The first screen of a site's own loader needs no wasm before it is touched.
        await host(page).locator('form').hover();
        let found;
        await until(async () => (found = await memory(devtools)).count > 0);
        assert.equal(found.count, 1);
        assert.ok(found.bytes <= 1.2e6, `${found.bytes} bytes while a survey is shown`);
      }
      assertSilent(visit);
    }, { before: counted });
  });
});
