// Puts the widget in the form's place where it can: before the customer has begun, and soon, or not at all. Whatever
// fails, the form stays, which needs none of this. Contract: docs/embed.md#hosted-page.

/** After this long the customer is reading the form, or has it read to them, which no event tells, and it stays; in ms. */
const SOON = 2000;

const form = document.querySelector("form[data-site]");
const { site, order, signature, end, endIncident, waiting } = form.dataset;
const preview = "preview" in form.dataset;
const { lang } = document.documentElement;
// As the system has it, like the page around it, unless the merchant says otherwise.
const { theme = "system" } = document.documentElement.dataset;

const started = performance.now();

/** The customer has touched the form, or the browser has filled it in again after they went back. */
let begun = false;
const begin = () => (begun = true);
for (const act of ["pointerdown", "keydown", "focusin", "input"]) form.addEventListener(act, begin);
addEventListener("scroll", begin, { once: true });
const mayGo = () => !begun && !form.querySelector("fieldset :checked");

const element = (name, fields) => Object.assign(document.createElement(name), fields);
const stage = element("div", { hidden: true });
const place = element("div");
// The widget has no heading of its own, and the form's goes with it.
stage.append(element("h1", { className: "unseen", textContent: document.title }), place);
const said = { completed: false, sent: false, branch: "" };
let link = false;
const on = (name, act) => place.addEventListener("trente:" + name, act);
// Where WebAssembly is refused the widget is a card with a link to this very page.
on("shown", ({ detail }) => (link = detail.display === "link"));
on("completed", ({ detail }) => Object.assign(said, { completed: true, branch: detail.branch }));
on("answered", () => (said.sent = false));
on("delivered", () => (said.sent = true));

// What the widget said last stands there until it has gone: an answer that was refused is not on its way.
on("closed", () => (said.last = place.querySelector("trente-survey")?.shadowRoot?.querySelector(".end")?.textContent));

/** The page as it was, or its last words once the customer has answered. */
const leave = () => {
  stage.remove();
  form.hidden = false;
  if (!said.completed) return;
  const text = said.sent ? (said.branch === "D" ? endIncident : end) : said.last || waiting;
  const last = element("h1", { textContent: text, tabIndex: -1 });
  form.replaceWith(last);
  // What had the focus has gone.
  if (document.activeElement === document.body) last.focus();
};

const swap = async () => {
  const { mount } = await import("../trente.mjs");
  if (!mayGo()) return;
  form.before(stage);
  // Not while the widget is still at work on its own end.
  for (const name of ["closed", "failed"]) on(name, () => setTimeout(leave));
  // A customer who has answered for this order in this browser keeps the form: it finds the revision that is stored,
  // which the widget cannot know.
  const options = { site, order, signature, preview, lang, theme, display: "inline", respect: !!order };
  const survey = await mount(place, options);
  if (!survey.shown || link || !mayGo() || performance.now() - started > SOON) {
    survey.unmount();
    stage.remove();
    return;
  }
  form.hidden = true;
  stage.hidden = false;
};

if ("WebAssembly" in window) swap().catch(() => stage.remove());
