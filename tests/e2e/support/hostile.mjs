// One set of assertions for every hostile page: docs/hostile-pages.md has the table.
import assert from 'node:assert/strict';
import { can, open } from './browser.mjs';
import { responseOf } from './frames.mjs';
import { assertSamePicture, picture } from './picture.mjs';
import { answer, answerCore, button, screen, STORED, surveyForm, WORDS } from './survey.mjs';
import { address, assertSilent, host, settle, stored, until } from './watching.mjs';

const FR = WORDS.fr;

/** The display modes that each page is tried with. */
export const DISPLAYS = ['card', 'banner', 'modal', 'inline'];
/** Those that lie over the page. */
export const FLOATING = DISPLAYS.filter((display) => display !== 'inline');

/** How far the page is scrolled before the survey comes, in px. */
const SCROLLED = 30;

/** The attributes of the snippet, or the options of `show()`, for a display. */
export const optionsFor = (display) => ({ display, target: display === 'inline' ? '#avis' : '' });

/**
 * A hostile page.
 *
 * @typedef {object} Case
 * @property {string} page name of the file in tests/e2e/pages/hostile
 * @property {string} [stem] its name where a page is tried twice
 * @property {object} [attributes] of the snippet, besides those of the display
 * @property {string[]} [displays] those that are tried; all, unless it says so
 * @property {import('playwright-core').BrowserContextOptions} [options]
 * @property {(visit: object, form: object) => Promise<void>} [during] runs while the survey is shown
 * @property {(page: object, form: object) => Promise<void>} [close] closes the survey; with its button, unless it says so
 * @property {boolean} [restyled] whether the page changes the survey's look on purpose
 * @property {boolean} [word] whether the survey is answered to its last screen, with a word
 * @property {boolean} [refuses] whether the page's policy is expected to refuse something
 */

/**
 * The survey works on this page in each display: it is shown where nothing moves, looks as on a plain page, can be
 * answered, and leaves nothing behind. In the last display it is answered to the stored response. The first comes by
 * itself, the others are asked for by the page.
 *
 * @param {import('node:test').TestContext} t
 * @param {Case} row
 * @param {number} turn which display is the first
 */
export async function assertWorks(t, world, row, turn = 0) {
  const displays = row.displays ?? DISPLAYS;
  const turned = displays.map((_, index) => displays[(index + turn) % displays.length]);
  await visitHostile(world, row, turned[0], async ({ visit, order, expected, release }) => {
    const { page } = visit;
    const form = surveyForm(page, 'fr');
    const before = await state(page);
    const since = await page.evaluate(() => window.seen.now());
    for (const display of turned) {
      if (display === turned[0]) {
        release();
      } else {
        await begin(page);
        await page.evaluate((options) => window.trente.show(options), optionsFor(display));
      }
      await assertShown(world, row, display, before, page, form);
      await row.during?.(visit, form);
      if (display === turned.at(-1)) await assertAnswered(world, row, order, page, form);
      else await tapOnce(form);
      if (can(t, 'taps in place')) assert.deepEqual((await state(page)).scrolled, before.scrolled, display);
      await scroll(page);
      await (row.close ?? closeWithButton)(page, form);
      await host(page).waitFor({ state: 'detached' });
      await settle(page);
      const end = await state(page);
      if (display === 'modal') assert.equal(end.focus, 'field', 'a modal gives the focus back');
      assert.deepEqual([end.scrolled, end.places], [before.scrolled, before.places], display);
      assert.equal(await markup(page), expected.html, display);
    }
    await assertUnharmed(t, visit, row, expected, since);
    const { events } = await seen(page);
    const count = (name) => events.filter((event) => event.name === name).length;
    const times = turned.length;
    assert.deepEqual(['shown', 'closed', 'completed', 'delivered', 'failed'].map(count), [times, times, 1, row.word ? 2 : 1, 0]);
  });
}

/** The first screen has come, and becomes the card with the link; the page is unharmed. */
export async function assertLinks(world, row) {
  await visitHostile(world, row, 'card', async ({ visit, expected, release }) => {
    const { page } = visit;
    release();
    await host(page).getByRole('link').waitFor();
    await settle(page);
    await host(page).locator('.close').click();
    await host(page).waitFor({ state: 'detached' });
    // The card itself changes its height; the page under it stays as it was.
    assert.equal(await markup(page), expected.html);
    assert.deepEqual(said(visit), expected.said);
    assert.deepEqual((await seen(page)).events.map(({ name }) => name), ['shown', 'closed']);
    assert.deepEqual(visit.posts(), []);
  });
}

