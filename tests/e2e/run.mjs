// Runs every spec, or those named, in the browser that TRENTE_BROWSER names.
//
//   TRENTE_BROWSER=firefox node tests/e2e/run.mjs page branches
//
// `node --test` would do, but starts the files in the order of the alphabet, and the longest would run alone at the end.
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { BROWSER, NOT_HERE } from './support/browser.mjs';
import { SPECS } from './support/paths.mjs';

/** The files that take longest, the longest first. */
const SLOW = ['matrix', 'hostile-styles', 'hostile-globals', 'tree', 'references', 'screens', 'page', 'delivery', 'branches', 'failures', 'hosted'];
/** A spec waits for its browser much of the time, so there may be more of them than processors. */
const AT_ONCE = 3;
const END = '.test.mjs';

const names = (await fs.readdir(SPECS)).filter((file) => file.endsWith(END)).map((file) => file.slice(0, -END.length));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (names.length === 0 || unknown.length > 0) {
  console.error(`no spec ${unknown.join(', ')}; there are ${names.sort().join(', ')}`);
  process.exit(1);
}

const rank = (name) => (SLOW.includes(name) ? SLOW.indexOf(name) : SLOW.length);
const chosen = (wanted.length > 0 ? wanted : names).toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
const files = chosen.map((name) => path.join(SPECS, name + END));

const notHere = new Map();
/** Runs these files and gives those that failed. */
async function attempt(files, concurrency) {
  const failed = new Set();
  const tests = run({ files, concurrency });
  tests.on('test:fail', ({ file, name }) => failed.add(files.find((each) => each === file || each === name) ?? 'all'));
  tests.on('test:diagnostic', ({ message }) => {
    if (message.startsWith(NOT_HERE)) notHere.set(message, (notHere.get(message) ?? 0) + 1);
  });
  await pipeline(tests.compose(spec), process.stdout, { end: false });
  return failed.has('all') ? files : [...failed];
}

// A browser that had to share two busy processors may have been too slow for a test. Such a file runs once more, alone;
// what fails twice has failed, and what passes only then is said.
const failed = await attempt(files, AT_ONCE);
const again = failed.length > 0 ? await attempt(failed, 1) : [];
console.log(`in ${BROWSER}: ${files.length} files`);
for (const file of failed) console.log(`  ${path.basename(file, END)} ${again.includes(file) ? 'failed twice' : 'passed at its second run, alone'}`);
for (const [message, times] of notHere) console.log(`  ${message} (${times} files)`);
process.exitCode = again.length > 0 ? 1 : 0;
