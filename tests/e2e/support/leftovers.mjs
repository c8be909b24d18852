// Leak counter: the listeners on window and document and the timers of our files, all of them and those that are left.

/** For `before` of onPage: counts from the first script on. */
export const counted = ({ page }) => page.addInitScript(() => {
  window.counts = { listeners: new Map(), timers: new Map() };
  const { listeners, timers } = window.counts;
  // Playwright listens too, in Firefox in the page's own world; what counts is what our files do.
  const ours = () => /\/(trente(\.[\w-]+)?|widget|lean)\.m?js/.test(new Error().stack);
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const note = (target, type, step) => {
    const name = target === window ? 'window' : target === document ? 'document' : '';
    if (name && !type.startsWith('trente:')) listeners.set(`${name} ${type}`, (listeners.get(`${name} ${type}`) ?? 0) + step);
  };
  EventTarget.prototype.addEventListener = function (type, heard, options) {
    const target = this ?? window;
    if (ours()) {
      note(target, type, 1);
      const gone = () => {
        note(target, type, -1);
        ends.abort();
      };
      const ends = new AbortController();
      if (options?.signal) add.call(options.signal, 'abort', gone, ends);
      // On a page that is still being parsed when the loader comes: such a listener goes by itself.
      if (options?.once) add.call(target, type, gone, ends);
    }
    return add.call(target, type, heard, options);
  };
  EventTarget.prototype.removeEventListener = function (type, ...rest) {
    if (ours()) note(this ?? window, type, -1);
    return remove.call(this ?? window, type, ...rest);
  };
  const { setTimeout: later, clearTimeout: never } = window;
  window.setTimeout = (run, wait_ms, ...rest) => {
    const timer = later((...values) => {
      timers.delete(timer);
      run(...values);
    }, wait_ms, ...rest);
    if (ours()) timers.set(timer, wait_ms);
    return timer;
  };
  window.clearTimeout = (timer) => {
    timers.delete(timer);
    never(timer);
  };
});

/** Every event that was ever listened to, as `window scroll`. */
export const heard = (page) => page.evaluate(() => [...window.counts.listeners.keys()].sort());

/** The events that are still listened to, and `timer` for each timer. */
export const left = (page) => page.evaluate(() => {
  const { listeners, timers } = window.counts;
  return [...[...listeners].filter(([, times]) => times > 0).map(([name]) => name), ...[...timers.keys()].map(() => 'timer')].sort();
});

/** Whether one of the timers is longer than this: a wait for the trigger, none for a file. */
export const isTimed = (page, wait_ms) =>
  page.evaluate((wait_ms) => [...window.counts.timers.values()].some((each) => each > wait_ms), wait_ms);

/** What the widget itself needs while it is there: its clock, and the answer that is held back until the page goes. */
export const NEEDED = ['document visibilitychange', 'window pagehide'];
