// Early input: interprets the customer's acts on the first screen, which first.js has recorded, and has the widget take
// over at the first one that counts.

/** What the wasm's `act` knows, and its word for no option. */
const [CHOOSE, CONFIRM, FORWARD, NONE] = [0, 1, 2, 255];
/** After this long without a touch the widget is made ready, in ms. */
const IDLE_MS = 2e3;

/**
 * Understands what was done so far, and what is done from now on; `next` is what Skip is called once an option is marked.
 *
 * What it gives is to be called once the widget can take over: with what mounts it, what does an act, and whether there
 * is nothing to wait for.
 */
export const understand = (it, next) => {
  const { place, acts, signal } = it;
  let keys = true;
  let marks;
  let pending;
  let touched = acts[0];
  let idle;
  let begin;
  let turn;
  const guarded = (work) => {
    try {
      work();
    } catch {
      if (!signal.aborted) it.link();
    }
  };
  const act = (kind, option, elapsed_ms) => {
    // Another option may take the place of one that was chosen; what goes on from there stands.
    if (pending?.[0] > CHOOSE) return;
    pending = [kind, option ? +option : NONE, keys, elapsed_ms];
    it.elapsed_ms ??= elapsed_ms;
    turn?.(pending);
  };
  const read = ([event, target, elapsed_ms, marked]) => {
    const { type, key, isComposing, detail } = event;
    const option = target.name === "option" && target.value;
    if (type === "pointerdown") keys = marks = false;
    else if (type === "keydown" && !isComposing) {
      keys = true;
      marks = option && /^( |Arrow)/.test(key);
      if (key === "Enter" && option) {
        event.preventDefault();
        target.checked = true;
        act(marked === option ? CONFIRM : CHOOSE, option, elapsed_ms);
      }
    } else if (type === "submit") marked && act(CONFIRM, marked, elapsed_ms);
    else if (type === "click" && target.closest(".skip")) act(FORWARD, marked, elapsed_ms);
    else if (type === "click" && option) {
      // The second click of a double one is meant for the screen before.
      if (detail > 1) event.preventDefault();
      else if (marks) {
        const skip = place.querySelector(".skip");
        skip.setAttribute("part", "button next");
        skip.querySelector("span").textContent = next;
      } else act(CHOOSE, option, elapsed_ms);
      marks = false;
    }
  };
  it.heard = (heard) =>
    guarded(() => {
      // A pointer, the focus or a key is there: the act is not far.
      touched = true;
      clearTimeout(idle);
      read(heard);
      begin?.();
    });
  acts.forEach((each) => guarded(() => read(each)));
  return (mount, does, at_once) => {
    begin = mount;
    turn = does;
    if (pending) return guarded(() => turn(pending));
    if (at_once || touched) return guarded(begin);
    idle = setTimeout(() => (window.requestIdleCallback || setTimeout)(() => guarded(begin)), IDLE_MS);
    signal.addEventListener("abort", () => clearTimeout(idle));
  };
};
