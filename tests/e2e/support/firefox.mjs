// Debian's Firefox, driven over WebDriver BiDi, with what Playwright or Firefox leaves out of that protocol.
//
// Playwright's own patched Firefox must be downloaded, so it is not for us; its channel `moz-firefox` drives a stock
// one. Of what the specs use, Playwright gives no request bodies, no taps, no double clicks and no media features but
// the colour scheme over BiDi, and Firefox 153 has no command for media features, touch or a page without JavaScript.
// Each is made up for below, by commands that Firefox has and by its own `BrowsingContext`. This reaches into objects
// of Playwright's server, which runs in this process; package.json pins its version, and
// tests/e2e/specs/browser.test.mjs looks in both browsers that all of it works.
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { firefox } from 'playwright-core';

/** How long a new tab may take to come to the front, in ms. */
const SEEN_MS = 10_000;

/** The server's object behind one of the client's. */
const serverOf = (object) => firefox._connection.toImpl(object);

/** Launches the system's Firefox, headless. */
export async function launchFirefox() {
  // A home of its own: Firefox does not start as root in a home that is not root's, and leaves nothing behind.
  const home = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-firefox-'));
  // What cannot be removed is the temporary folder's, and no reason to fail.
  const tidy = () => fs.rm(home, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  let browser;
  try {
    browser = await firefox.launch({
      channel: 'moz-firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      headless: true,
      // For `override`: scripts in the browser's own window.
      args: ['--remote-allow-system-access'],
      env: { ...process.env, HOME: home },
      firefoxUserPrefs: {
        // One process for all pages, and none kept ready: a process for each page took a quarter of the processor's time.
        'fission.webContentIsolationStrategy': 0,
        'dom.ipc.processCount': 1,
        'dom.ipc.processPrelaunch.enabled': false,
        // No requests for experiments.
        'messaging-system.rsexperimentloader.enabled': false,
        'nimbus.rollouts.enabled': false,
        // Bars that lie over the page take no room from it, as on a phone and as Playwright starts Chromium.
        'ui.useOverlayScrollbars': 1,
        // A mouse, which is fine (2) and hovers (4), also on a machine that has none.
        'ui.primaryPointerCapabilities': 6,
        'ui.allPointerCapabilities': 6,
        // Playwright reads `ariaLabelledByElements`, and Firefox 153 dies of it (signal 11) when an element that it has
        // kept is gone. Without it, names come from the attribute, which is all that the survey uses.
        'accessibility.ARIAElementReflection.enabled': false,
      },
    });
    browser.on('disconnected', tidy);
    const session = serverOf(browser)._browserSession;
    const send = session.send.bind(session);
    // Contexts of Playwright that are open.
    const contexts = new Set();
    session.send = async (method, parameters) => {
      // Playwright sends it for every context, and this Firefox does not know it.
      if (method === 'emulation.setMediaFeaturesOverride') return {};
      if (method === 'browser.removeUserContext') contexts.delete(parameters.userContext);
      if (method !== 'browsingContext.create') return send(method, parameters);
      // The first page is a tab of the window that is there: a window for each context took a quarter of the processor.
      // A page next to others has one, because only one tab of a window is seen and has the focus.
      const type = contexts.size === 0 ? 'tab' : 'window';
      contexts.add(parameters.userContext);
      return send(method, { ...parameters, type });
    };
    await send('network.addDataCollector', { dataTypes: ['request'], maxEncodedDataSize: 1_000_000 });
    return browser;
  } catch (error) {
    await browser?.close();
    await tidy();
    throw error;
  }
}

/** Makes a page of Firefox do what a page of Chromium does; before it goes anywhere. */
export async function equip(page) {
  const server = serverOf(page);
  const { delegate } = server;
  withBodies(server, delegate._session);
  inOneGo(delegate.rawMouse, delegate._session);
  delegate.rawTouchscreen.tap = (_progress, x, y) => tap(delegate._session, x, y);
  delegate.updateEmulateMedia = () => override(page, media(server));
  // Before a picture Playwright puts a style element into the page, which a strict policy refuses and reports.
  delegate.shouldToggleStyleSheetToSyncAnimations = () => false;
  const { hasTouch, javaScriptEnabled = true } = server.browserContext._options;
  // While scripts run there: they may be switched off next.
  await bringIntoView(page);
  await override(page, {
    ...media(server), allowJavascript: javaScriptEnabled, touchEventsOverride: hasTouch ? 'enabled' : 'none',
  });
}

/** The loader asks only on a page that is looked at: in a tab that stays behind another a spec would wait in vain. */
async function bringIntoView(page) {
  const end = Date.now() + SEEN_MS;
  while (!(await page.evaluate(() => document.visibilityState === 'visible'))) {
    if (Date.now() > end) throw new Error('Firefox has not brought the new tab to the front');
    await page.bringToFront();
  }
}

/** Holds the page's events back while the body of a request is fetched, so that no event is ahead of its body. */
function withBodies(server, session) {
  let content = null;
  const emit = session.emit.bind(session);
  let held = null;
  session.emit = (method, parameters) => {
    const { request } = parameters ?? {};
    const wanted = method === 'network.beforeRequestSent' && request.bodySize > 0 ? request.request : null;
    if (!held && !wanted) return emit(method, parameters);
    const before = held;
    const turn = (async () => {
      await before;
      content = wanted && (await body(session, wanted));
      emit(method, parameters);
      content = null;
      if (held === turn) held = null;
    })();
    held = turn;
    return true;
  };
  const started = server.frameManager.requestStarted.bind(server.frameManager);
  server.frameManager.requestStarted = (request, route) => {
    if (content) request._postData = content;
    return started(request, route);
  };
}

async function body(session, request) {
  // A page that is closed meanwhile takes it away.
  const data = await session.sendMayFail('network.getData', { dataType: 'request', request });
  return data ? Buffer.from(data.bytes.value, data.bytes.type === 'base64' ? 'base64' : 'utf8') : null;
}

/** Sends what the mouse does at once as one command: between commands Firefox forgets the first click of two. */
function inOneGo(mouse, session) {
  let waiting = null;
  mouse._performActions = (progress, actions) => {
    if (!waiting) {
      const all = [];
      const sent = Promise.resolve().then(() => {
        waiting = null;
        return point(session, 'mouse', all);
      });
      waiting = { all, sent };
    }
    waiting.all.push(...actions);
    return progress.race(waiting.sent);
  };
}

const tap = (session, x, y) => point(session, 'touch', [
  { type: 'pointerMove', x: Math.floor(x), y: Math.floor(y) }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 },
]);

