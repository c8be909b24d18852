// Link card, the fallback where the widget cannot run: it links to the same survey on the collector's hosted page.
import { response } from "./digest.js";

/** Whether a shadow root can be given the styles: not in Safari before 16.4. */
export const adopts = () => {
  try {
    return "adoptedStyleSheets" in Document.prototype && !!new CSSStyleSheet();
  } catch {}
};

const make = (name, fields, style, ...children) => {
  const element = Object.assign(document.createElement(name), fields);
  // Only where there are no style sheets, and not by the attribute, which a policy may forbid.
  if (!adopts()) element.style.cssText = style;
  element.append(...children);
  return element;
};

const AROUND =
  "all:initial;display:block;box-sizing:border-box;padding:.5em 1em;font:16px/1.5 system-ui,sans-serif;color:#1d1d1b;background:#fff;border:1px solid;border-radius:10px;";
const OVER = "position:fixed;right:12px;bottom:12px;max-width:22em;z-index:2147483000";

/** A style sheet of this text. */
export const sheetOf = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};

/** Draws the card into what has entered the page. */
export const link = async ({ host, options, display, theme, styles, end, act }, { dir, lang, survey, text }) => {
  const { base, order, preview, signature, site } = options;
  const id = signature ? "" : await response(survey, order);
  const href =
    `${base}/s/${site}?l=${lang}` + (signature ? "&g=" + signature : id ? "&r=" + id : "") + (preview ? "&preview" : "");
  const inline = display === "inline";
  const button = make("button", { className: "close", part: "close", textContent: "×", ariaLabel: text.close, onclick: () => end("button") },
    "float:right;min-width:44px;height:44px;font:inherit;background:none;border:0;cursor:pointer");
  const prompt = make("p", { className: "prompt", part: "question", textContent: text.title }, "margin:8px 0");
  const anchor = make("a", {
    className: "send", part: "button send", target: "_blank", rel: "noopener noreferrer", href, textContent: text.link, onclick: act,
  }, "display:block;padding:10px 0;color:inherit");
  const bar = make("div", { className: "bar" }, "", button);
  const mark = (preview && text.rehearsal && [make("p", { className: "preview", textContent: text.rehearsal }, "margin:0")]) || [];
  const card = make("section", { className: "card", part: "card", ariaLabel: text.title }, "", ...mark, bar, prompt, anchor);
  const place = make("div", { className: "place", dir, lang, popover: inline ? null : "manual" }, AROUND + (inline ? "" : OVER), card);
  place.onkeydown = ({ key }) => key === "Escape" && end("escape");
  Object.assign(host, { dir, lang });
  Object.assign(host.dataset, { display, theme });
  // The page may take the host's away again.
  Object.assign(place.dataset, host.dataset);
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  if (adopts()) root.adoptedStyleSheets = styles.map(sheetOf);
  root.append(place);
};
