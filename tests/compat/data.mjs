// What browsers know since when: MDN's compatibility data, the data set behind MDN's own tables.
import { createRequire } from 'node:module';

const data = createRequire(import.meta.url)('@mdn/browser-compat-data');

/** The browsers of the table in docs/embed.md, and the names of their builds in the data. */
export const BROWSERS = {
  Safari: ['safari', 'safari_ios'],
  Chrome: ['chrome', 'chrome_android', 'edge'],
  Firefox: ['firefox', 'firefox_android'],
  'Samsung Internet': ['samsunginternet_android'],
  'Android WebView': ['webview_android'],
};

/** A version that no browser has reached. */
export const NEVER = 'none';

/** The entry under these names, or none. */
export function entry(...path) {
  let found = data;
  for (const name of path) {
    if (!found || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** Compares two versions; `NEVER` is the greatest. */
export function compare(one, other) {
  if (one === other) return 0;
  if (one === NEVER) return 1;
  if (other === NEVER) return -1;
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  return left[0] - right[0] || (left[1] ?? 0) - (right[1] ?? 0);
}

export const oldest = (versions) => versions.toSorted(compare)[0];
export const newest = (versions) => versions.toSorted(compare).at(-1);

/** The version since which one build has what `compat` describes; with a prefix only where `prefixed` says so. */
function since(compat, build, prefixed) {
  // No statement at all is no support: the data has a build's `false` too.
  const statements = [compat.support[build] ?? []].flat();
  const kept = statements.filter(({ flags, prefix, alternative_name: other }) => !flags && !other && (!prefix || prefixed));
  // What was removed with the version that brought the whole was a part of it before.
  const usable = kept.filter(({ version_removed: gone }) => !gone || kept.some(({ version_added: added }) => added === gone));
  const versions = usable.map(({ version_added: added }) =>
    typeof added === 'string' && added !== 'preview' ? added.replace('≤', '') : NEVER);
  return oldest([...versions, NEVER]);
}

/** The version of each browser that has it in all its builds: `{ Safari: '16.4', … }`. */
export function versions(compat, prefixed = false) {
  return Object.fromEntries(Object.entries(BROWSERS).map(([name, builds]) =>
    [name, newest(builds.map((build) => since(compat, build, prefixed)))]));
}

/** The day on which the last of the browsers had these versions, `9999` if one has not. */
export function day(found) {
  const days = Object.entries(found).flatMap(([name, version]) => BROWSERS[name].map((build) => {
    const { releases } = data.browsers[build];
    // A version of one build may be none of its sister's: the next one of hers counts.
    const next = Object.keys(releases).filter((each) => version !== NEVER && compare(each, version) >= 0).toSorted(compare)[0];
    return releases[next]?.release_date ?? '9999';
  }));
  return days.toSorted().at(-1);
}

/** Every interface, and every built-in object, by name. */
export const interfaces = () => Object.entries(data.api).filter(([name]) => name !== '__compat');
export const builtins = () => Object.entries(data.javascript.builtins);
