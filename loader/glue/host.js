// Host element: places the widget's one element in the page's document, moves it to the top layer, and removes it.

const NAME = "trente-survey";
/** What the widget writes on the host. */
const WRITTEN = ["lang", "dir", "data-display", "data-position", "data-theme"];

/** What a selector finds; nothing where it is no selector. */
export const find = (selector) => {
  try {
    return document.querySelector(selector);
  } catch {}
};

/**
 * The host, on the page: the element of the page's own, else a new one in `into`, in what `selector` finds, after the
 * script, or at the end of the body. None when there is no such place. Also what takes it off the page again, which is
 * told what was drawn in it.
 */
export const placeHost = (element, into, selector, floats) => {
  const given = into?.localName === NAME;
  const host = given ? into : document.createElement(NAME);
  const written = WRITTEN.map((name) => [name, host.getAttribute(name)]);
  const place = into || (selector ? find(selector) : floats ? document.body : element.closest?.("body") && element);
  if (!place) return [];
  if (place === element && !into) place.after(host);
  else if (!given) place.append(host);
  const leave = (drawn) => {
    // Gives the focus back to what had it before a modal took it.
    drawn?.close?.();
    if (!given) return host.remove();
    host.shadowRoot?.replaceChildren();
    for (const [name, value] of written) value === null ? host.removeAttribute(name) : host.setAttribute(name, value);
  };
  return [host, leave];
};

/** What is drawn in the host; by its name, because extensions and overlays put elements of their own before it. */
export const placeIn = (host) => [...host.shadowRoot.children].find(({ classList }) => classList.contains("place"));

/** Lays what is drawn over the page, in the top layer where the browser has one; `escape` is told of Escape in a modal. */
export const toTopLayer = (place, escape) => {
  try {
    if (place.localName !== "dialog") return place.showPopover();
    if (place.matches(":modal")) return;
    place.open = false;
    place.showModal();
    const first = ["[name=option]:checked", "[name=option]", ".card"].map((what) => place.querySelector(what)).find(Boolean);
    first.focus();
    place.oncancel = (event) => {
      event.preventDefault();
      escape();
    };
  } catch {
    // Open already, or a browser without a top layer: it lies over the page by its z-index.
  }
};
