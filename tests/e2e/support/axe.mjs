// axe-core on a page, without a script tag: the policy of the page stays what it is.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await fs.readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that axe leaves out unless asked: those of WCAG 2.2. */
const MORE = { 'target-size': { enabled: true } };

/**
 * No violation of any rule in what `selector` selects, the whole page by default.
 *
 * @returns {Promise<number>} how many rules were kept: those that had something to look at
 */
export async function assertAccessible(page, selector, where = '') {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found = await page.evaluate(async ([selector, rules]) => {
    const running = [...document.getAnimations(), ...[...document.querySelectorAll('*')]
      .flatMap((element) => element.shadowRoot?.getAnimations?.() ?? [])];
    await Promise.all(running.map((animation) => animation.finished));
    // There the colours are the customer's own: Firefox's marks white on a blue of 2.9 : 1 unless they chose otherwise.
    if (matchMedia('(forced-colors: active)').matches) rules['color-contrast'] = { enabled: false };
    const { violations, passes } = await window.axe.run(
      selector ? { include: [selector] } : document, { resultTypes: ['violations'], rules });
    const told = violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
    return { told, kept: passes.length };
  }, [selector, MORE]);
  assert.deepEqual(found.told, [], where);
  return found.kept;
}
