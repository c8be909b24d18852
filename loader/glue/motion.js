// Motion and input of the survey's element: animates its height, detects the kind of pointer, and tells a double tap from
// two taps. What that looks like is in styles/widget.css, by the attributes that are set here.

/** How long a change of height takes, in ms: a large one longer, so that no frame of 60 in a second moves an edge by more than 45 px. */
const MOVE_MS = 220;
const MOVE_MS_A_PX = 1.4;
const EASING = "cubic-bezier(.2,0,0,1)";
const px = (height) => height + "px";

/** The customer wants nothing to move. */
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Two presses within this, in ms, and no further apart than that, in CSS px, are one double tap. */
const TWICE_MS = 350;
const TWICE_PX = 24;

/** What the wasm asks of us while a survey is drawn: `hold_ms` is how long a tapped option is seen chosen. */
export const motions = (turn) => ({
  turn,
  get hold_ms() {
    return isStill() ? 0 : 140;
  },
});

/**
 * Swallows the second half of a double click or tap: it is meant for what the first half has answered or pressed.
 * Browsers count the clicks of a mouse (`detail`), not those of each finger. A third press counts again, so that no way
 * on is shut, and what no press has made counts always: a key, or a screen reader.
 */
const once = (place, screen, signal, acts) => {
  let press = {};
  let before = press;
  const down = ({ timeStamp: at, clientX: x, clientY: y, pointerType }, target) => {
    before = press;
    press = { at, x, y, target, screen: screen(), finger: pointerType !== "mouse" };
  };
  // The first half may have come before us.
  acts.forEach(([event, target]) => {
    if (event.type === "pointerdown") down(event, target);
    if (event.type === "click") press.done = true;
  });
  place.addEventListener("pointerdown", (event) => down(event, event.target), { signal, passive: true, capture: true });
  place.addEventListener("click", (event) => {
    const { detail, target } = event;
    const { done } = press;
    press.done = true;
    const near = press.finger && Math.hypot(press.x - before.x, press.y - before.y) < TWICE_PX;
    // Another look at the same question is a change of mind, but a tick would be taken back, and a button pressed twice.
    const anew = before.screen !== screen() || (before.target === target && target.type !== "radio");
    if (done || !(detail > 1 || near) || !anew || !(press.at - before.at < TWICE_MS)) return;
    press = {};
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { signal, capture: true });
};

/** Begins, and gives what is to be called right before a change of screen, and when the survey is closed; `acts` were before. */
export const motion = (place, inline, signal, acts = []) => {
  const { dataset } = place;
  const on = (names, heard) =>
    names.split(" ").forEach((name) => place.addEventListener(name, heard, { signal, passive: true, capture: true }));
  on("keydown keyup pointerdown", ({ type }) => (dataset.hand = type < "l" ? "keys" : "pointer"));
  on("pointermove", () => (dataset.moved = ""));

  let screens = 0;
  once(place, () => screens, signal, acts);

  let height;
  let moving;
  let floor;
  const after = () => {
    const card = place.querySelector(".card");
    const from = height;
    height = undefined;
    screens += 1;
    if (!from || !card?.animate) return;
    moving?.cancel();
    dataset.turned = "";
    // What lies under a pointer that rests there was not pointed at.
    delete dataset.moved;
    if (inline) {
      // What stands below it on the page stays where it is.
      floor ||= card.animate({ minBlockSize: [px(from), px(from)] }, { duration: 1, fill: "both" });
      if (!card.querySelector(".foot")) floor.cancel();
    }
    const to = card.offsetHeight;
    // Without a height it is out of the page: the widget has died while it drew.
    if (!to || from === to || isStill()) return;
    // What it holds stands in its place from the first frame on, at the edge that stays: only the other one moves.
    const low = !inline && dataset.display !== "modal" && dataset.position !== "top";
    const edge = low ? "paddingBlockStart" : "paddingBlockEnd";
    const padding = parseFloat(getComputedStyle(card)[edge]);
    const frame = (height) => ({
      blockSize: px(height), [edge]: px(padding + Math.max(height - to, 0)), justifyContent: low ? "flex-end" : "normal", overflow: "hidden",
    });
    // By the animation alone: a policy may forbid the attribute.
    moving = card.animate([frame(from), frame(to)], {
      duration: Math.max(MOVE_MS, MOVE_MS_A_PX * Math.abs(to - from)), easing: EASING,
      // A busy browser begins it after the next frame, which would be drawn as tall as it will be.
      fill: "backwards",
    });
  };
  // The new screen is there at the end of the task that it is drawn in. Any later it would be seen as tall as it will be.
  const turn = () => {
    if (height) return;
    height = place.querySelector(".card")?.offsetHeight;
    queueMicrotask(after);
  };
  const close = () => (dataset.leaving = "");
  return [turn, close];
};