/** The survey does not work on this page, and the page is unharmed: it hears of it by an event, and that is all. */
export async function assertFailsQuietly(t, world, row, code) {
  await visitHostile(world, row, 'card', async ({ visit, expected, release }) => {
    const { page } = visit;
    const before = await state(page);
    const since = await page.evaluate(() => window.seen.now());
    release();
    assert.deepEqual(await heard(page, 'failed'), { code });
    await settle(page);
    assert.equal(await host(page).count(), 0);
    assert.deepEqual(await state(page), before);
    await assertUnharmed(t, visit, row, expected, since);
    assert.deepEqual((await seen(page)).events.map(({ name }) => name), ['failed']);
    assert.deepEqual(visit.posts(), []);
  });
}

/**
 * How far an edge may lie outside the window, in px. Browsers lay out in fractions of a pixel (1/64 in Chromium, 1/60
 * in Firefox) and report them as 32-bit floats, so an edge at 900 is reported as 900.00003 with some fonts.
 */
const ROUNDING = 1 / 16;

/** All of the survey is in the window, so that all of it can be reached. */
export async function insideTheWindow({ page }, form) {
  const { width, height } = page.viewportSize();
  const box = await form.boundingBox();
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const inside = box.x >= -ROUNDING && box.y >= -ROUNDING && right <= width + ROUNDING && bottom <= height + ROUNDING;
  assert.ok(inside, JSON.stringify(box));
}

/** Opens a page, and holds the survey back until `release` is called: whatever happens then is its doing. */
async function visitHostile(world, row, display, check) {
  const expected = await untouched(world, row);
  const order = `H-${nameOf(row)}`;
  const visit = await openHostile(world, row.options);
  const { page } = visit;
  try {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    // The loader of the site shows its first screen by itself, and a page has not loaded before its scripts have.
    const bySite = process.env.TRENTE_LOADER === 'site';
    await page.route(bySite ? '**/trente.*.js' : '**/v1/surveys/**', async (route) => {
      await released;
      await route.continue();
    });
    const waitUntil = bySite ? 'domcontentloaded' : 'load';
    await page.goto(address(world.shop, `hostile/${row.page}.html`, { order, ...optionsFor(display), ...row.attributes }), { waitUntil });
    await begin(page);
    // The glue's own element has come and gone.
    assert.ok(await until(() => page.evaluate(() => document.querySelectorAll('script[src*="/t/"]').length === 0)));
    await settle(page);
    await check({ visit, order, expected, release });
  } finally {
    await visit.close();
  }
}

const nameOf = ({ page, stem = page }) => stem;

const openHostile = async (world, options) => {
  // Without movement every picture is the last one.
  const visit = await open(world.browser, { reducedMotion: 'reduce', ...options });
  await visit.page.addInitScript(watchPage);
  return visit;
};

