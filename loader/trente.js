// The loader: one script tag on a merchant's page, and the page's interface to it. Contract: docs/embed.md.
// Filled in by `cargo xtask dist`: __VERSION__, and what ask.js needs.
import { ask, deliver, own, page } from "./ask.js";
import { said, tidy } from "./options.js";

const url = (text) => {
  try {
    return new URL(text, page.baseURI);
  } catch {}
};

// Optimisers move `src` to an attribute of their own. An `id` may look alike.
const source = ({ attributes = [] }) =>
  [...attributes].find(({ name, value }) => name !== "id" && /(^|\/)trente[^/]*\.m?js/.test(value))?.value;

/** The attributes of a tag or an element. Those that the tag lacks may stand in its address: tag managers drop them. */
const written = (element) => {
  const tag = [...(element.attributes || [])].map(({ name, value }) => [name.replace("data-", ""), value]);
  const address = source(element) || element.src;
  // Templates write `&amp;` in scripts too, and names in capitals.
  const query = [...((address && url(address)?.searchParams) || [])].map(([name, value]) => [name.toLowerCase().replace("amp;", ""), value]);
  // The loader of a site has its name in its address.
  const [, site = ""] = /trente\.([a-z\d-]+)\.js/.exec(address) || [];
  return Object.fromEntries([["site", site], ...query, ...tag.filter(([name, value]) => said(value) || name === "preview")]);
};

// A module, or a tag that an optimiser runs, has no current script, or that of another script.
const current = page.currentScript;
const isTag = (script) => source(script) && said(written(script).site);
const scripts =
  current?.dataset.site || (current && isTag(current)) ? [current] : [...page.querySelectorAll("script")].filter(isTag);
// A tag that names no site is told so; a page of elements needs nothing more of it than where the collector is.
const bare = current || [...page.querySelectorAll("script")].filter(source).pop();
if (!scripts[0] && bare) scripts.push(bare);
const first = scripts[0] || page;

/** The options as they stand there now, and where the collector is. */
const read = (element, more) => {
  const options = tidy({ ...written(element), ...more });
  const place = (options.base && url(options.base + "/")) || url(source(element) || source(first) || first.src);
  // Without what follows the last slash of the path.
  options.base = place?.href.replace(/\/+[^/?#]*([?#].*)?$/, "");
  return options;
};

const start = (element, more, now, into) => {
  const options = read(element, more);
  const { site, target, display, trigger } = options;
  // One floating survey of a site at a time, whatever tags ask for it.
  const key = into || [site, target] + "";
  const old = own.asked.get(key);
  // A part of the page that begins with / or ! is an address of the page's own.
  let at = page.URL.split(/#(?![/!])/)[0];
  let { order } = options;
  /** What the tag itself says. */
  const said = more?.order ? read(element).order : order;
  // The tag of an earlier address, which nothing has changed since: its order is that of what was bought there.
  if (now && !more?.order && old?.element === element && old.said === said && old.at !== at) {
    more = { ...more, order: (order = ""), signature: "" };
    at = old.at;
  }
  // Waiting or on the page.
  const live = old && old.on !== 0 && !old.signal.aborted;
  if (now) {
    if (old?.on && old.order === order) return;
  } else {
    // A page that asks by its script has no need of a tag that says more than where the loader is.
    if (display === "none" || (site ? trigger === "manual" : own.asked.size)) return deliver(options);
    if (!into && old) {
      const there = old.element?.isConnected;
      const stays =
        old.element === element ? !order || old.said === order
        : !order || old.order === order ? old.on || there
        : old.order ? live && there && old.at === at
        : live && old.acted;
      if (stays) return;
    }
  }
  old?.abort();
  const stop = Object.assign(new AbortController(), { key: site + said, element, said, order, at });
  own.asked.set(key, stop);
  ask(element, () => read(element, more), stop, now, into);
};

// The page's only global. Of several loaders on a page the first one keeps it.
const api = (window.trente ||= {});
const tags = (own.tags ||= []);
tags.push(...scripts);

/** The tag that the page means: the newest that has an order. */
const tag = () => {
  const there = tags.filter((each) => each.isConnected);
  return there.filter((each) => read(each).order).pop() || there[0] || tags[tags.length - 1] || page;
};

if (!api._) {
  const play = ([name, ...values]) => api[name]?.(...values);
  const queue = api.q || [];
  Object.assign(api, {
    _: own,
    version: __VERSION__,
    show: (options) => start(tag(), options, 1),
    hide: () => own.asked.forEach((stop) => stop.abort()),
    on(name, listener) {
      page.addEventListener((name = "trente:" + name), listener);
      return () => page.removeEventListener(name, listener);
    },
    q: { push: play },
  });
  queue.forEach(play);

  // Brings an element in line with its attributes and its place: one of the page's own has a site, one that the glue
  // made has none, and stays what it is until it leaves the page.
  const align = (element) => {
    const { site, order } = tidy(written(element));
    const old = own.asked.get(element);
    const key = element.isConnected && (site ? site + order : old?.key);
    if (old?.key === key) {
      // What a page kept of itself, and shows again: a copy of ours without what was in it.
      if (!old && element.dataset.display && !element.shadowRoot) element.remove();
      return old?.again?.();
    }
    old?.abort();
    own.asked.delete(element);
    if (key) start(element, {}, 0, element);
  };
  // A page may have taken the registry away, or the name.
  try {
    class Survey extends HTMLElement {
      // Moving an element disconnects and connects it at once: only what is true afterwards counts.
      connectedCallback() {
        queueMicrotask(() => align(this));
      }
      disconnectedCallback() {
        this.connectedCallback();
      }
      attributeChangedCallback() {
        this.connectedCallback();
      }
    }
    Survey.observedAttributes = ["site", "order"];
    customElements.define("trente-survey", Survey);
  } catch {}
}
scripts.forEach((script) => {
  start(script);
  // A page of one part may write the next order into the tag that stands there.
  new MutationObserver(() => start(script)).observe(script, { attributes: true });
});
