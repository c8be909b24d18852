// Entry of the loader: waits for the trigger, checks the pause, downloads survey, glue and wasm in parallel, and hands
// over to the glue.
// Shared by trente.js and trente.mjs. Filled in by `cargo xtask dist`: __PATH__, __GLUE__, __GLUE_SRI__, __WASM_SRI__,
// and __ALONE__, which is false in the loader of a site.
import { find } from "./glue/host.js";
import { remember } from "./glue/pause.js";
import { isPaused } from "./pause.js";

export const page = document;

/**
 * What all copies of the loader on a page share, and the module: who is asked, what is downloaded, what storage refuses
 * to keep.
 */
export const own = window.trente?._ || (window[Symbol.for("trente")] ||= { asked: new Map() });

// A policy of nonces lets in what has the tag's own.
own.nonce ||= page.currentScript?.nonce;

/** Whether the customer has ever looked at the page: not while it is prerendered or waits in a background tab. */
const looked = () => (own.looked ||= !page.hidden && !page.prerendering);
looked();

/** Why the collector refuses a survey, by its own word: a status alone may be a proxy's or a firewall's. */
const REFUSALS = { E_SITE: "site", E_ORIGIN: "origin" };

const emit = (element, name, detail) =>
  // A tag manager may have taken its script away again, and a framework the host.
  (element.isConnected ? element : page).dispatchEvent(
    new CustomEvent("trente:" + name, { detail, bubbles: true, composed: true }),
  );

const get = (url, more) =>
  fetch(url, { ...more, referrerPolicy: "no-referrer", credentials: "omit", priority: "low" });

// A classic script rather than import(): only an element carries an integrity in every browser.
const glue = (url) =>
  new Promise((resolve, reject) => {
    const script = page.createElement("script");
    // Pages that require Trusted Types refuse a plain string here. What a policy throws ends it, before anything is said.
    const plain = { createScriptURL: (url) => url };
    own.policy ||= window.trustedTypes?.createPolicy("trente", plain) || plain;
    script.trente = resolve;
    script.onerror = () => reject(script.remove());
    script.integrity = __GLUE_SRI__;
    script.crossOrigin = "";
    script.nonce = own.nonce || "";
    script.src = own.policy.createScriptURL(url);
    (page.head || page.documentElement).append(script);
  });

/** Glue and wasm, once a page; what failed is tried again. */
const download = (path) => {
  const stop = new AbortController();
  const files = [
    glue(path + __GLUE__),
    get(path + "widget.wasm", { integrity: __WASM_SRI__, signal: stop.signal }),
    stop,
  ];
  Promise.all(files).catch(() => (own[path] = 0));
  return files;
};

/** Resolves when the trigger is met. Until then it listens and counts for this alone, and `signal` ends it. */
const untilTriggered = (trigger, signal) =>
  new Promise((resolve) => {
    const [kind, said] = trigger.split(":");
    // `50%` and `5s` are numbers too, and `500ms` half of one; half the page, and no delay, where there is none.
    const amount = Math.max(parseFloat(said), 0) / (/ms$/i.test(said) ? 1e3 : 1);
    const listening = new AbortController();
    let timer;
    let left;
    const go = () => resolve(listening.abort());
    // The controller has what the options of a listener need: its `signal`.
    const on = (test, target, ...names) =>
      names.map((name) => target.addEventListener(name, (event) => test(event) && go(), listening));
    const far = () =>
      page.readyState === "complete" &&
      // Zoom leaves a fraction of the way.
      scrollY + 1 >= (page.documentElement.scrollHeight - innerHeight) * Math.min(amount >= 0 ? amount : 50, 100) / 100;
    signal.onabort = () => listening.abort(clearTimeout(timer));
    if (kind === "look") {
      on(looked, window, "visibilitychange");
      on(looked, page, "prerenderingchange");
    } else if (kind === "delay") timer = setTimeout(go, (amount || 0) * 1e3);
    else if (kind === "exit")
      // The pointer left through the top, or the customer left the page and came back to it.
      on(
        (event) => (page.hidden ? !(left = 1) : event.type > "n" ? left : !event.relatedTarget && !(event.clientY > 0)),
        window, "mouseout", "visibilitychange",
      );
    else if (kind === "scroll" && !far()) on(far, window, "load", "scroll");
    else if (kind !== "manual") go();
  });

