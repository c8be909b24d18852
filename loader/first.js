// First screen of a site's survey, drawn before glue and wasm are there: a tree of tags that the collector has made of
// the survey (crates/trente-survey/src/definition/first.rs), the same as the widget's own first one. It closes, and
// keeps what else the customer does until the glue is there (glue/early.js). Contract: docs/embed.md, “The first
// screen”.
// Filled in by `cargo xtask dist`: __CSS__, and by the collector for each site: __SITE__.
import { from, languages, own, page } from "./ask.js";
import { response, sampled } from "./glue/digest.js";
import { adopts, sheetOf } from "./glue/link.js";
import { domReady, sleep } from "./glue/waiting.js";
import { hash } from "./pause.js";
import { enter, standing } from "./stage.js";

const data = __SITE__;

/** Places of texts: `Texts` in first.rs. */
const [LANG, DIR, TITLE, , , , PROMPT, HEAD] = Array(8).keys();
const DIALOGS = "dialog,[aria-modal=true i],[role=dialog],[role=alertdialog]";

/** The language of the survey that a tag names: as in crates/trente-survey/src/locale.rs. */
const spoken = (tag) => {
  // A single letter opens an extension, which says nothing of the script.
  const [told] = `${tag || ""}`.toLowerCase().replace(/_/g, "-").split(/[.@]|-.?(?=-|$)/);
  const script = /-([a-z]{4})(-|$)/.exec(told)?.[1];
  return Object.keys(data.text).find((each) =>
    told.split("-")[0] === each.slice(0, 2) &&
    (script ? script === (data.text[each][0] || "latn").toLowerCase() : each !== "zh-Hans" || !/-(tw|hk|mo|cht)\b/.test(told)));
};

/** Whether the page has nothing open that the survey would lie over, as far as can be told without the glue. */
const isPlain = () => {
  const middle = page.elementFromPoint?.(innerWidth / 2, innerHeight / 2);
  const shut = (dialog) => dialog.checkVisibility && !dialog.checkVisibility();
  return [...page.querySelectorAll(DIALOGS)].every(shut) && !page.activeElement?.shadowRoot && !middle?.shadowRoot;
};

const said = (value, text) => (value.toFixed ? text[value] : value);

const set = (element, attributes, text) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (said(value, text) || value === "") element.setAttribute(key, said(value, text));
  }
};

/** The element of a tree; none where its text is empty. */
const draw = ([name, attributes, ...children], text) => {
  const element = page.createElement(name);
  set(element, attributes, text);
  for (const child of children) {
    const node = child.pop ? draw(child, text) : said(child, text);
    if (node) element.append(node);
    else if (!child.pop) return;
  }
  return element;
};

/** Opens the shadow root with the styles and the place: as in src/browser/page.rs. */
const open = ({ host, display, theme, position, styles }, text, tree) => {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  // A page that pretends shadow roots gives something else: nothing would keep its styles out.
  if (!(root instanceof ShadowRoot)) throw 0;
  root.adoptedStyleSheets = styles.map(sheetOf);
  const modal = display === "modal";
  const said = { lang: LANG, dir: DIR, "data-display": display, "data-theme": theme };
  set(host, said, text);
  const more = modal ? { tabindex: "-1", "aria-label": TITLE } : display !== "inline" && { popover: "manual" };
  const inner = [...text];
  // A dialog has the name itself.
  if (modal) inner[TITLE] = "";
  const drawn = draw(["div", { class: "drawn" }, tree], inner);
  root.append(draw([
    modal ? "dialog" : "div", { class: "place", ...said, "data-position": position || "", ...more }, drawn,
    ["p", { class: "unseen", role: "status", "aria-live": "polite" }],
  ], text));
  return drawn;
};

/** Counts the visible time from now on, as src/browser/clock.rs does. */
const clock = (signal) => {
  let [sum, since] = [0, page.hidden ? 0 : performance.now()];
  const read = () => sum + (since && performance.now() - since);
  page.addEventListener("visibilitychange", () => {
    sum = read();
    since = page.hidden ? 0 : performance.now();
  }, { signal });
  return read;
};

/** Whether the tab has an unfinished response to this survey, which goes on where it was. */
const unfinished = ({ storage }) => {
  try {
    return storage !== "none" && ("\n" + sessionStorage["trente-resume"]).includes("\n" + data.survey);
  } catch {}
};