/** Keeps what moves, what is refused and what the survey says; in the page, with what the browser brings. */
function watchPage() {
  const { performance } = window;
  const seen = { shifts: [], refused: [], events: [], now: () => performance.now(), take: () => {} };
  window.seen = seen;
  // Instead of the exposed function, whose own work fails where the page has its own JSON.
  window.__trenteEvent = (name, detail) => seen.events.push({ name, detail });
  document.addEventListener('securitypolicyviolation', (event) => seen.refused.push(event.blockedURI));
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return;
  // The survey's own parts may move: on a slow machine longer after a tap than the browser counts as its doing.
  const { ShadowRoot } = window;
  const isOurs = (node) => node.localName === 'trente-survey' || node.getRootNode() instanceof ShadowRoot;
  const keep = (entries) => {
    for (const { startTime, value, hadRecentInput, sources } of entries) {
      if (hadRecentInput) continue;
      const moved = [];
      for (const { node } of sources) if (node && !isOurs(node)) moved.push(node.outerHTML ?? node.nodeName);
      if (moved.length > 0) seen.shifts.push({ startTime, value, moved });
    }
  };
  const observer = new PerformanceObserver((list) => keep(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  seen.take = () => keep(observer.takeRecords());
}

const seen = (page) => page.evaluate(() => {
  window.seen.take();
  const { shifts, refused, events } = window.seen;
  return { shifts, refused, events };
});

/** The first event of this name, now or to come. */
async function heard(page, name) {
  const event = await until(async () => (await seen(page)).events.find((event) => event.name === name));
  assert.ok(event, `no event \`${name}\``);
  return event.detail;
}

/** The customer is in the middle of something: they write, and have scrolled. */
async function begin(page) {
  await page.evaluate(() => {
    const field = document.querySelector('#field');
    field.value = 'rue';
    field.focus({ preventScroll: true });
    field.setSelectionRange(1, 2);
  });
  await scroll(page);
}

const scroll = (page) => page.evaluate((top) => {
  for (const each of [window, document.querySelector('main')]) each.scrollTo({ left: 0, top, behavior: 'instant' });
}, SCROLLED);

/** What must not change by itself: focus, caret, where the page is scrolled to, where its elements are. */
const state = (page) => page.evaluate(() => {
  const field = document.querySelector('#field');
  const places = [...document.querySelectorAll('h1, #field, #avis, #below')].map((element) => {
    const { x, y, width } = element.getBoundingClientRect();
    return [element.id || element.localName, x, y, width];
  });
  const scrolled = [scrollX, scrollY, document.querySelector('main').scrollTop];
  return { focus: document.activeElement.id, caret: [field.selectionStart, field.selectionEnd], scrolled, places };
});

async function assertShown(world, row, display, before, page, form) {
  await form.waitFor();
  await settle(page);
  // A modal, and only a modal, takes the focus.
  const focus = display === 'modal' ? '' : before.focus;
  assert.deepEqual(await state(page), { ...before, focus }, display);
  if (row.restyled) return;
  const expected = (await references(world, row.options)).get(display);
  await assertSamePicture(await picture(form), expected, `hostile-${nameOf(row)}-${display}`);
}

async function tapOnce(form) {
  await answer(form, 'Bonne');
  await screen(form, 'On m’a facilité les choses.');
}

async function assertAnswered(world, row, order, page, form) {
  const acknowledged = await answerCore(page, 'fr');
  assert.equal(acknowledged.status(), 204);
  const responses = await stored(world, responseOf(world.collector.survey, order));
  assert.equal(responses.length, 1);
  const { satisfaction, ease, lens, recommend } = responses[0];
  assert.deepEqual({ satisfaction, ease, lens, recommend }, STORED);
  if (!row.word) return;
  await button(form, FR.skip).click();
  await form.getByRole('textbox').fill('Merci à Léa.');
  await button(form, FR.send).click();
  await form.getByText(FR.sent, { exact: true }).first().waitFor();
}

/** The button can be reached by a tap; what closes it leaves the page where the customer had scrolled it. */
async function closeWithButton(page, form) {
  await button(form, FR.close).click({ trial: true });
  await scroll(page);
  await button(form, FR.close).dispatchEvent('click');
}

/** Nothing of the page is other than it would be without the survey. */
async function assertUnharmed(t, visit, row, expected, since) {
  assert.equal(await markup(visit.page), expected.html);
  if (row.refuses) assertSilent(visit);
  else assert.deepEqual(said(visit), expected.said);
  const { shifts, refused } = await seen(visit.page);
  if (can(t, 'layout-shift')) assert.deepEqual(shifts.filter(({ startTime }) => startTime > since), [], 'nothing moves');
  if (!row.refuses) assert.deepEqual(refused, expected.refused, 'no policy refuses anything');
}

/** The page's markup without what differs from test to test: the attributes of the snippet. */
const markup = async (page) => (await page.evaluate(() => document.documentElement.outerHTML))
  .replace(/( data-(site|order|target|display|theme)="[^"]*")+/, ' …');

const said = ({ messages, errors }) => ({ messages: [...messages], errors: [...errors] });

/** What the collector says of its files too: without it a page that is isolated does not load them. */
const EVERYWHERE = { 'cross-origin-resource-policy': 'cross-origin' };

/** The page when the loader does nothing: its markup, and what it and its policy say. */
async function untouched(world, { page: file, options }) {
  const visit = await openHostile(world, options);
  try {
    await visit.page.route('**/trente*.js', (route) => route.fulfill({ contentType: 'text/javascript', headers: EVERYWHERE, body: '' }));
    await visit.page.goto(address(world.shop, `hostile/${file}.html`));
    await settle(visit.page);
    const { refused } = await seen(visit.page);
    return { html: await markup(visit.page), said: said(visit), refused };
  } finally {
    await visit.close();
  }
}

/** The survey on the plain page: a picture for each display, taken once for each kind of window. */
const taken = new Map();
function references(world, options) {
  const key = JSON.stringify(options);
  if (!taken.has(key)) taken.set(key, takeReferences(world, options));
  return taken.get(key);
}

async function takeReferences(world, options) {
  const visit = await openHostile(world, options);
  const { page } = visit;
  try {
    await page.goto(address(world.shop, 'hostile/plain.html', { order: 'H-reference', trigger: 'manual' }));
    await page.waitForFunction(() => window.trente?.show);
    const form = surveyForm(page, 'fr');
    const pictures = new Map();
    for (const display of DISPLAYS) {
      await begin(page);
      await page.evaluate((each) => window.trente.show(each), optionsFor(display));
      await form.waitFor();
      await settle(page);
      pictures.set(display, await picture(form));
      await page.evaluate(() => window.trente.hide());
      await host(page).waitFor({ state: 'detached' });
    }
    return pictures;
  } finally {
    await visit.close();
  }
}