/** The page's origin; none where the collector has the same. */
export const from = ({ base }) => {
  // A page may have a variable of this name. In a sandbox the location has the origin that the page has not.
  const { origin } = /:|^null$/.test(window.origin) ? window : location;
  return (base + "/").startsWith(origin + "/") ? "" : origin;
};

/** The languages to speak, the best first. */
export const languages = ({ lang }) => [lang, page.documentElement.lang, ...(navigator.languages || [])];

/** A frame has been painted since; at once in a page that paints none. */
const painted = (signal) =>
  page.hidden || new Promise((go) => {
    const frame = requestAnimationFrame(() => setTimeout(go));
    signal.addEventListener("abort", () => cancelAnimationFrame(frame));
  });

/**
 * While a customer who will be asked waits for the trigger, the page's idle time is for glue and wasm. None of it where
 * only the survey knows who is asked, where the connection is to be spared, or within the pause.
 */
const ahead = async ({ options, own, signal }) => {
  const { base, site, trigger } = options;
  const first = own.first?.[site];
  if (!first || !/^[des]/.test(trigger) || navigator.connection?.saveData) return;
  const free = options.preview;
  if ((!free && isPaused(own, options)[0]) || !(await first.asks({ options, own, free }))) return;
  const path = base + __PATH__;
  // Safari tells of no idle time: there a timer stands for it.
  const begin = window.requestIdleCallback || setTimeout;
  const end = window.cancelIdleCallback || clearTimeout;
  const idle = begin(() => (own[path] ||= download(path)), begin === setTimeout ? 2e3 : {});
  const stop = new AbortController();
  for (const each of [signal, stop.signal]) each.addEventListener("abort", () => end(idle));
  return stop;
};

/**
 * What earlier page views could not deliver goes out now, whether this customer is asked anything or not; not again
 * within five seconds, however often the page changes its tags.
 */
export const deliver = async (options) => {
  try {
    const now = Date.now();
    if (!isPaused(own, options)[1] || Math.abs(now - own.sent) < 5e3) return;
    own.sent = now;
    const stop = new AbortController();
    if (!looked()) await untilTriggered("look", stop.signal);
    const path = options.base + __PATH__;
    const files = (own[path] ||= download(path));
    (await files[0])({ options, stop, own, files });
  } catch {}
};

/** The survey's address. All that decides the answer stands in its path, because some caches leave out queries. */
const survey = (options, lang) => {
  const { base, site } = options;
  const wanted = `${lang || languages(options)}`.replace(/[^\w,-]+/g, "-");
  const origin = from(options).replace("//", "").replace(/:/g, "~") || "-";
  return `${base}/v1/surveys/${wanted}/${encodeURIComponent(origin)}/${encodeURIComponent(site)}`;
};

/** Without the glue, in the loader that knows no site: a plain card with the link to the collector's own page, drawn by the loader alone. */
const alone = ({ options, stop, wish, free, into, sheet, started }) => {
  const { base, site, display, target, preview, signature } = options;
  const { dir, lang, survey, text } = sheet;
  const { mode, share, rest_days: days = 90 } = sheet.display || {};
  if (!wish && (display || mode) === "none") return;
  // Which orders are in the sample the glue knows.
  if (!free && share < 1) throw 0;
  const place = into || find(target || "body");
  if (!place) throw "target";
  // Waiting for the page's dialogs is the glue's work. Without it the card does not lie over one, nor shut away below it.
  const isOpen = (dialog) => dialog.getClientRects().length && getComputedStyle(dialog).visibility !== "hidden";
  if ([...page.querySelectorAll("dialog[open],[aria-modal=true]")].some((dialog) => isOpen(dialog) && !dialog.contains(place))) throw "files";
  const host = page.createElement("trente-survey");
  const make = (name, css, fields) => {
    const element = Object.assign(page.createElement(name), fields);
    // Not by the attribute, which a policy may forbid.
    element.style.cssText = css;
    return element;
  };
  let before;
  host.addEventListener("focusin", ({ relatedTarget }) => (before = relatedTarget || before));
  const end = (reason) => {
    if (stop.on) emit(host, "closed", { reason });
    stop.on = 0;
    own.asked.delete(host);
    if (page.activeElement === host) before?.focus();
    host.remove();
  };
  const act = () => preview || remember(own, options, days);
  const box = make("div", "all:initial;font:16px/1.5 sans-serif;color:#111;background:#fff;border:1px solid;padding:1em;" +
    (into || target ? "display:block" : "position:fixed;right:1em;bottom:1em;max-width:20em;z-index:2147483647"),
    { dir, lang, onkeydown: ({ key }) => key === "Escape" && end("escape", act()) });
  const button = make("button", "float:inline-end;min-width:44px;height:44px", {
    textContent: "×", ariaLabel: text.close, onclick: () => end("button", act()),
  });
  const link = make("a", "display:block;padding:10px 0", {
    textContent: text.link, target: "_blank", rel: "noopener noreferrer", onclick: act,
    href: `${base}/s/${site}?l=${lang}` + (signature ? "&g=" + signature : "") + (preview ? "&preview" : ""),
  });
  box.append(button, (preview && text.rehearsal) || "", make("div", "", { textContent: text.title }), link);
  host.attachShadow({ mode: "open" }).append(box);
  place.append(host);
  own.asked.set(host, stop);
  stop.on = 1;
  stop.signal.onabort = () => end("api");
  emit(host, "shown", { site, survey, display: "link", load_ms: performance.now() - started });
};

