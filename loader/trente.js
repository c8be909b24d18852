// The loader: one script tag on a merchant's page, and the page's interface to it. Contract: docs/embed.md.
// Filled in by `cargo xtask dist`: __VERSION__, and what ask.js needs.
import { ask, own, page } from "./ask.js";

const attributes = ({ attributes = [] }) =>
  Object.fromEntries([...attributes].map(({ name, value }) => [name.replace("data-", ""), value]));

// Optimisers move `src` to an attribute of their own.
const source = (element) => element.outerHTML?.match(/[^"]*\/trente.*?js/);

// A module, or a tag that an optimiser runs, has no current script, or that of somebody else.
const current = page.currentScript;
const scripts = [...page.querySelectorAll("script[data-site]")].filter((script) =>
  current?.dataset.site ? script === current : source(script),
);
if (!scripts[0] && current) scripts.push(current);
const first = scripts[0] || page;

const start = (element, options, now, into) => {
  const { base, site, order, target } = options;
  // Without what follows the last slash.
  options.base = new URL(base ? base + "/" : source(first) || first.src, page.baseURI).href.replace(/\/+[^/]*$/, "");
  const key = into || [options.base, site, order, target] + "";
  const old = own.asked.get(key);
  if (now ? old?.on : old || options.display === "none") return;
  old?.abort();
  const stop = new AbortController();
  stop.key = site + order;
  own.asked.set(key, stop);
  ask(element, options, stop, now, into);
};

// The page's only global. Of several loaders on a page the first one keeps it.
const api = (window.trente ||= {});
if (!api._) {
  const play = ([name, ...values]) => api[name]?.(...values);
  const queue = api.q || [];
  Object.assign(api, {
    _: own,
    version: __VERSION__,
    show: (options) => start(first, { ...attributes(first), ...options }, 1),
    hide: () => own.asked.forEach((stop) => stop.abort()),
    on(name, listener) {
      page.addEventListener((name = "trente:" + name), listener);
      return () => page.removeEventListener(name, listener);
    },
    q: { push: play },
  });
  queue.forEach(play);

  // Brings an element in line with its attributes and its place: one of the page's own has a site, one that the glue
  // made has none, which gives NaN, and stays what it is until it leaves the page.
  const align = (element) => {
    const options = attributes(element);
    const old = own.asked.get(element);
    const key = element.isConnected && (options.site + options.order || old?.key);
    if (old?.key === key) return old?.again?.();
    old?.abort();
    own.asked.delete(element);
    if (key) start(element, attributes(element), 0, element);
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
scripts.forEach((script) => start(script, attributes(script)));
