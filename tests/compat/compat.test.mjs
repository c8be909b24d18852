// Which browsers the widget needs, by what its bundle uses and MDN's data of what browsers know.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { ROOT } from '../e2e/support/paths.mjs';
import { readCss } from './css.mjs';
import { bundle, BROWSERS, collector, deciders, decides, floor, idle, NEVER } from './features.mjs';
import { readJs } from './js.mjs';
import { features, oldest } from './table.mjs';
import { readWasm } from './wasm.mjs';

const PAGE = path.join(ROOT, 'docs/embed.md');
const TABLES = { oldest, features };

/** What the page says, and what it should. */
function renewed(text, name, table) {
  const [begin, end] = [`<!-- tests/compat: ${name} -->\n`, `\n<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  assert.ok(from >= 0 && to > from, `docs/embed.md has no place for the table \`${name}\``);
  return text.slice(0, from + begin.length) + table + text.slice(to);
}

describe('the browsers', () => {
  let found;
  let unknown;
  before(async () => {
    ({ found, unknown } = await bundle());
  });

  it('know everything that loader, glue, styles and wasm use', () => {
    assert.deepEqual([...unknown], [], 'the data has no such feature: is it misspelt?');
    const never = Object.keys(BROWSERS).flatMap((name) => floor(found)[name] === NEVER ? deciders(found, name, NEVER) : []);
    assert.deepEqual(never, [], 'a browser of the table has this in no version: say in known.mjs what its customers see, or do without');
  });

  it('and the page for merchants agree', async () => {
    const text = await fs.readFile(PAGE, 'utf8');
    const wanted = Object.entries(TABLES).reduce((page, [name, make]) => renewed(page, name, make(found)), text);
    if (process.env.UPDATE_SNAPSHOTS === '1') await fs.writeFile(PAGE, wanted);
    else assert.equal(text, wanted, 'UPDATE_SNAPSHOTS=1 node --test tests/compat renews docs/embed.md; is a browser lost?');
  });

  it('that lack a feature are spoken of only where one does', () => {
    assert.deepEqual(idle(found), [], 'known.mjs explains what needs no explaining');
  });

  it('are counted from enough', () => {
    const places = ['loader', 'glue', 'styles', 'wasm'];
    const counts = places.map((place) => [...found.values()].filter(({ where }) => where.has(place)).length);
    const least = [100, 200, 100, 4];
    counts.forEach((count, index) => assert.ok(count >= least[index], `${places[index]}: ${count} features`));
  });

  /** What a younger feature in one of the parts does to the floor: each raises it, or is not known at all. */
  const younger = {
    'a property': (note) => readCss('.card { anchor-name: --a }', note),
    'a keyword': (note) => readCss('.card { inline-size: stretch }', note),
    'a function': (note) => readCss('.card { color: contrast-color(red) }', note),
    'a selector': (note) => readCss('.card:state(open) { color: red }', note),
    'a rule': (note) => readCss('@starting-style { .card { opacity: 0 } }', note),
    nesting: (note) => readCss('.card { & .face { color: red } }', note),
    'a method': (note) => readJs('place.moveBefore(a, b)', note),
    'a static method': (note) => readJs('Promise.withResolvers()', note),
    'a method of an array': (note) => readJs('all.toSorted()', note),
    'a constructor': (note) => readJs('new CloseWatcher()', note),
    'a selector in a script': (note) => readJs('place.matches(":open")', note),
    'an option': (note) => readJs('place.focus({ focusVisible: false })', note),
    'an event': (note) => readJs('page.addEventListener("scrollend", act)', note),
    'a tail call': (note) => readWasm(TAIL, note),
  };
  for (const [name, read] of Object.entries(younger)) {
    it(`would be older than ${name} of today`, () => {
      const more = collector();
      read(more.noteIn('glue'));
      const both = new Map([...found, ...more.found]);
      const [less, now] = [floor(found), floor(both)];
      const raised = Object.keys(BROWSERS).filter((each) => now[each] !== less[each]);
      assert.ok(raised.length > 0 || more.unknown.size > 0, [...more.found.keys()].filter(decides).join(', '));
    });
  }

  it('would not run a younger syntax', () => {
    for (const script of ['class A { #b = 1 }', '/a/d', 'await a']) assert.throws(() => readJs(script, () => {}), SyntaxError, script);
  });
});

/** `(module (func $f (return_call $f)))`. */
const TAIL = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 18, 0, 11);
