// Runs every spec, those named, or with --quick the few that cover most, in the browser that TRENTE_BROWSER names.
//
//   TRENTE_BROWSER=firefox node tests/e2e/run.mjs page branches
//   node tests/e2e/run.mjs --quick
//   TRENTE_BROWSER=webkit node tests/e2e/run.mjs --webkit
//   node tests/e2e/run.mjs --site
//   TRENTE_BROWSER=firefox node tests/e2e/run.mjs --by-day
//   TRENTE_BROWSER=firefox node tests/e2e/run.mjs --at-night
//
// `node --test` would do, but starts the files in the order of the alphabet, and the longest would run alone at the end.
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { BROWSER, NOT_HERE, WHOLE_CHROMIUM } from './support/browser.mjs';
import { report, reportFailures } from './support/flaky.mjs';
import { SPECS } from './support/paths.mjs';

/** The files that take longest, the longest first. */
const SLOW = [
  'tree', 'tags', 'matrix', 'hands', 'dialogs', 'acknowledgement', 'screens', 'hostile-styles', 'settings', 'delivery', 'branches', 'first', 'api',
  'page', 'hostile-globals', 'references', 'failures', 'hosted',
];
/** What a developer runs before each commit: every branch, delivery, the hosted page, the keyboard, the results. */
const QUICK = ['branches', 'delivery', 'hosted', 'keyboard', 'results'];
/**
 * What runs in WebKit: loading, the first screen, displays, branches, keyboard, modal, pause, triggers, delivery, refused
 * wasm, languages, the hosted page, the results.
 */
const IN_WEBKIT = [
  'browser', 'branches', 'delivery', 'displays', 'extras', 'first', 'hosted', 'keyboard', 'languages', 'refused', 'rest', 'results',
  'triggers',
];
/** What runs a second time with the loader of the site, which shows the first screen by itself; and what does by night. */
const BY_SITE = ['page', 'browser', 'leaks', 'displays', 'keyboard', 'hostile-policy'];
const BY_SITE_AT_NIGHT = ['hostile-globals', 'hostile-moments', 'hostile-styles'];
/**
 * What Firefox runs by night alone, because the whole would take CI too long: the pictures are Chromium's; zoom, spacing,
 * gaps and the room for each language are the doing of styles whose boxes the other files look at in Firefox too; the
 * accessibility tree is that of the same markup; and the settings are forms without a script. By night it runs everything,
 * with all cases: `few` in support/browser.mjs.
 */
const AT_NIGHT = ['hands', 'languages', 'references', 'screens', 'settings', 'tree'];
/** A spec waits for its browser much of the time, so there may be more of them than processors. */
const AT_ONCE = 3;
/** A file that has not ended by then has failed: a browser that never answers must not hold everything up. */
const FILE_MS = Number(process.env.TRENTE_FILE_MS ?? 15 * 60_000);
const END = '.test.mjs';

const names = (await fs.readdir(SPECS)).filter((file) => file.endsWith(END)).map((file) => file.slice(0, -END.length));
const GROUPS = {
  '--quick': QUICK,
  '--site': BY_SITE,
  '--site-at-night': BY_SITE_AT_NIGHT,
  '--by-day': names.filter((name) => !AT_NIGHT.includes(name)),
  '--at-night': BROWSER === 'webkit' ? IN_WEBKIT : names,
  '--webkit': IN_WEBKIT,
};
if (process.argv.some((name) => name.startsWith('--site'))) {
  process.env.TRENTE_LOADER = 'site';
  // The browser that people have; the other runs drive its engine alone.
  process.env.CHROMIUM ??= WHOLE_CHROMIUM;
}
if (process.argv.includes('--at-night')) process.env.TRENTE_ALL_CASES = '1';
const wanted = process.argv.slice(2).flatMap((name) => GROUPS[name] ?? [name]);
const unknown = wanted.filter((name) => !names.includes(name));
if (names.length === 0 || unknown.length > 0) {
  console.error(`no spec ${unknown.join(', ')}; there are ${names.sort().join(', ')}`);
  process.exit(1);
}

const rank = (name) => (SLOW.includes(name) ? SLOW.indexOf(name) : SLOW.length);
const chosen = (wanted.length > 0 ? wanted : names).toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
const files = chosen.map((name) => path.join(SPECS, name + END));

const nameOf = (file) => path.basename(file, END);
const notHere = new Map();
const failures = [];
/** How long each file took, in ms. */
const took = new Map();
const add = ({ file, nesting, details }) => nesting === 0 && took.set(file, (took.get(file) ?? 0) + details.duration_ms);
/** Runs these files and gives those that failed. */
async function attempt(files, concurrency) {
  const failed = new Set();
  const tests = run({ files, concurrency, timeout: FILE_MS });
  tests.on('test:pass', add);
  tests.on('test:fail', add);
  tests.on('test:fail', ({ file, name, details: { error } }) => {
    failed.add(files.find((each) => each === file || each === name) ?? 'all');
    // A suite fails because of a test in it, which is told by itself.
    if (error.failureType !== 'subtestsFailed') failures.push({ name: [file && nameOf(file), name].filter(Boolean).join(' › '), error });
  });
  tests.on('test:diagnostic', ({ message }) => {
    if (message.startsWith(NOT_HERE)) notHere.set(message, (notHere.get(message) ?? 0) + 1);
  });
  await pipeline(tests.compose(spec), process.stdout, { end: false });
  return failed.has('all') ? files : [...failed];
}

// A file that failed runs once more, alone. That tells a race from a mistake, and is no pardon: what fails twice has
// failed, and what passes only then is a defect that is listed in the last line and in target/flaky.txt.
const failed = await attempt(files, AT_ONCE);
const again = failed.length > 0 ? await attempt(failed, 1) : [];
const longest = [...took].toSorted(([, one], [, other]) => other - one).slice(0, SLOW.length);
console.log(`longest: ${longest.map(([file, ms]) => `${nameOf(file)} ${Math.round(ms / 1000)} s`).join(', ')}`);
console.log(`in ${BROWSER}: ${files.length} files`);
for (const [message, times] of notHere) console.log(`  ${message} (${times} files)`);
for (const file of again) console.log(`  ${nameOf(file)} failed twice`);
// What runs with the loader of a site is a run of its own: it must not take the flaky specs of the other from the list.
const name = process.env.TRENTE_LOADER === 'site' ? `${BROWSER}-site` : BROWSER;
await reportFailures(name, failures);
const flaky = await report(name, failed.filter((file) => !again.includes(file)).map(nameOf));
if (flaky) console.log(flaky);
process.exitCode = again.length > 0 ? 1 : 0;
