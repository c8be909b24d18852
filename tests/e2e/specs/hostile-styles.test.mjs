// Pages whose styles would bend, hide, cover or move the survey: it looks and works as on a plain page.
import { after, before, describe, it } from 'node:test';
import { assertWorks, FLOATING, insideTheWindow } from '../support/hostile.mjs';
import { startWorld } from '../support/world.mjs';

/** @type {import('../support/hostile.mjs').Case[]} */
const PAGES = [
  { page: 'plain' },
  { page: 'unset' },
  { page: 'bootstrap' },
  { page: 'tailwind' },
  { page: 'foundation' },
  { page: 'bulma' },
  { page: 'materialize' },
  { page: 'quirks' },
  { page: 'inherited' },
  // In the page's flow the box of the host is the merchant's to style.
  { page: 'boxes', displays: FLOATING },
  { page: 'elements' },
  { page: 'transformed' },
  { page: 'layers' },
  { page: 'dialog' },
  { page: 'grid' },
  { page: 'scroller' },
  { page: 'dark', attributes: { theme: 'light' } },
  { page: 'small' },
  // Here it is larger on purpose, and all of it is within reach.
  { page: 'zoomed', restyled: true, during: insideTheWindow },
  { page: 'enlarged', restyled: true, during: insideTheWindow },
];

describe('a page whose styles are hostile', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  // Each display is the one that comes by itself on some pages, and the one that is answered on others.
  PAGES.forEach((row, turn) => it(row.page, (t) => assertWorks(t, world, row, turn)));
});
