// Where WebAssembly is refused or late: the same survey on the collector's own page.

// The same response as the widget's, without telling the order: only its hash leaves the page.
const response = async (survey, order) => {
  if (!order || !window.crypto?.subtle) return "";
  const text = new TextEncoder();
  const id = survey.match(/../g).map((pair) => parseInt(pair, 16));
  const preimage = new Uint8Array([...text.encode("trente1:ord"), ...id, ...text.encode(order)]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", preimage));
  return "&r=" + [...hash.slice(0, 8)].map((byte) => (byte + 256).toString(16).slice(1)).join("");
};

const make = (name, fields, ...children) => {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...children);
  return element;
};

/** Draws the card into `host`; `close` is its button's, `follow` is told of the link's. */
export const link = async (host, { dir, lang, survey, text }, settings, css, close, follow) => {
  const { base, display, order, signature, site, theme } = settings;
  const href = `${base}/s/${site}?l=${lang}` + (signature ? "&g=" + signature : await response(survey, order));
  const button = make("button", { className: "close", textContent: "×", ariaLabel: text.close, onclick: close });
  const prompt = make("p", { className: "prompt", textContent: text.title });
  const anchor = make("a", {
    className: "send", target: "_blank", rel: "noopener noreferrer", href, textContent: text.link, onclick: follow,
  });
  const bar = make("div", { className: "bar" }, button);
  const card = make("section", { className: "card", ariaLabel: text.title }, bar, prompt, anchor);
  const place = make("div", { className: "place", dir, lang, popover: display === "inline" ? null : "manual" }, card);
  const style = new CSSStyleSheet();
  style.replaceSync(css);
  Object.assign(host, { dir, lang });
  Object.assign(host.dataset, { display, theme });
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  root.append(place);
};
