// Debian's WebKitGTK, the third engine: what Safari is made of, without Apple's pointer, Tab and tracking rules.
//
// Playwright holds a backend for an unpatched WebKit behind a remote inspector (`webkit.connectOverCDP`), meant for
// phones. WebKitGTK opens the same inspector when WEBKIT_INSPECTOR_HTTP_SERVER is set. The windows are ours:
// webkit/window.py, one process and one X server for each context, so that nothing is shared between two tests.
// Keys and mouse go through GTK and are trusted events. As in firefox.mjs, this reaches into objects of Playwright's
// server, which package.json pins; tests/e2e/specs/browser.test.mjs looks that it works.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { webkit } from 'playwright-core';
import { freePort } from './port.mjs';

const WINDOW = path.join(path.dirname(fileURLToPath(import.meta.url)), 'webkit/window.py');
/** Debian's Python: the one that knows GTK. */
const PYTHON = '/usr/bin/python3';
const DEFAULTS = { viewport: { width: 1280, height: 900 }, locale: 'en-US', javaScriptEnabled: true };
const START_MS = 20_000;
/** A window that takes longer for one command has stopped: the test is to fail and name it, not to wait for the file's end. */
const COMMAND_MS = 30_000;
/** What the inspector's end may take before its process is ended. */
const CLOSE_MS = 5_000;
/** A longer script, such as axe, goes to the page through its window: the inspector hangs up on a message of 128 KiB. */
const INSPECTOR_BYTES = 100_000;

const serverOf = (object) => webkit._connection.toImpl(object);

/** The windows of a context, by the context; of a page, its number among them. */
const windows = new WeakMap();
const numbers = new WeakMap();

/** What specs use of a browser: contexts, and an end. */
export async function launchWebkit() {
  const contexts = new Set();
  return {
    async newContext(options) {
      const context = await openContext({ ...DEFAULTS, ...options });
      contexts.add(context);
      context.once('close', () => contexts.delete(context));
      return context;
    },
    async close() {
      await Promise.all([...contexts].map((context) => context.close()));
    },
  };
}

