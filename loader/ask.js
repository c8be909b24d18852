// Asking one customer once: trigger, rest, then the three downloads side by side and the hand-over to the glue.
// Shared by trente.js and trente.mjs. Filled in by `cargo xtask dist`: __PATH__, __GLUE_SRI__, __WASM_SRI__.

export const page = document;

/** What all copies of the loader on a page share: who is asked, what is downloaded, what storage refuses to keep. */
export const own = window.trente?._ || { asked: new Map() };

const get = (url, more) =>
  fetch(url, { ...more, referrerPolicy: "no-referrer", credentials: "omit", priority: "low" });

// A classic script rather than import(): only an element carries an integrity in every browser.
const glue = (url) =>
  new Promise((resolve, reject) => {
    const script = page.createElement("script");
    // Pages that require Trusted Types refuse a plain string here.
    const plain = { createScriptURL: (url) => url };
    own.policy ||= window.trustedTypes?.createPolicy("trente", plain) || plain;
    script.trente = resolve;
    script.onerror = () => reject(script.remove());
    script.integrity = __GLUE_SRI__;
    script.crossOrigin = "";
    script.src = own.policy.createScriptURL(url);
    page.head.append(script);
  });

/** Glue and wasm, once a page; what failed is tried again. */
const download = (path) => {
  const stop = new AbortController();
  const files = [
    glue(path + "widget.js"),
    get(path + "widget.wasm", { integrity: __WASM_SRI__, signal: stop.signal }),
    stop,
  ];
  Promise.all(files).catch(() => (own[path] = 0));
  return files;
};

/** Resolves when the trigger is met. Until then it listens and counts for this alone, and `signal` ends it. */
const met = (trigger, signal) =>
  new Promise((resolve) => {
    const [kind, amount] = trigger.split(":");
    const listening = new AbortController();
    let timer;
    const go = () => resolve(listening.abort());
    // The controller has what the options of a listener need: its `signal`.
    const on = (test, ...names) =>
      names.map((name) => addEventListener(name, (event) => test(event) && go(), listening));
    const far = () =>
      page.readyState === "complete" && scrollY >= (page.documentElement.scrollHeight - innerHeight) * amount / 100;
    signal.onabort = () => listening.abort(clearTimeout(timer));
    if (kind === "delay") timer = setTimeout(go, amount * 1e3);
    else if (kind === "exit")
      // The pointer left through the top, or the customer came back to the page.
      on((event) => !event.relatedTarget && !(event.clientY > 0) && !page.hidden, "mouseout", "visibilitychange");
    else if (kind === "scroll" && !far()) on(far, "load", "scroll");
    else if (kind !== "manual") go();
  });

/**
 * Asks, on behalf of `element`, which hears of a failure; gives the code of the failure, if there is one.
 *
 * `options` are the attributes without `data-`, `base` without a final slash. Aborting `stop` ends it at any time.
 * `now` is the page's own wish: no trigger, no sample, no rest. The survey stands in `into`, if there is one.
 */
export const ask = async (element, options, stop, now, into) => {
  const { base, site, order } = options;
  const { signal } = stop;
  const path = base + __PATH__;
  let code = "site";
  try {
    if (!site) throw 0;
    code = 0;
    if (!now) await met(options.trigger || "", signal);
    let kept = own.rest;
    let waiting;
    try {
      if (options.storage !== "none") {
        kept ||= localStorage["trente-rest"];
        waiting = localStorage["trente-outbox"];
      }
    } catch {}
    // No rest is longer than 366 days: one that ends later was written under a clock that was years ahead.
    const left = parseInt(kept) - Date.now();
    const rests = !now && ((left > 0 && left < 3.2e10) || kept?.includes(` ${site}/${encodeURIComponent(order)} `));
    if (!rests || waiting) {
      code = "files";
      const started = performance.now();
      const lang = options.lang || page.documentElement.lang || navigator.language;
      const files = (own[path] ||= download(path));
      const [show, reply] = await Promise.all([
        files[0],
        rests || get(`${base}/v1/surveys/${encodeURIComponent(site)}?lang=` + encodeURIComponent(lang), { signal }),
      ]);
      code = await show(element, options, stop, now, into, own, files, reply, started);
    }
  } catch {}
  if (code && !signal.aborted) {
    // A tag manager may have taken its script away again.
    (element.isConnected ? element : page).dispatchEvent(
      new CustomEvent("trente:failed", { detail: { code }, bubbles: true, composed: true }),
    );
  }
  return code;
};