const first = async (all) => {
  const { options, stop, now, own, emit, started } = all;
  const { base, site, order, trigger, preview, signature } = options;
  const { signal } = stop;
  const { delay_s: delay } = data.display;
  if (!(await first.asks(all))) return 0;
  // The survey is there, and the glue is not: it will be the card with the link.
  const { sheet } = all;
  let display = standing(all, data.display);
  // A link takes no focus.
  if (sheet && display === "modal") display = "card";
  // The rest only the widget knows.
  const origin = from(options);
  const known = !origin || !data.from || data.from.includes(parseInt(hash(origin), 36));
  if (!adopts() || (!sheet && (preview || !known || unfinished(options)))) return;
  const wanted = languages(options);
  const lang =
    sheet?.lang || wanted.map(spoken).find(Boolean) || (wanted.some((tag) => `${tag || ""}`.trim()) && data.text.en && "en");
  const texts = data.text[lang];
  if (!texts) return;
  await domReady(signal);
  const load_ms = performance.now() - started;
  // Drawing is a task of its own too: reading the script and the storage has taken a slow phone long enough.
  await sleep(delay && !now && !trigger ? delay * 1e3 - load_ms : 0, signal);
  if (signal.aborted || (!sheet && display !== "inline" && !isPlain())) return;

  const [script, ...others] = texts;
  const text = [lang, script === "Arab" ? "rtl" : "ltr", ...others];
  text.splice(order || /^[\w-]{27}$/.test(signature) ? HEAD : HEAD + 2, 2);
  const it = enter(all, data, display, own.css, load_ms);
  if (!it) return 0;
  let drawn;
  try {
    drawn = open(it, text, data.tree);
  } catch {
    it.leave();
    return;
  }
  const find = (what) => drawn.querySelector(what);
  const marked = () => find(":checked")?.value;
  const elapsed = clock(it.signal);
  const acts = [];
  for (const name of ["pointerdown", "keydown", "click", "submit", "pointerover", "focusin"]) {
    drawn.addEventListener(name, (event) => {
      const { type, target, key } = event;
      // What fails here fails quietly, as behind glue/guard.js.
      try {
        if (/down/.test(type)) drawn.parentNode.dataset.hand = key ? "keys" : "pointer";
        if (type === "submit") event.preventDefault();
        if (type === "click") stop.acted = 1;
        if (key === "Escape" && !event.isComposing) {
          event.preventDefault();
          event.stopPropagation();
          it.end("escape");
        } else if (type === "click" && target.closest(".close")) it.end("button");
        // An event that is over has no target any more.
        else it.heard([event, target, elapsed(), marked()]);
      } catch {
        if (stop.on) it.link();
      }
    });
  }
  Object.assign(it, {
    survey: data.survey, lang, elapsed, acts,
    /** Hears of an act, with the visible time and the option that was marked. The glue takes its place. */
    heard: (act) => acts.push(act),
    /** Without the widget: the link to the collector's own page, with the answer in it. Gives the code of its failure. */
    link() {
      it.heard = () => {};
      try {
        const value = marked();
        const href = `${base}/s/${site}?l=${lang}` + (value ? "&a=" + value : "") + (signature ? "&g=" + signature : "") + (preview ? "&preview" : "");
        const prompt = draw(["p", { class: "prompt", part: "question" }, PROMPT], text);
        const anchor = draw(["a", { class: "send", part: "button send", target: "_blank", rel: "noopener noreferrer", href }, all.sheet?.text?.link || TITLE], text);
        anchor.onclick = it.act;
        // The order itself stays in the page.
        if (order && !signature) response(data.survey, order).then((id) => id && (anchor.href = href + "&r=" + id), () => {});
        const focused = it.host.shadowRoot.activeElement;
        find(".foot").remove();
        find(".screen").replaceChildren(prompt, anchor);
        // Only a survey that has come can be a preview.
        if (preview) find(".card").prepend(draw(["p", { class: "preview" }, all.sheet?.text?.rehearsal || ""], text) || "");
        if (focused && !focused.isConnected) anchor.focus({ preventScroll: true });
        return 0;
      } catch {
        it.leave();
        return "files";
      }
    },
  });
  // In a task of its own: with what comes before, laying it over the page would hold a slow phone up for too long at once.
  await sleep(0, it.signal);
  if (stop.on) emit(it.host, "shown", { site, survey: data.survey, display: sheet ? "link" : display, load_ms: it.load_ms });
  return it;
};

/** Whether this customer is to be asked: the survey is shown without the page's wish, and the order is in the sample. */
first.asks = async (all) =>
  standing(all, data.display) !== "none" && (all.free || (await sampled(data.display.share, all.options, all.own)));

own.css = __CSS__;
(own.first ||= {})[data.site] = first;
