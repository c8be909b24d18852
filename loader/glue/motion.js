// How the survey behaves as a thing on the page: it goes from one height to the next, knows which hand it is in, and gives
// the focus back when it goes. What that looks like is in styles/widget.css, by the attributes that are set here.

/** How long a change of height takes. */
const MOVE = { duration: 220, easing: "cubic-bezier(.2,0,0,1)" };
const px = (height) => height + "px";

/** Begins, and gives what is to be called before and after each change of screen, and when the survey is closed. */
export const motion = (host, place, inline, signal) => {
  const { dataset } = place;
  const on = (names, heard) =>
    names.split(" ").forEach((name) => place.addEventListener(name, heard, { signal, passive: true, capture: true }));
  on("keydown keyup pointerdown", ({ type }) => (dataset.hand = type < "l" ? "keys" : "pointer"));
  on("pointermove", () => (dataset.moved = ""));
  let back;
  on("focusin", ({ relatedTarget }) => (back ||= relatedTarget || place));

  let height;
  let moving;
  let floor;
  const turn = () => {
    const card = place.querySelector(".card");
    if (!card?.animate) return;
    if (height === undefined) return (height = card.offsetHeight);
    const from = height;
    height = undefined;
    moving?.cancel();
    dataset.turned = "";
    // What lies under a pointer that rests there was not pointed at.
    delete dataset.moved;
    if (inline) {
      // What stands below it on the page stays where it is.
      floor ||= card.animate({ minBlockSize: [px(from), px(from)] }, { duration: 1, fill: "forwards" });
      if (!card.querySelector(".foot")) floor.cancel();
    }
    const to = card.offsetHeight;
    if (from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // By the animation alone: a policy may forbid the attribute.
    moving = card.animate([from, to].map((each) => ({ blockSize: px(each), overflow: "hidden" })), MOVE);
  };
  const close = () => {
    dataset.leaving = "";
    if (dataset.hand === "keys" && host.shadowRoot.activeElement) back?.focus({ preventScroll: true });
  };
  return [turn, close];
};
