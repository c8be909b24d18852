// Flaky specs: those that passed only at their second run. Each is a defect, of the spec or of the product.
import fs from 'node:fs/promises';
import path from 'node:path';
import { FLAKY } from './paths.mjs';

/**
 * Writes the flaky specs of one browser into the list, `browser name` on a line for each file, in place of those of the
 * browser's run before.
 *
 * @param {string} browser
 * @param {string[]} names of spec files
 * @returns {Promise<string>} the line to end the run with; empty without a flaky spec
 */
export async function report(browser, names) {
  const before = await fs.readFile(FLAKY, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const others = before.split('\n').filter((line) => line && !line.startsWith(`${browser} `));
  const lines = [...others, ...names.map((name) => `${browser} ${name}`)];
  await fs.mkdir(path.dirname(FLAKY), { recursive: true });
  await fs.writeFile(FLAKY, lines.map((line) => `${line}\n`).join(''));
  if (names.length === 0) return '';
  return `FLAKY in ${browser}: ${names.join(', ')} passed only at the second run. Each is a defect: find the race (target/flaky.txt).`;
}
