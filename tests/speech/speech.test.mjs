// The survey heard with Orca, a real screen reader, in Firefox: `cargo xtask test --only speech`, nightly and before a
// release. It writes what was heard into target/speech, compares it with golden/ where Orca is the version that these
// are of, and holds what outlives Orca's versions and words (walks.mjs). UPDATE_SNAPSHOTS=1 accepts what was heard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startCollector } from '../e2e/support/collector.mjs';
import { orderOfFamily } from '../e2e/support/frames.mjs';
import { ROOT } from '../e2e/support/paths.mjs';
import { freePort } from '../e2e/support/port.mjs';
import { startShop } from '../e2e/support/shop.mjs';
import { address } from '../e2e/support/watching.mjs';
import { startSession } from './session.mjs';
import { claims, holds, TEXTS, WALKS } from './walks.mjs';

const GOLDEN = path.join(ROOT, 'tests/speech/golden');
const HEARD = path.join(ROOT, 'target/speech');
/** The family of the third question that walks.mjs names. */
const FAMILY = 5;
const REPEATS_MAX = 14;
/** `fr-card,en-modal`: those alone. */
const ONLY = process.env.TRENTE_SPEECH_ONLY?.split(',');

const orcaVersion = () => execFileSync('orca', ['--version'], { encoding: 'utf8' }).trim();

describe('the survey, heard', () => {
  let collector;
  let shop;
  before(async () => {
    const port = await freePort();
    collector = await startCollector({ origins: [`http://127.0.0.1:${port}`] });
    shop = await startShop({ port, collector: collector.url });
    await fs.mkdir(HEARD, { recursive: true });
  });
  after(async () => {
    await shop?.stop();
    await collector?.stop();
  });

  for (const lang of ['fr', 'en']) {
    for (const [display, walk] of Object.entries(WALKS)) {
      const name = `${lang}-${display}`;
      it(`${display}, ${lang}`, { skip: ONLY && !ONLY.includes(name) }, async (t) => {
        const words = TEXTS[lang];
        const order = orderOfFamily(collector.survey, FAMILY, `S-${name}`);
        const url = walk.hosted ? `${collector.url}/s/olive?${new URLSearchParams({ o: order, l: lang })}`
          : address(shop, `heard-${lang}.html`, { order, lang, ...walk.attributes });
        const session = await startSession(lang);
        const steps = [];
        let opening;
        try {
          await session.open(url);
          opening = session.heard.all();
          for (const [key, why, ...tags] of walk.steps(words)) steps.push({ key, why, tags, heard: await press(session, key) });
        } finally {
          await session.stop();
          await fs.writeFile(path.join(HEARD, `${name}.txt`), transcript(opening ?? [], steps));
        }
        assert.deepEqual(claims(steps, opening, words, walk), [], `target/speech/${name}.txt is what was heard`);
        await compare(t, name, steps);
      });
    }
  }
});

/** Presses a key, or `KEY until TEXT` until that is heard. */
async function press(session, key) {
  const [single, wanted] = key.split(' until ');
  if (!wanted) return session.press(key);
  const all = [];
  for (let repeats = 0; repeats < REPEATS_MAX; repeats += 1) {
    const heard = await session.press(single);
    all.push(...heard);
    if (heard.some((each) => holds(each, wanted))) return all;
  }
  throw new Error(`${key}: it never came, but ${JSON.stringify(all)}`);
}

/** For people: one line a step. */
function transcript(opening, steps) {
  const line = (what, heard) => `${what}\n    ${heard.map((text) => `“${text}”`).join('  ') || '—'}\n`;
  return [line('the page opens', opening), ...steps.map(({ key, why, heard }) => line(`${key.slice(0, 40)}   # ${why}`, heard))].join('');
}

/** What may come in another order within a step, or be cut at another place, says nothing about the survey. */
const UNSTEADY = /^(Mode focus|Focus mode|Mode navigation|Browse mode)|Mozilla Firefox/;

/** The steps as sets: within one, what is focused and what is announced change places from run to run. */
const sets = (steps) => steps.map(({ key, why, tags, heard }) => [`${key.slice(0, 40)}   # ${why}`,
  ...(tags.includes('noisy') ? [] : [...new Set(heard)].filter((text) => !UNSTEADY.test(text)).sort().map((text) => `    ${text}`))].join('\n')).join('\n') + '\n';

async function compare(t, name, steps) {
  const file = path.join(GOLDEN, `${name}.txt`);
  const version = orcaVersion();
  const found = `Orca ${version}\n${sets(steps)}`;
  if (process.env.UPDATE_SNAPSHOTS === '1') {
    await fs.mkdir(GOLDEN, { recursive: true });
    await fs.writeFile(file, found);
  }
  const golden = await fs.readFile(file, 'utf8');
  if (golden.split('\n')[0] !== `Orca ${version}`) return t.diagnostic(`Orca is ${version}: the golden file is of another, what must hold was held`);
  assert.equal(found, golden, 'UPDATE_SNAPSHOTS=1 accepts what was heard');
}