/**
 * Asks, on behalf of `element`, which hears of a failure; gives the code of the failure, if there is one.
 *
 * `read` gives the attributes as they are then, tidied, and `base` without a final slash. Aborting `stop` ends it at any
 * time. `now` is the page's own wish: no trigger; no sample and no pause either, unless it says `respect`. The survey
 * stands in `into`, if there is one.
 */
export const ask = async (element, read, stop, now, into) => {
  const { signal } = stop;
  let code = "site";
  let early;
  try {
    let options = read();
    if (!options.site) throw 0;
    code = "error";
    if (!looked()) await untilTriggered("look", signal);
    deliver(options);
    const idle = now ? 0 : await ahead({ options, own, signal });
    if (!now) await untilTriggered(options.trigger || "", signal);
    if (idle) idle.abort();
    // The page may have changed it since.
    options = read();
    const { order, preview, respect } = options;
    const wish = now && !respect;
    const free = wish || preview;
    const path = options.base + __PATH__;
    stop.order = order;
    let [rests, waiting] = isPaused(own, options);
    rests &&= !free;
    if (rests) code = 0;
    else {
      code = "files";
      const started = performance.now();
      const all = { element, options, stop, now, wish, free, into, own, started, emit, waiting };
      // The first screen, where the loader has it: 0 when this customer is not asked.
      early = await own.first?.[options.site]?.(all);
      if (early === 0) {
        stop.on = code = 0;
        return code;
      }
      // The first paint comes before what is not needed for it.
      if (early?.host) await painted(signal);
      else early = 0;
      if (signal.aborted || (early && !stop.on)) return 0;
      const files = (own[path] ||= download(path));
      // What is late is counted from here: the document, and the survey's own delay, were waited for before.
      all.since = performance.now();
      const timer = early ? early.signal : signal;
      const late = () => untilTriggered("delay:5", timer);
      const load = async () => {
        const reply = await get(survey(options, early.lang), { signal });
        const sheet = (all.sheet = await reply.json().catch(() => 0));
        if (!reply.ok) throw REFUSALS[sheet?.code] || code;
        return sheet;
      };
      // Where the first screen stands there, the customer waits: a survey that does not come is as good as none.
      const end = early && late();
      const came = load();
      // What fails once it is too late has been told already.
      came.catch(() => {});
      if (!(await Promise.race([came, end || came]))) throw all.sheet === 0 ? "survey" : code;
      const failed = (error) => void (error && (code = "policy"));
      // A glue that is late is as good as none.
      const show = await Promise.race([files[0].catch(failed), end || late()]);
      timer.onabort?.();
      Object.assign(all, { files, early });
      if (show) code = await show(all);
      else if (early) throw code;
      else if (!signal.aborted) {
        if (__ALONE__) code = alone(all);
        else {
          // The loader of a site makes it of the first screen.
          const it = await own.first[options.site]?.(all);
          code = it ? it.link() : it ?? code;
        }
      }
    }
    if (early && code) throw code;
  } catch (error) {
    // A word of ours.
    if (error?.at) code = error;
    if (early) {
      // The first screen becomes the card with the link, unless the survey may not be here at all.
      if (!stop.on) code = 0;
      else if (code === "site" || code === "origin") early.leave();
      else code = early.link();
    }
  }
  // It is over unless it is on the page.
  stop.on ||= 0;
  if (code && !signal.aborted) emit(element, "failed", { code });
  return code;
};
