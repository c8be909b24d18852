// What a run of the specs reports to `cargo xtask test`: flaky specs, which passed only at their second run, and why each
// test failed. A flaky spec is a defect, of the spec or of the product.
import fs from 'node:fs/promises';
import path from 'node:path';
import { FAILED, FLAKY } from './paths.mjs';

/** Characters of an error that the list of failures keeps: what was waited for, two lists of numbers, what the page was like. */
const ERROR_MAX = 1500;

/**
 * Writes the flaky specs of one run into the list, `run name` on a line for each file, in place of those of the run of
 * this name before.
 *
 * @param {string} run the browser, and `-site` with the loader of a site: runs of one name replace each other
 * @param {string[]} names of spec files
 * @returns {Promise<string>} the line to end the run with; empty without a flaky spec
 */
export async function report(run, names) {
  await replace(FLAKY, run, names);
  if (names.length === 0) return '';
  return `FLAKY in ${run}: ${names.join(', ')} passed only at the second run. Each is a defect: find the race (target/flaky.txt).`;
}

/**
 * Writes why tests failed, at either try, into a list of its own, `run test: error` on a line for each.
 *
 * @param {string} run as for `report`
 * @param {{ name: string, error: Error }[]} failures
 */
export const reportFailures = (run, failures) => replace(FAILED, run, failures.map(({ name, error }) => {
  const { message } = error.cause ?? error;
  return `${name}: ${String(message ?? error).replace(/\s+/g, ' ').slice(0, ERROR_MAX)}`;
}));

async function replace(file, run, entries) {
  const before = await fs.readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const others = before.split('\n').filter((line) => line && !line.startsWith(`${run} `));
  const lines = [...others, ...entries.map((entry) => `${run} ${entry}`)];
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, lines.map((line) => `${line}\n`).join(''));
}