const point = (session, pointerType, actions) => session.send('input.performActions', {
  context: session.sessionId, actions: [{ type: 'pointer', id: pointerType, parameters: { pointerType }, actions }],
});

/** How Firefox's own reports about requests, integrity and policy begin; it logs them as it logs uncaught errors. */
const REPORT = /^(Cross-Origin Request Blocked|Content-Security-Policy|None of the “sha\d+” hashes|The resource from “|Script from “|Loading (module|script) from “)/;

/** The text of a report that Playwright took for an uncaught error, or null. */
export function reportIn(error) {
  // Playwright takes what is before the first colon for the error's name; the stack begins with the whole.
  const [text] = error.stack.split('\n');
  return REPORT.test(text) ? text : null;
}

/**
 * Tells Playwright that the page has come back out of the back/forward cache: Firefox reports that such a navigation
 * began, and not that it ended, so Playwright would wait for it before it looks at anything.
 */
export function cameBack(page) {
  const frame = serverOf(page).mainFrame();
  const { _session: session } = serverOf(page).delegate;
  const { documentId: navigation } = frame.pendingDocument();
  const context = session.sessionId;
  for (const name of ['navigationCommitted', 'domContentLoaded', 'load']) {
    session.emit(`browsingContext.${name}`, { context, navigation, url: frame._url });
  }
}

/** Firefox's names for what `emulateMedia` says. */
function media(server) {
  const { media, colorScheme, reducedMotion, forcedColors } = server.emulatedMedia();
  const value = (name) => (name === 'no-override' ? 'none' : name);
  return {
    mediumOverride: media === 'no-override' ? '' : media,
    prefersColorSchemeOverride: value(colorScheme),
    prefersReducedMotionOverride: value(reducedMotion),
    forcedColorsOverride: value(forcedColors),
  };
}

/** Sets attributes of the page's `BrowsingContext`, now and in every one that replaces it. */
async function override(page, attributes) {
  const session = serverOf(page.context().browser())._browserSession;
  const { contexts: [window] } = await session.send('browsingContext.getTree', { 'moz:scope': 'chrome', maxDepth: 0 });
  const { type, exceptionDetails } = await session.send('script.callFunction', {
    functionDeclaration: String(inTheBrowser),
    arguments: [serverOf(page).delegate._session.sessionId, JSON.stringify(attributes)].map((value) => ({ type: 'string', value })),
    target: { context: window.context },
    awaitPromise: true,
  });
  if (type !== 'success') throw new Error(`Firefox refuses ${JSON.stringify(attributes)}: ${exceptionDetails.text}`);
}

function inTheBrowser(id, attributes) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  if (!window.trenteOverrides) {
    const overrides = new Map();
    window.trenteOverrides = overrides;
    // A navigation may bring a new context: the old one goes into the back/forward cache.
    Services.obs.addObserver((context) => {
      if (!context.parent && overrides.has(context.browserId)) Object.assign(context, overrides.get(context.browserId));
    }, 'browsing-context-attached');
  }
  const context = NavigableManager.getBrowsingContextById(id);
  const all = { ...window.trenteOverrides.get(context.browserId), ...JSON.parse(attributes) };
  window.trenteOverrides.set(context.browserId, all);
  Object.assign(context, all);
}
