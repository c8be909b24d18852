// The browser, and pages that remember what happened on them.
import { EventEmitter, once } from 'node:events';
import { chromium } from 'playwright-core';
import { equip, launchFirefox, reportIn } from './firefox.mjs';
import { equipWebkit, launchWebkit } from './webkit.mjs';

/** Which browser the specs run in: `chromium`, `firefox` or `webkit`. */
export const BROWSER = process.env.TRENTE_BROWSER || 'chromium';

/** Whether snapshots and pictures are written anew: Chromium's are kept, and Firefox must have the same trees. */
export const UPDATE = process.env.UPDATE_SNAPSHOTS === '1' && BROWSER === 'chromium';

/**
 * Cases whose outcome no engine decides: all of them in Chromium, and in another by night; by day the first so many
 * there, because the whole would take CI too long.
 */
export const few = (cases, most) => (BROWSER === 'chromium' || process.env.TRENTE_ALL_CASES ? cases : cases.slice(0, most));

const LAUNCHES = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebkit };

/**
 * Features of Chromium that are off. The first two are pages of its own that it keeps ready in every window, for the list
 * under its address bar; they took twice as much of the processor as the pages of most specs. The others are those that
 * Playwright turns off, and that only the last of these switches counts.
 */
const FEATURES_OFF = [
  'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch',
];

/** The Chromium that people have, with a back/forward cache. */
export const WHOLE_CHROMIUM = '/usr/bin/chromium';

/**
 * Launches the system's browser, headless: the one that `TRENTE_BROWSER` names.
 *
 * @param {import('playwright-core').LaunchOptions} [options] for Chromium alone
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launch(options = {}) {
  const launchIt = LAUNCHES[BROWSER];
  if (!launchIt) throw new Error(`TRENTE_BROWSER is \`${BROWSER}\`; there are ${Object.keys(LAUNCHES).join(', ')}`);
  return launchIt(options);
}

function launchChromium(options) {
  return chromium.launch({
    // The engine without a window's own pages, which took a quarter of the processor's time; run.mjs has the specs of a
    // site's loader run in the browser that people have.
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    headless: true,
    ...options,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${FEATURES_OFF.join(',')}`,
    ],
  });
}

/** What contexts are opened with where a test says nothing else. */
const defaults = { viewport: { width: 1280, height: 900 } };

/**
 * All pages of a spec file want no motion: what it looks at does not move, and no answer is held for 140 ms before the
 * next question comes. Motion itself is for displays, heights, page, taps and delivery.
 */
export const calm = () => void (defaults.reducedMotion = 'reduce');

/**
 * A page in a fresh context, so that nothing stored by another test is there.
 *
 * `messages` are console messages, `errors` uncaught exceptions, `requests` all requests but `data:`, `events` the
 * `trente:…` events that reached the document; `event(name)` is the detail of the first of that name, now or to come.
 * `posts` are the bodies that went to the collector, in order.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} options
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ ...defaults, ...options });
  return { ...(await watch(await context.newPage())), context, close: () => context.close() };
}

/** What a browser cannot show, and why a spec then looks less closely; browser.test.mjs looks that what is always so still is. */
const LACKS = {
  chromium: {},
  firefox: {
    pictures: 'the references are Chromium’s; the places of all parts are still compared',
    'taps in place': 'Playwright moves what it taps into the middle of its window first; closing is still looked at',
    'last requests': 'what a page asks for as it goes away is sometimes cut off; it is looked for at the next page view',
    insertText: 'Playwright puts a text into the value of the field itself, once each',
    'keepalive in workers': 'its service workers are not asked for a request with keepalive: the collector itself answers',
    'font size': 'the reader’s own font size is a preference of the whole browser; sizes are still compared on pages of every root size',
    'layout-shift': 'it has no layout-shift entries; the places of the page’s own elements are still compared',
    'more contrast': 'its driver cannot pretend the preference; the styles are the same',
  },
  webkit: {
    'forced colours': 'GTK has no such mode, and the inspector cannot pretend one',
    'around the corner': 'arrows lead from the first radio button of a group to no other end',
    'going back': 'a page that comes out of the cache of the browser as it was has no contexts for Playwright; the way there is still walked',
    'new windows': 'Playwright breaks off at a window that a link opens without an opener',
    touch: 'the inspector knows no touch screen: taps come as events of a mouse',
    pictures: 'the references are Chromium’s; the places of all parts are compared',
    'layout-shift': 'it has no layout-shift entries; the places of the page’s own elements are compared',
  },
};

/** How the reports of `can` begin, for run.mjs, which counts them. */
export const NOT_HERE = `not in ${BROWSER}: `;

const told = new Set();

/** Whether this browser has that; if not, the test `t` reports it, once a file. */
export function can(t, capability) {
  const why = LACKS[BROWSER][capability];
  if (why && !told.has(capability)) t.diagnostic(`${NOT_HERE}${capability}: ${why}`);
  if (why) told.add(capability);
  return !why;
}

/** The same for a page of a context that is already there. */
export async function watch(page) {
  if (BROWSER === 'firefox') await equip(page);
  if (BROWSER === 'webkit') await equipWebkit(page);
  page.setDefaultTimeout(30_000);
  const [messages, errors, requests, events] = [[], [], [], []];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => {
    const report = BROWSER === 'firefox' && reportIn(error);
    if (report) messages.push(`error: ${report}`);
    else errors.push(error.message);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(request);
  });
  const heard = new EventEmitter();
  await page.exposeFunction('__trenteEvent', (name, detail) => {
    events.push({ name, detail });
    heard.emit(name, detail);
  });
  await page.addInitScript(() => {
    for (const name of ['shown', 'answered', 'completed', 'delivered', 'closed', 'failed']) {
      document.addEventListener(`trente:${name}`, (event) => window.__trenteEvent(name, event.detail));
    }
  });
  const event = async (name) => {
    const found = events.find((event) => event.name === name);
    if (found) return found.detail;
    const [detail] = await once(heard, name, { signal: AbortSignal.timeout(30_000) });
    return detail;
  };
  const posts = () => requests.filter(isResponsePost).map((request) => request.postDataBuffer());
  return { page, messages, errors, requests, events, event, posts };
}

/** Whether a request carries frames. */
export const isResponsePost = (request) =>
  request.method() === 'POST' && new URL(request.url()).pathname.endsWith('/v1/responses');
