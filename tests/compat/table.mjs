// The two tables of docs/embed.md, made of what the bundle uses.
import { BROWSERS, floor, LOADER, NEVER, OURS, WITHOUT } from './features.mjs';

/** Features that were in the last of the browsers by then need no row. */
const SINCE = '2022';
const NAMES = Object.keys(BROWSERS);

const row = (cells) => `| ${cells.join(' | ')} |`;
const shown = (version) => (version === NEVER ? '—' : version.replace(/\.0$/, ''));
const code = (name) => `\`${name.replaceAll('|', '\\|')}\``;

/** Which browsers draw the survey, and which only the card with the link. */
export function oldest(found) {
  const [all, loader] = [floor(found), floor(found, LOADER)];
  return [
    row(['browser', 'survey', 'card with the link', 'nothing']),
    '|---|---|---|---|',
    ...NAMES.map((name) => row([name, shown(all[name]), shown(loader[name]), 'before'])),
  ].join('\n');
}

/** The youngest features, those that the survey needs first. */
export function features(found) {
  const rows = new Map();
  for (const [name, { where, versions, day }] of found) {
    if (Object.hasOwn(OURS, name) || (day < SINCE && !name.startsWith('wasm '))) continue;
    const without = WITHOUT[name] ?? 'needed';
    const cells = [NAMES.map((each) => shown(versions[each])), without];
    const key = JSON.stringify([[...where], cells]);
    const known = rows.get(key) ?? { names: [], where, cells, day, needed: !WITHOUT[name] };
    known.names.push(name);
    rows.set(key, known);
  }
  const sorted = [...rows.values()].toSorted((one, other) =>
    other.needed - one.needed || other.day.localeCompare(one.day) || one.names[0].localeCompare(other.names[0]));
  return [
    row(['feature', 'used in', ...NAMES, 'without it']),
    `|---|---|${'---|'.repeat(NAMES.length)}---|`,
    ...sorted.map(({ names, where, cells: [versions, without] }) =>
      row([names.map(code).join(', '), [...where].join(', '), ...versions, without])),
  ].join('\n');
}
