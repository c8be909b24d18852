// The part of the loader that only a page with a survey needs, in one classic script with wasm-bindgen's glue and the
// styles, which a shadow root adopts without a request of their own. It hands itself to ask.js, which left a function
// on the script element. Filled in by `cargo xtask dist`: __CSS__.
import { initSync, mount, unmount } from "trente-glue";
import { death } from "./glue/guard.js";
import { put, raise } from "./glue/host.js";
import { link } from "./glue/link.js";
import { remember } from "./glue/rest.js";
import { sampled } from "./glue/sample.js";
import { calm, parsed, passed } from "./glue/waiting.js";

const DISPLAYS = ["card", "banner", "modal", "inline", "none"];
/** How long the wasm may take before the link card comes. */
const LATE_MS = 5e3;

const emit = (element, name, detail) =>
  // A tag manager may have taken its script away, and a framework the host.
  (element.isConnected ? element : document).dispatchEvent(
    new CustomEvent("trente:" + name, { detail, bubbles: true, composed: true }),
  );

/** What the wasm has drawn: who asked for it, and what takes it off the page. */
const drawn = new Set();
death.heard = () =>
  drawn.forEach(({ element, leave }) => {
    leave();
    emit(element, "failed", { code: "panic" });
  });

/** The wasm, compiled; undefined where the browser refuses to. */
const compile = async (download) => {
  let bytes;
  try {
    const reply = await download;
    // Integrity wants the whole file first, so streaming would gain nothing and would depend on the MIME type.
    if (reply.ok) bytes = await reply.arrayBuffer();
  } catch {}
  if (!bytes) throw "files";
  try {
    return await WebAssembly.compile(bytes);
  } catch {}
};

let running;
const run = (module) => {
  running ||= initSync({ module });
  if (death.came) throw "panic";
};

const show = async (element, options, stop, now, into, own, files, reply, started) => {
  const { base, site, order, target, trigger } = options;
  const { signal } = stop;
  // Whoever asks next downloads again.
  const drop = () => Object.keys(own).forEach((key) => own[key] === files && delete own[key]);
  const compiled = () =>
    (files.module ||= compile(files[1]).catch((error) => {
      drop();
      throw error;
    }));

  // The customer rests, but an earlier answer of his is still to be delivered.
  if (reply === true) {
    const module = await compiled();
    if (module) {
      run(module);
      mount(undefined, {}, { display: "none", base }, "");
    }
    return;
  }

  if (!reply.ok) throw "files";
  const sheet = await reply.json().catch(() => Promise.reject("survey"));
  const { mode, delay_s: delay, rest_days: days, share, ...wish } = sheet.display || {};
  const wishes = [now && options.display, target && "inline", options.display, into && "inline", mode];
  let display = wishes.find((each) => DISPLAYS.includes(each) && !(now && each === "none")) || "card";
  if (!now && (display === "none" || !(await sampled(share, site, order, own)))) {
    // What nobody else on the page needs is not fetched to its end.
    if (own.asked.size < 2) files[2].abort(drop());
    return;
  }

  let timer;
  signal.onabort = () => clearTimeout(timer);
  const late = new Promise((go) => (timer = setTimeout(go, LATE_MS + started - performance.now())));
  let module;
  // Not the promise's own `finally`: where the page has another Promise there may be none.
  try {
    module = await Promise.race([compiled(), late]);
  } finally {
    clearTimeout(timer);
  }
  await parsed(signal);
  const load_ms = performance.now() - started;

  const floats = display !== "inline";
  if (delay && !now && !trigger) await passed(delay * 1e3 - load_ms, signal);
  if (floats) await calm(signal);
  if (signal.aborted) return;
  if (module) run(module);
  // A link takes no focus.
  else if (display === "modal") display = "card";

  const [host, take] = put(element, into, target || (!floats && wish.target), floats);
  if (!host) throw "target";
  const over = new AbortController();
  const entry = {
    element,
    leave() {
      stop.on = drawn.delete(entry) && 0;
      over.abort();
      take();
      if (host !== into) own.asked.delete(host);
    },
  };
  const end = (reason) => {
    if (!stop.on) return;
    emit(host, "closed", { reason });
    if (module) unmount(host);
    else entry.leave();
  };
  signal.onabort = () => end("api");
  // The loader ends it when the page takes the host away.
  own.asked.set(host, stop);

  let acted;
  const act = ({ detail }) => {
    if (!acted && detail?.reason !== "api") acted = !remember(own, options, days);
  };
  // The controller has what the options of a listener need: its `signal`.
  for (const name of ["answered", "completed", "closed"]) host.addEventListener("trente:" + name, act, over);
  const lift = () => floats && stop.on && raise(host, () => end("escape"));
  // Drawn for the first time. Whoever is moved later falls out of the top layer, and the loader calls `again`.
  host.addEventListener("trente:shown", () => (stop.again = lift)(), over);

  const position = options.position || wish.position;
  if (position) host.dataset.position = position;
  const { scheme, css } = sheet.theme || {};
  const theme = options.theme || scheme || "system";
  const channel = +options.channel || 0;
  const settings = { ...options, script: element, display, position, theme, channel, load_ms, leave: entry.leave };
  const styles = __CSS__ + (css || "");
  stop.on = 1;
  try {
    if (module) {
      const mounted = mount(host, sheet, settings, styles);
      if (death.came) throw "panic";
      if (!mounted) throw "survey";
      drawn.add(entry);
    } else {
      await link(host, sheet, settings, styles, () => end("button"), act);
      emit(host, "shown", { site, survey: sheet.survey, display: "link", load_ms });
    }
  } catch (error) {
    entry.leave();
    throw error;
  }
};

// Gives the code of the failure, if there is one that was not reported yet.
document.currentScript.trente((...values) => show(...values).catch((error) => error?.at ? error : "error"));
document.currentScript.remove();
