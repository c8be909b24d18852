// Test environment: a collector, a shop that it trusts, and a browser.
import { launch } from './browser.mjs';
import { startCollector } from './collector.mjs';
import { freePort } from './port.mjs';
import { startShop } from './shop.mjs';

/** Starts all three; `stop` ends them in the other order. */
export async function startWorld(options = {}) {
  const started = [];
  const stop = async () => {
    while (started.length > 0) await started.pop()();
  };
  try {
    const port = await freePort();
    const collector = await startCollector({ origins: [`http://127.0.0.1:${port}`], ...options.collector });
    started.push(collector.stop);
    const shop = await startShop({ port, collector: collector.url, ...options.shop });
    started.push(shop.stop);
    const browser = await launch();
    started.push(() => browser.close());
    return { collector, shop, browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
