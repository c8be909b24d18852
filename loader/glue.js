// Glue: decides whether and where the survey is shown, and mounts the widget; one classic script with wasm-bindgen's
// glue and the styles, which a shadow root adopts without a request of their own. It hands itself to ask.js, which left
// a function on the script element. Filled in by `cargo xtask dist`: __CSS__.
import { start } from "trente-glue";
import { sampled } from "./glue/digest.js";
import { understand } from "./glue/early.js";
import { trap } from "./glue/guard.js";
import { fence } from "./glue/fence.js";
import { adopts, link, sheetOf } from "./glue/link.js";
import { motion, motions } from "./glue/motion.js";
import { domReady, giveWay, noDialogOpen, sleep } from "./glue/waiting.js";
import { enter, standing } from "./stage.js";

/** How long the wasm may take before the link card comes. */
const LATE_MS = 5e3;
/** All styles; for the loader of a site, which has those of the first screen, the others. */
const CSS = __CSS__;
/** The smallest module there is. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** What the wasm has drawn: who asked for it, and what takes it off the page. */
const drawn = new Set();
trap.heard = () =>
  drawn.forEach(({ script, leave, emit }) => {
    leave();
    emit(script, "failed", { code: "panic" });
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

/** The instance that draws. The memory of a wasm never shrinks, so it goes with the last survey that is drawn. */
let running;
const run = (module) => {
  const widget = running || start();
  if (!running) widget.initSync({ module });
  if (trap.came) throw "panic";
  return (running = widget);
};
/** What is still under way in an instance, such as a delivery, keeps it until it is over. */
const release = () => {
  if (!drawn.size) running = 0;
};

/** What a survey that is shown needs of the page, and the page of it. */
const settle = (it) => {
  const { host, place, floats, signal, acts } = it;
  fence(host, floats, signal);
  [it.turn, it.close] = motion(place, !floats, signal, acts);
  if (floats) giveWay(host, place, signal, it.lift);
};

/** Draws the survey into what has entered the page; with `more`, behind the first screen that the loader has drawn. */
const draw = (it, sheet, more) => {
  const { options, styles } = it;
  // Each of the type that `Options` in src/config.rs has.
  const channel = +options.channel || 0;
  const position = it.position || "";
  const settings = { ...options, ...it, channel, position, motions: motions(() => it.turn?.()), ...more };
  it.gone = () => {
    drawn.delete(it);
    // What the page keeps of this survey must not keep the instance.
    it.widget = it.unmount = 0;
    release();
  };
  const mounted = it.widget.mount(it.host, sheet, settings, styles.join(""));
  if (trap.came) throw "panic";
  if (!mounted) throw "survey";
  drawn.add(it);
  it.unmount = it.widget.unmount;
};

/** Takes over the first screen from the loader: at the customer's first act, and not before. */
const takeOver = ({ early: it, stop, sheet }, module, ready) => {
  const begin = () => {
    if (it.unmount || !stop.on) return;
    it.widget = run(module);
    // The loader has the styles of the first screen alone.
    const root = it.host.shadowRoot;
    const [early, ...others] = root.adoptedStyleSheets;
    root.adoptedStyleSheets = [early, sheetOf(CSS), ...others];
    draw(it, sheet, { early: true, elapsed: it.elapsed_ms ?? it.elapsed() });
  };
  const turn = ([kind, value, keys, at_ms]) => {
    begin();
    const { place, host } = it;
    // The same node of the widget's tree: nothing that the customer stands on goes away under them.
    const { name, value: option, classList } = host.shadowRoot.activeElement || {};
    // What was tapped has been seen chosen since then.
    it.widget.act(host, kind, value, keys, it.elapsed() - at_ms);
    const focused = name ? `[name=option][value="${option}"]` : classList?.[0] && "." + classList[0];
    if (focused) place.querySelector(focused)?.focus({ preventScroll: true });
  };
  ready(begin, turn, it.arrives);
};

const show = async (all) => {
  const { options, stop, now, free, into, own, files, sheet, started, since, emit, waiting } = all;
  let { early } = all;
  const { base, site, trigger } = options;
  const { signal } = stop;
  // The next call downloads again.
  const drop = () => Object.keys(own).forEach((key) => own[key] === files && delete own[key]);
  const compiled = async () => {
    const module = await (files.module ||= compile(files[1]));
    if (!module) drop();
    return module;
  };

  // An earlier answer of the customer's is to be delivered, and no more.
  if (!sheet) {
    const module = await compiled();
    if (module) {
      run(module).mount(undefined, {}, { display: "none", base }, "");
      release();
    }
    return;
  }

  let display = early?.display || standing(all, sheet.display);
  const { delay_s: delay, share } = sheet.display || {};
  if (!early && (display === "none" || !(free || (await sampled(share, options, own))))) {
    // What no other survey of the page needs is not fetched to its end. One that took this one's place needs it.
    if (own.asked.size < 2 && !waiting && !signal.aborted) files[2].abort(drop());
    return;
  }
  // Another survey has been published since the page got its loader: it is asked from its beginning.
  if (early && early.survey !== sheet.survey) early = early.leave();
  let ready;
  if (early) {
    settle(early);
    ready = understand(early, sheet.text.next);
  }

  let timer;
  if (!early) signal.onabort = () => clearTimeout(timer);
  const late = new Promise((go) => (timer = setTimeout(go, LATE_MS + since - performance.now())));
  let module;
  // Not the promise's own `finally`: where the page has another Promise there may be none.
  try {
    module = (early || adopts()) && (await Promise.race([compiled(), late]));
  } finally {
    clearTimeout(timer);
  }
  if (early) {
    if (!stop.on) return;
    if (!module) throw "wasm";
    return takeOver(all, module, ready);
  }
  await domReady(signal);
  const load_ms = performance.now() - started;

  const floats = display !== "inline";
  if (delay && !now && !trigger) await sleep(delay * 1e3 - load_ms, signal);
  if (floats) await noDialogOpen(signal, into || all.element);
  if (signal.aborted) return;
  let widget;
  try {
    widget = module && run(module);
  } catch (error) {
    if (trap.came) throw error;
    module = undefined;
  }
  // A link takes no focus.
  if (!module && display === "modal") display = "card";

  const it = enter(all, sheet, display, (own.css || "") + CSS, load_ms);
  if (!it) return release();
  it.widget = widget;
  it.hear("shown", () => settle(it));
  try {
    if (module) draw(it, sheet);
    else {
      await link(it, sheet);
      emit(it.host, "shown", { site, survey: sheet.survey, display: "link", load_ms });
    }
  } catch (error) {
    it.leave();
    // Without the wasm it was the link's turn, and that could not be drawn either.
    throw module ? error : "wasm";
  }
};

// Gives the code of the failure, if there is one that was not reported yet.
document.currentScript.trente((all) => show(all).catch((error) => error?.at ? error : "error"));
document.currentScript.remove();
