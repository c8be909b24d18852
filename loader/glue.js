// Wraps wasm-bindgen's glue into a classic script that hands itself to the loader, which left a function on the
// script element. The styles travel here as text: a shadow root adopts them without a request of their own.
import { initSync, mount, unmount } from "trente-glue";

// The same response as the widget's, without telling the order: only its hash leaves the page.
const response = async (survey, order) => {
  if (!order || !window.crypto || !crypto.subtle) return "";
  const text = new TextEncoder();
  const id = survey.match(/../g).map((pair) => parseInt(pair, 16));
  const preimage = new Uint8Array([...text.encode("trente1:ord"), ...id, ...text.encode(order)]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", preimage));
  return "&r=" + [...hash.slice(0, 8)].map((byte) => (byte + 256).toString(16).slice(1)).join("");
};

// Where WebAssembly is refused or late: the same survey on the collector's own page.
const link = async (host, { dir, lang, survey, text }, { base, display, order, signature, site, theme }) => {
  const element = (name, fields) => Object.assign(document.createElement(name), fields);
  const href = `${base}/s/${site}?l=${lang}` + (signature ? "&g=" + signature : await response(survey, order));
  const card = element("section", { className: "card", ariaLabel: text.title });
  const bar = element("div", { className: "bar" });
  const close = element("button", { className: "close", textContent: "×", ariaLabel: text.close });
  close.onclick = () => {
    host.dispatchEvent(new CustomEvent("trente:closed", { bubbles: true, detail: { reason: "button" } }));
    host.remove();
  };
  bar.append(close);
  const prompt = element("p", { className: "prompt", textContent: text.title });
  const anchor = element("a", { className: "send", target: "_blank", rel: "noopener noreferrer", href, textContent: text.link });
  card.append(bar, prompt, anchor);
  const style = new CSSStyleSheet();
  style.replaceSync(__CSS__);
  Object.assign(host, { dir, lang });
  Object.assign(host.dataset, { display, theme });
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  root.append(card);
  return true;
};

document.currentScript.trente({
  link,
  start(module) {
    initSync({ module });
    return { mount: (host, sheet, options) => mount(host, sheet, options, __CSS__), unmount };
  },
});
