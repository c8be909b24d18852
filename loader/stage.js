// Lifecycle of the survey on the page: its element, its events, its end. A part of the glue, and of the per-site loader,
// which shows the first screen before the glue is there.
import { placeHost, placeIn, toTopLayer } from "./glue/host.js";
import { remember } from "./glue/pause.js";

const DISPLAYS = ["card", "banner", "modal", "inline", "none"];

/** How it stands on the page; `none` when it is not to be shown. */
export const standing = ({ options, now, wish, into }, { mode } = {}) => {
  const wishes = [now && options.display, options.target && "inline", options.display, into && "inline", mode];
  return wishes.find((each) => DISPLAYS.includes(each) && !(wish && each === "none")) || "card";
};

/** Forgets what the tab keeps of an unfinished response to a survey; those to others stay. */
const forget = (survey) => {
  const key = "trente-resume";
  const others = (sessionStorage[key] || "").split("\n").filter((line) => !line.startsWith(survey)).join("\n");
  if (others) sessionStorage[key] = others;
  else sessionStorage.removeItem(key);
};

/**
 * Enters the page: puts the element there, and hears what becomes of it. None where another survey of the site has the
 * place. `css` are the styles; `display` how it stands there.
 *
 * Of what it gives the widget reads some: src/config.rs.
 */
export const enter = (all, sheet, display, css, load_ms) => {
  const { element: script, options, stop, now, into, own, emit } = all;
  const { site, order, target, trigger, preview } = options;
  const { delay_s: delay, rest_days: days, ...theirs } = sheet.display || {};
  const floats = display !== "inline";
  // One floating survey of a site at a time, whatever asks for it.
  if (floats) {
    for (const other of [...own.asked.values()]) {
      if (other === stop || !other.on || other.floats !== site) continue;
      if (!now && (other.acted || other.order || !order)) return;
      other.abort();
    }
  }
  const [host, take] = placeHost(script, into, target || (!floats && theirs.target), floats);
  if (!host) throw "target";
  const over = new AbortController();
  const it = {
    script, options, emit, host, floats, display, load_ms, signal: over.signal,
    /** Off the page. `gone` and `unmount` are the glue's. */
    leave() {
      it.gone?.();
      stop.on = 0;
      // Without a reason of ours it would be an error, whose stack keeps the wasm that has called this.
      over.abort(0);
      take(it.place);
      if (host !== into) own.asked.delete(host);
    },
    end(reason) {
      if (!stop.on) return;
      emit(host, "closed", { reason });
      try {
        // The widget does this where it hears of the end first: src/browser/session.rs.
        if (reason !== "api") forget(sheet.survey);
      } catch {}
      (it.unmount || it.leave)(host);
    },
    // The controller has what the options of a listener need: its `signal`.
    hear: (name, heard) => host.addEventListener("trente:" + name, heard, over),
    // Our own node is held from the start: others may put theirs before it.
    lift() {
      it.place ||= placeIn(host);
      if (floats && stop.on) toTopLayer(it.place, () => it.end("escape"));
    },
  };
  stop.signal.onabort = () => it.end("api");
  // The loader ends it when the page takes the host away.
  own.asked.set(host, stop);
  stop.floats = floats && site;
  let rests = preview;
  it.act = ({ detail }) => {
    if (!rests && detail?.reason !== "api") rests = !remember(own, options, days);
  };
  // Where the focus was before it came in. Within the shadow root it crosses no border, so nothing of that is heard; and
  // the glue ends it there, but not before it has come so far.
  let before;
  host.addEventListener("focusin", ({ relatedTarget }) => (before = relatedTarget || before), { signal: over.signal, capture: true });
  it.hear("answered", () => (stop.acted = 1));
  it.hear("completed", it.act);
  it.hear("closed", (event) => {
    it.act(event);
    // It takes a moment to go; what asks next need not wait for it.
    stop.on = 0;
    // With a pointer the customer has pressed somewhere, and is there; a screen reader may press with neither.
    if (it.place?.dataset.hand !== "pointer" && host.shadowRoot.activeElement) before?.focus({ preventScroll: true });
    it.close?.();
  });
  // Drawn for the first time. An element that is moved later falls out of the top layer, and the loader calls `again`.
  it.hear("shown", () => (stop.again = it.lift)());

  it.position = options.position || theirs.position;
  if (it.position) host.dataset.position = it.position;
  it.theme = options.theme || sheet.theme?.scheme || "page";
  // Dark only where the page can be, and then as the customer's system is.
  if (it.theme === "page") it.theme = /dark/.test(getComputedStyle(host.parentElement || host).colorScheme) ? "system" : "light";
  // A screen reader is past its place by then.
  it.arrives = floats && display !== "modal" && !now && (delay > 0 || /^[des]/.test(trigger));
  // A typeface that the page sets further up is the page's wish too.
  const face = getComputedStyle(host).getPropertyValue("--trente-font") && ":host{--trente-font:inherit}";
  /** What later styles belong between. */
  it.styles = [css, ".place[hidden]{display:none}" + face + (sheet.theme?.css || "")];
  stop.on = 1;
  return it;
};
