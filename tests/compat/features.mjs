// What the bundle that merchants' pages load uses: dist/, as `cargo xtask dist` made it, not its sources.
import fs from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../e2e/support/paths.mjs';
import { readCss } from './css.mjs';
import { BROWSERS, compare, day, NEVER, newest, versions } from './data.mjs';
import { readJs } from './js.mjs';
import { OURS, WITHOUT } from './known.mjs';
import { readWasm } from './wasm.mjs';

const DIST = path.join(ROOT, 'dist');
/** A rule that is in our styles, and so tells them from all other strings of the glue. */
const STYLES = '@container';
/** Where it is only the loader that must run: it draws the card with the link alone. */
export const LOADER = 'loader';

/** Every feature by its name: `{ where: Set, versions, day }`; and the names that the data does not know. */
export function collector() {
  const found = new Map();
  const unknown = new Set();
  const noteIn = (where) => (name, compat, prefixed) => {
    if (!compat) return unknown.add(`${where}: ${name}`);
    const feature = found.get(name) ?? { where: new Set(), versions: versions(compat, prefixed) };
    feature.day = day(feature.versions);
    feature.where.add(where);
    return found.set(name, feature);
  };
  return { found, unknown, noteIn };
}

/** Reads the bundle. */
export async function bundle() {
  const { found, unknown, noteIn } = collector();
  const [hash, ...more] = await fs.readdir(path.join(DIST, 't'));
  if (!hash || more.length > 0) throw new Error('dist/ holds not exactly one widget');
  const text = (...names) => fs.readFile(path.join(DIST, ...names), 'utf8');
  readJs(await text('trente.js'), noteIn(LOADER));
  readJs(await text('trente.mjs'), noteIn(LOADER), true);
  // The loader of a site goes on as the other one does in a browser that adopts no style sheets.
  readJs(await text('site.js'), noteIn('glue'));
  const styles = readJs(await text('t', hash, 'widget.js'), noteIn('glue')).filter((each) => each.includes(STYLES));
  if (styles.length !== 1) throw new Error(`${styles.length} strings of the glue are style sheets`);
  readCss(styles[0], noteIn('styles'));
  readWasm(await fs.readFile(path.join(DIST, 't', hash, 'widget.wasm')), noteIn('wasm'));
  return { found, unknown };
}

/** Whether a feature decides which browsers draw the survey. */
export const decides = (name) => !Object.hasOwn(OURS, name) && !Object.hasOwn(WITHOUT, name);

/** The oldest version of each browser that has all deciding features which are used in `place`, or anywhere. */
export function floor(found, place) {
  const chosen = [...found].filter(([name, { where }]) => decides(name) && (!place || where.has(place)));
  return Object.fromEntries(Object.keys(BROWSERS).map((browser) =>
    [browser, newest(['1', ...chosen.map(([, feature]) => feature.versions[browser])])]));
}

/** The deciding features that make a browser's floor what it is. */
export function deciders(found, browser, version) {
  return [...found].filter(([name, feature]) => decides(name) && compare(feature.versions[browser], version) === 0).map(([name]) => name);
}

/** Names in OURS and WITHOUT that explain nothing: not used, or known to every browser that runs the part it is used in. */
export function idle(found) {
  const [all, loader] = [floor(found), floor(found, LOADER)];
  return Object.keys({ ...OURS, ...WITHOUT }).filter((name) => {
    const feature = found.get(name);
    const least = feature?.where.has(LOADER) ? loader : all;
    return !feature || Object.keys(BROWSERS).every((browser) => compare(feature.versions[browser], least[browser]) <= 0);
  });
}

export { BROWSERS, NEVER, OURS, WITHOUT };
