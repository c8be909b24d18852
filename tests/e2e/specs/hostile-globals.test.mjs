// Pages whose scripts have changed the language, the document or the network under us: it works, or fails quietly.
import { after, before, describe, it } from 'node:test';
import { assertFailsQuietly, assertLinks, assertWorks } from '../support/hostile.mjs';
import { startWorld } from '../support/world.mjs';

/** @type {import('../support/hostile.mjs').Case[]} */
const WORKS = [
  { page: 'prototype' },
  { page: 'mootools' },
  { page: 'junk' },
  { page: 'zone' },
  { page: 'lockdown' },
  { page: 'frozen' },
  { page: 'require' },
  { page: 'promise' },
  { page: 'fetch-watched' },
  { page: 'fetch-thenable' },
  { page: 'fetch-copied' },
  { page: 'fetch-thrown' },
  { page: 'fetch-nothing' },
  { page: 'json' },
  { page: 'array' },
  { page: 'define' },
  { page: 'shadow-watched' },
  { page: 'elements-watched' },
  { page: 'events' },
  { page: 'text' },
  { page: 'named' },
];

const FAILS = [
  ['window', 'survey'],
  ['shadow-pretended', 'survey'],
  ['shadow-refused', 'survey'],
  ['fetch-gone', 'files'],
  ['clockless', 'files'],
];

/** Where the loader of the site has shown the first screen before it fails: that becomes the card with the link. */
const LINKS = process.env.TRENTE_LOADER === 'site' ? ['window', 'fetch-gone'] : [];

describe('a page whose globals are not the browser’s', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  for (const row of WORKS) it(row.page, (t) => assertWorks(t, world, { displays: ['card'], ...row }));

  for (const [page, code] of FAILS.filter(([page]) => !LINKS.includes(page))) {
    it(`${page}: fails`, (t) => assertFailsQuietly(t, world, { page }, code));
  }
  for (const page of LINKS) it(`${page}: the link`, () => assertLinks(world, { page }));
});
