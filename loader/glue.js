// The part of the loader that only a page with a survey needs, in one classic script with wasm-bindgen's glue and the
// styles, which a shadow root adopts without a request of their own. It hands itself to ask.js, which left a function
// on the script element. Filled in by `cargo xtask dist`: __CSS__.
import { initSync, mount, unmount } from "trente-glue";
import { sampled } from "./glue/digest.js";
import { death } from "./glue/guard.js";
import { fence } from "./glue/fence.js";
import { placeIn, put, raise } from "./glue/host.js";
import { adopts, link } from "./glue/link.js";
import { motion, motions } from "./glue/motion.js";
import { remember } from "./glue/rest.js";
import { calm, giveWay, parsed, passed } from "./glue/waiting.js";

const DISPLAYS = ["card", "banner", "modal", "inline", "none"];
/** How long the wasm may take before the link card comes. */
const LATE_MS = 5e3;
/** The smallest module there is. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** What the wasm has drawn: who asked for it, and what takes it off the page. */
const drawn = new Set();
death.heard = () =>
  drawn.forEach(({ element, leave, emit }) => {
    leave();
    emit(element, "failed", { code: "panic" });
  });

/** The wasm, compiled; undefined where it does not come, is damaged, or the browser refuses to run it. */
const compile = async (download) => {
  try {
    const reply = await download;
    // Integrity wants the whole file first, so streaming would gain nothing and would depend on the MIME type.
    const bytes = reply.ok && (await reply.arrayBuffer());
    const module = await WebAssembly.compile(bytes);
    // Safari compiles what its policy forbids to run.
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY));
    return module;
  } catch {}
};

let running;
const run = (module) => {
  running ||= initSync({ module });
  if (death.came) throw "panic";
};

const show = async (all) => {
  const { element, options, stop, now, wish, free, into, own, files, sheet, started, emit } = all;
  const { base, site, order, target, trigger, preview } = options;
  const { signal } = stop;
  // The next call downloads again.
  const drop = () => Object.keys(own).forEach((key) => own[key] === files && delete own[key]);
  const compiled = async () => {
    const module = await (files.module ||= compile(files[1]));
    if (!module) drop();
    return module;
  };

  // The customer rests, but an earlier answer of theirs is still to be delivered.
  if (sheet === true) {
    const module = await compiled();
    if (module) {
      run(module);
      mount(undefined, {}, { display: "none", base }, "");
    }
    return;
  }

  const { mode, delay_s: delay, rest_days: days, share, ...theirs } = sheet.display || {};
  const wishes = [now && options.display, target && "inline", options.display, into && "inline", mode];
  let display = wishes.find((each) => DISPLAYS.includes(each) && !(wish && each === "none")) || "card";
  if (display === "none" || !(free || (await sampled(share, options, own)))) {
    // What no other survey of the page needs is not fetched to its end. One that took this one's place needs it.
    if (own.asked.size < 2 && !signal.aborted) files[2].abort(drop());
    return;
  }

  let timer;
  signal.onabort = () => clearTimeout(timer);
  const late = new Promise((go) => (timer = setTimeout(go, LATE_MS + started - performance.now())));
  let module;
  // Not the promise's own `finally`: where the page has another Promise there may be none.
  try {
    module = adopts() && (await Promise.race([compiled(), late]));
  } finally {
    clearTimeout(timer);
  }
  await parsed(signal);
  const load_ms = performance.now() - started;

  const floats = display !== "inline";
  if (delay && !now && !trigger) await passed(delay * 1e3 - load_ms, signal);
  if (floats) await calm(signal, into || element);
  if (signal.aborted) return;
  // One floating survey of a site at a time, whatever asks for it.
  if (floats) {
    for (const other of [...own.asked.values()]) {
      if (other === stop || !other.on || other.floats !== site) continue;
      if (!now && (other.acted || other.order || !order)) return;
      other.abort();
    }
  }
  try {
    if (module) run(module);
  } catch (error) {
    if (death.came) throw error;
    module = undefined;
  }
  // A link takes no focus.
  if (!module && display === "modal") display = "card";

  const [host, take] = put(element, into, target || (!floats && theirs.target), floats);
  if (!host) throw "target";
  const over = new AbortController();
  let place;
  const entry = {
    element,
    emit,
    leave() {
      drawn.delete(entry);
      stop.on = 0;
      over.abort();
      take(place);
      if (host !== into) own.asked.delete(host);
    },
  };
  const end = (reason) => {
    if (!stop.on) return;
    emit(host, "closed", { reason });
    try {
      // The widget does this where it hears of the end first: src/browser/session.rs.
      if (reason !== "api") sessionStorage.removeItem("trente-resume");
    } catch {}
    if (module) unmount(host);
    else entry.leave();
  };
  signal.onabort = () => end("api");
  // The loader ends it when the page takes the host away.
  own.asked.set(host, stop);
  stop.floats = floats && site;

  let rests = preview;
  const act = ({ detail }) => {
    if (!rests && detail?.reason !== "api") rests = !remember(own, options, days);
  };
  const hear = (name, heard) => host.addEventListener("trente:" + name, heard, over);
  // The controller has what the options of a listener need: its `signal`.
  hear("answered", () => (stop.acted = 1));
  hear("completed", act);
  let turn;
  let close;
  hear("closed", (event) => {
    act(event);
    // It takes a moment to go; what asks next need not wait for it.
    stop.on = 0;
    close?.();
  });
  // Our own node is held from the start: others may put theirs before it.
  const lift = () => {
    place ||= placeIn(host);
    if (floats && stop.on) raise(place, () => end("escape"));
  };
  // Drawn for the first time. An element that is moved later falls out of the top layer, and the loader calls `again`.
  hear("shown", () => {
    fence(host, floats, over.signal);
    (stop.again = lift)();
    [turn, close] = motion(host, place, !floats, over.signal);
    if (floats && display !== "modal") giveWay(host, place, over.signal);
  });

  const position = options.position || theirs.position;
  if (position) host.dataset.position = position;
  const { scheme, css } = sheet.theme || {};
  let theme = options.theme || scheme || "page";
  // Dark only where the page can be, and then as the customer's system is.
  if (theme === "page") theme = /dark/.test(getComputedStyle(host.parentElement || host).colorScheme) ? "system" : "light";
  const channel = +options.channel || 0;
  // A screen reader is past its place by then.
  const arrives = floats && display !== "modal" && !now && (delay > 0 || /^[des]/.test(trigger));
  const more = { script: element, display, position, theme, channel, load_ms, arrives, leave: entry.leave, motions: motions(() => turn?.()) };
  const settings = { ...options, ...more };
  // A typeface that the page sets further up is the page's wish too.
  const face = getComputedStyle(host).getPropertyValue("--trente-font") && ":host{--trente-font:inherit}";
  const styles = __CSS__ + ".place[hidden]{display:none}" + face + (css || "");
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
    // Without the wasm it was the link's turn, and that could not be drawn either.
    throw module ? error : "wasm";
  }
};

// Gives the code of the failure, if there is one that was not reported yet.
document.currentScript.trente((all) => show(all).catch((error) => error?.at ? error : "error"));
document.currentScript.remove();
