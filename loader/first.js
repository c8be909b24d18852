// The first screen, shown before glue and wasm are there: a tree of tags that the collector has made of the survey
// (crates/trente-survey/src/definition/first.rs), the same as the widget's own first one. It marks what is chosen and
// remembers the customer's act; the glue takes over at that act and replays it. Contract: docs/embed.md, “The first screen”.
// Filled in by `cargo xtask dist`: __CSS__, and by the collector for each site: __SITE__.
import { from, languages, own, page } from "./ask.js";
import { response, sampled } from "./glue/digest.js";
import { adopts } from "./glue/link.js";
import { parsed, passed } from "./glue/waiting.js";
import { hash } from "./rest.js";
import { enter, standing } from "./stage.js";

const data = __SITE__;

/** Places of texts: `Texts` in first.rs. */
const [LANG, DIR, SCRIPT, TITLE, LINK, , , NEXT, , , HEAD] = Array(11).keys();
/** What the glue's `act` knows, and its word for no option. */
const [CHOOSE, CONFIRM, FORWARD, NONE] = [0, 1, 2, 255];
/** After this long without a touch the widget is made ready, in ms. */
const IDLE_MS = 2e3;
const DIALOGS = "dialog,[aria-modal=true i],[role=dialog],[role=alertdialog]";
const TRADITIONAL = /^(TW|HK|MO|CHT)$/i;

/** The language of the survey that a tag names: as in crates/trente-survey/src/locale.rs. */
const spoken = (tag) => {
  const [primary, ...subtags] = `${tag || ""}`.split(/[.@]/)[0].split(/[-_]/);
  const end = subtags.findIndex((subtag) => subtag.length < 2);
  const told = end < 0 ? subtags : subtags.slice(0, end);
  const script = told.find((subtag) => /^[a-z]{4}$/i.test(subtag));
  return Object.keys(data.text).find((each) => {
    const [name] = each.split("-");
    if (name !== primary.toLowerCase()) return;
    if (script) return script.toLowerCase() === data.text[each][SCRIPT].toLowerCase();
    return name !== "zh" || !told.some((subtag) => TRADITIONAL.test(subtag));
  });
};

/** Whether the page has nothing open that the survey would lie over, as far as can be told without the glue. */
const isPlain = () => {
  const middle = page.elementFromPoint?.(innerWidth / 2, innerHeight / 2);
  const shut = (dialog) => dialog.checkVisibility && !dialog.checkVisibility();
  return [...page.querySelectorAll(DIALOGS)].every(shut) && !page.activeElement?.shadowRoot && !middle?.shadowRoot;
};

/** The element of a tree; none where its text is empty. */
const draw = ([name, attributes, ...children], text) => {
  const element = page.createElement(name);
  const said = (value) => (value.toFixed ? text[value] : value);
  for (const [key, value] of Object.entries(attributes)) {
    if (said(value) || value === "") element.setAttribute(key, said(value));
  }
  for (const child of children) {
    const node = child.pop ? draw(child, text) : said(child);
    if (node) element.append(node);
    else if (!child.pop) return;
  }
  return element;
};

/** Opens the shadow root with the styles and the place: as in src/browser/page.rs. */
const open = ({ host, display, settings, styles }, text, drawn) => {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  // A page that pretends shadow roots gives something else: nothing would keep its styles out.
  if (!(root instanceof ShadowRoot)) throw 0;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  const modal = display === "modal";
  const place = page.createElement(modal ? "dialog" : "div");
  const set = (element, attributes) =>
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value || ""));
  const region = page.createElement("p");
  set(region, { class: "unseen", role: "status", "aria-live": "polite" });
  const said = {
    lang: text[LANG], dir: text[DIR], "data-display": display, "data-theme": settings.theme,
    "data-position": settings.position,
  };
  set(host, Object.fromEntries(Object.entries(said).filter(([, value]) => value)));
  set(place, { class: "place", ...said });
  if (modal) set(place, { tabindex: "-1", "aria-label": text[TITLE] });
  else if (display !== "inline") place.setAttribute("popover", "manual");
  place.append(drawn, region);
  root.append(place);
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

/** Whether the tab has an unfinished response, which goes on where it was. */
const unfinished = ({ storage }) => {
  try {
    return storage !== "none" && sessionStorage["trente-resume"];
  } catch {}
};

