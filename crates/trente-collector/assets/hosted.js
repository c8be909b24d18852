// Puts the widget in the form's place where it can: before the customer has begun, and soon, or not at all. Whatever
// fails, the form stays, which needs none of this. Contract: docs/embed.md, “Hosted page”.

/** After this long he is reading the form, and it stays, in ms. */
const SOON = 4000;

const form = document.querySelector("form[data-site]");
const { site, order, signature, end, waiting } = form.dataset;
const { lang } = document.documentElement;
const { theme } = document.documentElement.dataset;

/** He has touched the form, or the browser has filled it in again after he went back. */
let begun = false;
const begin = () => (begun = true);
for (const act of ["pointerdown", "keydown", "focusin", "input"]) form.addEventListener(act, begin);
addEventListener("scroll", begin, { once: true });
const mayGo = () => !begun && !form.querySelector("fieldset :checked");

const place = document.createElement("div");
const said = { completed: false, sent: false };
let link = false;
const on = (name, act) => place.addEventListener("trente:" + name, act);
// Where WebAssembly is refused the widget is a card with a link to this very page.
on("shown", ({ detail }) => (link = detail.display === "link"));
on("completed", () => (said.completed = true));
on("answered", () => (said.sent = false));
on("delivered", () => (said.sent = true));

/** The page as it was, or its last words once he has answered. */
const leave = () => {
  place.remove();
  if (!said.completed) {
    form.hidden = false;
    return;
  }
  const heading = document.createElement("h1");
  heading.textContent = said.sent ? end : waiting;
  form.replaceWith(heading);
};

const swap = async () => {
  const { mount } = await import("../trente.mjs");
  if (!mayGo()) return;
  place.hidden = true;
  form.before(place);
  // Not while the widget is still at work on its own end.
  for (const name of ["closed", "failed"]) on(name, () => setTimeout(leave));
  const options = { site, order, signature, lang, theme, display: "inline" };
  const survey = await mount(place, options);
  if (link || !mayGo() || performance.now() > SOON) {
    survey.unmount();
    place.remove();
    return;
  }
  form.hidden = true;
  place.hidden = false;
};

if ("WebAssembly" in window) swap().catch(() => place.remove());