async function openContext(options) {
  const ends = [];
  const end = async () => {
    while (ends.length > 0) await ends.pop()();
  };
  try {
    const display = await startDisplay(ends);
    const inspector = await freePort();
    const window = await startWindow(ends, display, inspector, options);
    const list = await startList(ends, inspector);
    // Once: what an attempt that fails has opened keeps this process from ending.
    await patiently(async () => {
      const found = await (await fetch(`${list}/json`)).json();
      if (found.length === 0) throw new Error('no window is there');
    });
    const browser = await webkit.connectOverCDP(list);
    ends.push(() => within(CLOSE_MS, browser.close(), 'closing').catch(() => {}));
    const [context] = browser.contexts();
    serverOf(context)._options = { ...serverOf(context)._options, ...options };
    windows.set(context, { window, options });
    let fresh = context.pages()[0];
    reportOnlyWhatIsThere(serverOf(fresh));
    number(context, fresh, 0);
    context.newPage = async () => {
      const page = fresh ?? (await openPage(context));
      fresh = null;
      return page;
    };
    context.close = async () => {
      context.emit('close', context);
      await end();
    };
    context.setOffline = (offline) => setOffline(context, offline);
    // Pages that a page opened are found in the inspector's list, of which nothing tells.
    const looking = setInterval(() => serverOf(browser)._syncTabs().catch(() => {}), 200);
    ends.push(() => clearInterval(looking));
    context.on('page', (page) => number(context, page));
    return context;
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * A page that goes while the inspector tells of it has no frame yet, and Playwright reads one: an exception that belongs to
 * no test and fails the one that runs. There is nothing to report then.
 */
function reportOnlyWhatIsThere(page) {
  const { prototype } = page.constructor;
  if (Object.hasOwn(prototype, 'trente')) return;
  const { reportAsNew } = prototype;
  Object.assign(prototype, {
    trente: true,
    async reportAsNew(...how) {
      if (this.mainFrame()) await reportAsNew.apply(this, how);
    },
  });
}

/** An X server of its own, so that no other window takes the focus. */
async function startDisplay(ends) {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '2000x4000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  ends.push(() => ended(server));
  const [line] = await once(readline.createInterface({ input: server.stdio[3] }), 'line', { signal: AbortSignal.timeout(START_MS) });
  return `:${line}`;
}

async function startWindow(ends, display, inspector, { viewport, locale, javaScriptEnabled, ignoreHTTPSErrors = false, userAgent = '' }) {
  const options = { ...viewport, languages: [locale], javascript: javaScriptEnabled, lenient: ignoreHTTPSErrors, userAgent };
  const child = spawn(PYTHON, [WINDOW, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1', GSETTINGS_BACKEND: 'memory',
      WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${inspector}`,
    },
  });
  ends.push(() => ended(child));
  const waiting = [];
  readline.createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  child.once('exit', () => waiting.splice(0).forEach((answer) => answer({ error: 'the window is gone' })));
  const answered = (what) => within(COMMAND_MS, new Promise((resolve) => waiting.push(resolve)), what);
  const started = answered('the first window');
  let turn = started;
  const send = (command) => {
    const sent = turn.then(async () => {
      if (child.exitCode !== null) return;
      const answer = answered(JSON.stringify(command).slice(0, 200));
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const { error } = await answer;
      if (error) throw new Error(`${JSON.stringify(command)}: ${error}`);
    });
    turn = sent.catch(() => {});
    return sent;
  };
  const { error } = await started;
  if (error) throw new Error(error);
  return send;
}

/** What a promise gives, or an error that says what has not ended in this time. */
async function within(time_ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`WebKit did not answer for ${time_ms / 1000} s: ${what}`)), time_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The list of pages as Playwright asks for it, made of the inspector's own page. */
async function startList(ends, inspector) {
  const list = http.createServer(async (request, response) => {
    try {
      const html = await (await fetch(`http://127.0.0.1:${inspector}/`)).text();
      const paths = [...new Set([...html.matchAll(/\/socket\/\d+\/\d+\/WebPage/g)].map(([found]) => found))];
      response.end(JSON.stringify(paths.map((each) => ({ webSocketDebuggerUrl: `ws://127.0.0.1:${inspector}${each}` }))));
    } catch {
      response.writeHead(503).end();
    }
  });
  const port = await freePort();
  list.listen(port, '127.0.0.1');
  await once(list, 'listening');
  ends.push(() => {
    list.close();
    list.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
}

/** The inspector listens a moment after the window is there. */
async function patiently(connect) {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function openPage(context) {
  const { window } = windows.get(context);
  const known = new Set(context.pages());
  await window({ do: 'open' });
  return patiently(async () => {
    await serverOf(context)._browser._syncTabs();
    const page = context.pages().find((each) => !known.has(each));
    if (!page) throw new Error('the window did not open');
    return page;
  });
}

/** Windows and pages are numbered in the order in which they come. */
function number(context, page, fixed) {
  const known = windows.get(context);
  known.next = fixed ?? known.next ?? 1;
  if (!numbers.has(page)) numbers.set(page, known.next++);
}

/** Makes a page do what a page of Chromium does; before it goes anywhere. */
export async function equipWebkit(page) {
  const context = page.context();
  const { window, options } = windows.get(context);
  number(context, page);
  const view = numbers.get(page);
  const server = serverOf(page);
  const { delegate } = server;
  const send = (command) => window({ view, ...command });
  server.keyboard._raw = keyboard(delegate.rawKeyboard, send);
  server.mouse._raw = mouse(delegate.rawMouse, send);
  delegate.bringToFront = () => send({ do: 'front' });
  page.setViewportSize = async ({ width, height }) => {
    await send({ do: 'resize', width, height });
    await page.waitForFunction(([width, height]) => innerWidth === width && innerHeight === height, [width, height]);
  };
  page.viewportSize = () => options.viewport;
  const evaluate = page.evaluate.bind(page);
  page.evaluate = (script, ...more) => (script.length > INSPECTOR_BYTES ? send({ do: 'script', text: script }) : evaluate(script, ...more));
  const close = page.close.bind(page);
  page.close = async () => {
    await send({ do: 'close' });
    await within(CLOSE_MS, close(), 'closing a page').catch(() => {});
  };
  const started = server.frameManager.requestStarted.bind(server.frameManager);
  server.frameManager.requestStarted = (request, route) => {
    const body = request.postDataBuffer();
    if (body) request._postData = bytes(body.toString());
    return started(request, route);
  };
  await delegate.updateEmulateMedia();
}

// The inspector gives a body as text of one character a byte, in Windows-1252.
const BYTE = new Map(Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]));
const bytes = (text) => Buffer.from(Array.from(text, (character) => BYTE.get(character) ?? character.charCodeAt(0)));

const SHIFT = 1;
const MASKS = { Shift: SHIFT, Control: 4, Alt: 8, Meta: 1 << 28 };
const BUTTONS = { left: 1, middle: 2, right: 3 };
const BUTTON_MASKS = { left: 1 << 8, middle: 1 << 9, right: 1 << 10 };
/** GDK's names of keys that are no characters. */
const KEYVALS = {
  Backspace: 0xff08, Tab: 0xff09, Enter: 0xff0d, Escape: 0xff1b, Home: 0xff50, ArrowLeft: 0xff51, ArrowUp: 0xff52,
  ArrowRight: 0xff53, ArrowDown: 0xff54, PageUp: 0xff55, PageDown: 0xff56, End: 0xff57, Delete: 0xffff, Shift: 0xffe1,
  Control: 0xffe3, Meta: 0xffe7, Alt: 0xffe9,
};
const BACK_TAB = 0xfe20;

const mask = (names, masks) => [...names].reduce((all, name) => all | masks[name], 0);

function keyval(key, modifiers) {
  if (key === 'Tab' && modifiers.has('Shift')) return BACK_TAB;
  const code = key.codePointAt(0);
  return KEYVALS[key] ?? (code < 0x100 ? code : 0x1000000 | code);
}

function keyboard(own, send) {
  const press = (kind, modifiers, key) =>
    send({ do: 'key', kind, keyval: keyval(key, modifiers), state: mask(modifiers, MASKS) });
  return {
    keydown: (_progress, modifiers, _name, { key }) => press('down', modifiers, key),
    keyup: (_progress, modifiers, _name, { key }) => press('up', modifiers, key),
    sendText: own.sendText.bind(own),
  };
}

function mouse(own, send) {
  const state = (buttons, modifiers) => mask(buttons, BUTTON_MASKS) | mask(modifiers, MASKS);
  const press = (kind, x, y, button, buttons, modifiers, count) =>
    send({ do: 'button', kind, x, y, number: BUTTONS[button], state: state(buttons, modifiers), count });
  return {
    move: (_progress, x, y, _button, buttons, modifiers) => send({ do: 'move', x, y, state: state(buttons, modifiers) }),
    down: (_progress, x, y, button, buttons, modifiers, count) => press('down', x, y, button, buttons, modifiers, count),
    up: (_progress, x, y, button, buttons, modifiers, count) => press('up', x, y, button, new Set([...buttons, button]), modifiers, count),
    wheel: own.wheel.bind(own),
  };
}

/** The protocol cannot cut the network: every request is broken off, and the pages are told as a browser tells them. */
async function setOffline(context, offline) {
  const breakOff = (windows.get(context).breakOff ??= (route) => route.abort('internetdisconnected'));
  if (offline) await context.route('**/*', breakOff);
  else await context.unroute('**/*', breakOff);
  for (const page of context.pages()) {
    await page.evaluate((offline) => {
      Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => !offline });
      dispatchEvent(new Event(offline ? 'offline' : 'online'));
    }, offline);
  }
}

/** Ends our own child. */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