const first = async (all) => {
  const { options, stop, now, own, emit, started } = all;
  const { base, site, order, trigger, preview, signature } = options;
  const { signal } = stop;
  const { delay_s: delay } = data.display;
  if (!(await first.asks(all))) return 0;
  const display = standing(all, data.display);
  // The rest only the widget knows.
  const origin = from(options);
  const known = !origin || !data.from || data.from.includes(parseInt(hash(origin), 36));
  if (preview || !known || !adopts() || unfinished(options)) return;
  const wanted = languages(options);
  const lang = wanted.map(spoken).find(Boolean) || (wanted.some((tag) => `${tag || ""}`.trim()) && data.text.en && "en");
  const texts = data.text[lang];
  if (!texts) return;
  await parsed(signal);
  if (delay && !now && !trigger) await passed(delay * 1e3 + started - performance.now(), signal);
  if (signal.aborted || (display !== "inline" && !isPlain())) return;

  const text = [...texts];
  text.splice(order || /^[\w-]{27}$/.test(signature) ? HEAD : HEAD + 2, 2);
  const form = [...text];
  // A dialog has the name itself.
  if (display === "modal") form[TITLE] = "";
  const it = enter(all, data, display, own.css, performance.now() - started);
  if (!it) return 0;
  const drawn = page.createElement("div");
  try {
    drawn.className = "drawn";
    drawn.append(draw(data.tree, form));
    open(it, text, drawn);
  } catch {
    it.leave();
    return;
  }
  const find = (what) => drawn.querySelector(what);
  const marked = () => find(":checked");

  let awake;
  let idle;
  let elapsed = clock(it.signal);
  let pending;
  let keys = true;
  let marks;
  const act = (kind, option) => {
    // Another option may take the place of one that was chosen; what goes on from there stands.
    if (pending?.[0] > CHOOSE) return;
    pending = [kind, option ? +option.value : NONE, keys];
    stop.acted = 1;
    elapsed = elapsed.call ? elapsed() : elapsed;
    it.turnOver?.(pending);
  };
  const heard = {
    pointerdown() {
      keys = marks = false;
      it.place.dataset.hand = "pointer";
    },
    keydown(event) {
      const { key, target, isComposing } = event;
      if (isComposing) return;
      keys = true;
      it.place.dataset.hand = "keys";
      const option = target.name === "option";
      marks = option && /^( |Arrow)/.test(key);
      if (key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        it.end("escape");
      } else if (key === "Enter" && option) {
        event.preventDefault();
        const was = target.checked;
        target.checked = true;
        act(was ? CONFIRM : CHOOSE, target);
      }
    },
    click(event) {
      const { target, detail } = event;
      if (target.closest(".close")) it.end("button");
      else if (target.closest(".skip")) act(FORWARD, marked());
      else if (target.name === "option") {
        // The second click of a double one is meant for the screen before.
        if (detail > 1) event.preventDefault();
        else if (marks) {
          find(".skip").setAttribute("part", "button next");
          find(".skip span").textContent = text[NEXT];
        } else act(CHOOSE, target);
        marks = false;
      }
    },
    submit(event) {
      event.preventDefault();
      if (marked()) act(CONFIRM, marked());
    },
    pointerover() {},
    focusin() {},
  };
  /** What fails here fails quietly, as behind glue/guard.js. */
  const guarded = (work) => {
    try {
      work();
    } catch {
      if (stop.on) it.link();
    }
  };
  for (const [name, hear] of Object.entries(heard)) {
    drawn.addEventListener(name, (event) => guarded(() => {
      hear(event);
      // A pointer, the focus or a key is there: the act is not far.
      awake = true;
      clearTimeout(idle);
      it.wake?.();
    }));
  }
  Object.assign(it, {
    survey: data.survey,
    lang,
    elapsed: () => (elapsed.call ? elapsed() : elapsed),
    /** Called by the glue once it can take over. */
    ready() {
      if (pending) return guarded(() => it.turnOver(pending));
      if (awake || all.waiting || it.settings.arrives) return guarded(it.wake);
      idle = setTimeout(() => (window.requestIdleCallback || setTimeout)(() => guarded(it.wake)), IDLE_MS);
      it.signal.addEventListener("abort", () => clearTimeout(idle));
    },
    /** Without the widget: the link to the collector's own page, with the answer in it. Gives the code of its failure. */
    link() {
      it.wake = it.turnOver = () => {};
      try {
        const value = marked()?.value;
        const prompt = Object.assign(page.createElement("p"), { className: "prompt", textContent: text[TITLE] });
        const anchor = Object.assign(page.createElement("a"), {
          className: "send", textContent: text[LINK], target: "_blank", rel: "noopener noreferrer", onclick: it.act,
        });
        prompt.setAttribute("part", "question");
        anchor.setAttribute("part", "button send");
        const href = `${base}/s/${site}?l=${lang}` + (value ? "&a=" + value : "") + (signature ? "&g=" + signature : "");
        anchor.href = href;
        // The order itself stays in the page.
        if (order && !signature) response(data.survey, order).then((id) => id && (anchor.href = href + "&r=" + id), () => {});
        const focused = it.host.shadowRoot.activeElement;
        find(".foot").remove();
        find(".screen").replaceChildren(prompt, anchor);
        if (focused && !focused.isConnected) anchor.focus({ preventScroll: true });
        return 0;
      } catch {
        it.leave();
        return "files";
      }
    },
  });
  emit(it.host, "shown", { site, survey: data.survey, display, load_ms: it.load_ms });
  return it;
};

/** Whether this customer is to be asked: the survey is shown without the page's wish, and the order is in the sample. */
first.asks = async (all) =>
  standing(all, data.display) !== "none" && (all.free || (await sampled(data.display.share, all.options, all.own)));

own.css = __CSS__;
if (data) (own.first ||= {})[data.site] = first;
