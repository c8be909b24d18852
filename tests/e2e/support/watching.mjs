// Helpers that specs of a page share.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BROWSER, open } from './browser.mjs';
import { cameBack } from './firefox.mjs';
import { encode } from './frames.mjs';
import { surveyForm } from './survey.mjs';

/** An address of a page of tests/e2e/pages with these attributes on its snippet. */
export function address(shop, file, attributes = {}) {
  const query = new URLSearchParams(Object.entries(attributes).map(([name, value]) => [`data-${name}`, value]));
  return `${shop.url}/${file}?${query}`;
}

/**
 * Opens a page of tests/e2e/pages in a fresh context, hands it on with the survey's form, and closes it.
 *
 * @param {{ file?: string, options?: object, waitUntil?: string, before?: (visit: object) => Promise<void> }} how
 *   `before` runs before the page is asked for; `waitUntil` is Playwright's, for a page that never finishes to load.
 */
export async function onPage(world, attributes, check, { file = 'plain.html', options, waitUntil, before } = {}) {
  const visit = await open(world.browser, options);
  try {
    await before?.(visit);
    await visit.page.goto(address(world.shop, file, attributes), { waitUntil });
    await check(visit, surveyForm(visit.page, attributes.lang ?? 'fr'));
  } catch (error) {
    const page = `\nThe page: ${await described(visit)}`;
    error.message += page;
    // The stack, which reporters print, was made with the message of before.
    error.stack += page;
    throw error;
  } finally {
    await visit.close();
  }
}

/** What a page is like when a check of it has failed: what decides whether a survey comes, and what came of it. */
async function described({ page, requests, events, messages, errors }) {
  const look = page.evaluate(() => [document.visibilityState, document.readyState, document.querySelectorAll('trente-survey').length]);
  const late = new Promise((resolve) => setTimeout(resolve, 2000, ['does not answer']));
  const asked = requests.map((request) => `${request.method()} ${new URL(request.url()).pathname} ${request.failure()?.errorText ?? ''}`.trim());
  const state = await Promise.race([look, late]).catch(({ message }) => [message]);
  return JSON.stringify({ state, asked, events: events.map(({ name }) => name), messages, errors });
}

/** The stored responses of this id, once one is there that has at least this revision. */
export async function stored(world, response, rev = 0) {
  let found = [];
  const there = await until(async () => {
    found = (await world.collector.responses()).filter((each) => each.response === response);
    return found.some((each) => each.rev >= rev);
  });
  assert.ok(there, `revision ${rev} of ${response} is not stored, but ${JSON.stringify(found)}`);
  return found;
}

/** Waits until all that was accepted so far is folded: frames are folded in the order in which they came. */
export async function folded(world) {
  const { survey, url } = world.collector;
  const response = randomBytes(8).toString('hex');
  const [body] = await encode([{ survey, response, satisfaction: 3, ease: 3, lens: 3, recommend: 8 }]);
  const answered = await fetch(`${url}/v1/responses`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  assert.equal(answered.status, 204);
  await stored(world, response);
}

/** What `read` gives as soon as it is true; what it gave last when it never is. */
export async function until(read, timeoutMs = 24_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await read();
    if (found || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Goes back to a page that the browser has kept; `window.kept`, which the page sets when it is shown, is then true. */
export async function goBack(page) {
  // Not Playwright's own, which waits for a page to load: none does.
  await page.evaluate(() => void setTimeout(() => history.back()));
  const kept = await until(() => page.evaluate(() => window.kept === true).catch(() => false));
  if (!kept) throw new Error('the browser had not kept the page');
  if (BROWSER === 'firefox') cameBack(page);
}

/** Lets everything run that the page has queued: two frames. */
export const settle = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))));

/** Puts a page into the background, or fetches it back from there, as far as it can tell. */
export const hide = (page, hidden) => page.evaluate((hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}, hidden);

/** The page's only element of ours. */
export const host = (page) => page.locator('trente-survey');

/** As if the reader had set their own font size to twice the usual 16 px: sizes follow that, not the page's root. */
export const twiceTheText = (page) => host(page).evaluate(({ shadowRoot }) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.place { font-size: 32px !important; }');
  shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
});

/** What the browser writes itself about requests, integrity and policy; no script can prevent that. */
const BROWSERS_OWN = new RegExp([
  'Failed to load resource', 'Refused to execute script', 'Failed to find a valid digest', 'blocked by CORS policy', 'integrity', 'Content Security Policy',
  // Firefox's words for the same.
  'Cross-Origin Request Blocked', 'Content-Security-Policy', 'blocked due to MIME type', 'disallowed MIME type',
].join('|'), 'i');

/** Nothing on the console but the browser's own reports, and no uncaught error. */
export function assertSilent(visit) {
  assert.deepEqual([...visit.messages.filter((message) => !BROWSERS_OWN.test(message)), ...visit.errors], []);
}
