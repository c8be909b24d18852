// axe-core on a page, without a script tag: the policy of the page stays what it is.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await fs.readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** No violation of any rule in what `selector` selects, the whole page by default. */
export async function assertAccessible(page, selector, where = '') {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found = await page.evaluate(async (selector) => {
    const running = [...document.getAnimations(), ...[...document.querySelectorAll('*')]
      .flatMap((element) => element.shadowRoot?.getAnimations?.() ?? [])];
    await Promise.all(running.map((animation) => animation.finished));
    const { violations } = await window.axe.run(selector ? { include: [selector] } : document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
  }, selector);
  assert.deepEqual(found, [], where);
}
