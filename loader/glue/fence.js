// Event isolation: events of the survey's own controls end at its shadow root: shortcuts, sliders, copy protection and
// double-tap guards of the page neither see nor prevent them. Contract: docs/embed.md, “Events of the page”.
//
// - Keys, text, clipboard, selection, focus: the page hears nothing.
// - A press and a click: the page hears a copy, from the element of the survey, that it cannot prevent, so that what
//   closes at a click outside it still does. A survey within the page's own content keeps its presses to itself: a
//   slider or a dialog of the page around it would take them for its own.
// - Moves, and the end of a press that began on the page, pass: it may be dragging something.
//
// A listener of the page in the capture phase comes before all that, and may have prevented what the browser would have
// done; then it is done here.

const SILENT =
  "keydown keypress keyup beforeinput input compositionstart compositionupdate compositionend paste copy cut selectstart " +
  "contextmenu dblclick wheel touchstart touchmove touchend focusin";
const COPIED = "pointerdown mousedown mouseup click";
/** A finger that moved further than this scrolled, in CSS px. */
const TAP_PX = 10;

/** Length of the character at one end of a text, of which some are two units long. */
const length = (text, at) => [...text].at(at)?.length || 0;

/** Writes in place of what is selected; of nothing selected, in place of the character before or after the caret. */
const write = (field, text, back, on) => {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const empty = start === end;
  field.setRangeText(
    text, start - (empty && back ? length(value.slice(0, start), -1) : 0), end + (empty && on ? length(value.slice(end), 0) : 0), "end",
  );
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

/** Moves the caret of a field. */
const move = (field, key) => {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const rtl = getComputedStyle(field).direction === "rtl";
  const back = key === "Home" || (key === "ArrowLeft") !== rtl;
  const at =
    key === "Home" ? value.slice(0, start).lastIndexOf("\n") + 1 : key === "End" ? end + /.*/.exec(value.slice(end))[0].length
    : start < end ? (back ? start : end)
    : back ? start - length(value.slice(0, start), -1) : end + length(value.slice(end), 0);
  field.setSelectionRange(at, at);
};

/** What the browser would have done at a key, had the page let it. */
const key = ({ target, key, isComposing, ctrlKey, metaKey, altKey }) => {
  if (isComposing || ctrlKey || metaKey) return;
  const { type, form } = target;
  if (/^text/.test(type)) {
    // One line is sent on.
    if (key === "Enter") type === "text" ? form.querySelector(".send").click() : write(target, "\n");
    else if (key === "Backspace") write(target, "", 1);
    else if (key === "Delete") write(target, "", 0, 1);
    else if (/^(Arrow(Left|Right)|Home|End)$/.test(key)) move(target, key);
    else if ([...key].length === 1) write(target, key);
  } else if (key === " " || (type === "button" && key === "Enter")) target.click();
  else if (type === "radio" && !altKey && key.startsWith("Arrow")) {
    const all = [...form.querySelectorAll("input")];
    const step = /Down|Right/.test(key) ? 1 : -1;
    const next = all.at((all.indexOf(target) + step) % all.length);
    next.focus();
    next.click();
  }
};

/** Ends the events of the survey in `host` at its root until `signal` says so; `floats` if it lies over the page. */
export const fence = (host, floats, signal) => {
  const root = host.shadowRoot;
  /** The ends of the presses that began here. */
  const awaited = new Set();
  let touch;
  const hear = (event) => {
    const { type, target, detail, defaultPrevented, changedTouches } = event;
    if (type === "pointercancel") return awaited.clear();
    if (type.endsWith("down")) awaited.add(type.replace("down", "up"));
    if (/^(pointer|mouse)up$/.test(type) && !awaited.delete(type)) return;
    event.stopPropagation();
    if (defaultPrevented) {
      if (type === "keydown") key(event);
      // Nor does a mouse event follow on a press that was prevented.
      if (/^(pointer|mouse)down$/.test(type)) target.focus();
      // The browser takes the mark back at the end of the event. A second click of a double one has none to keep.
      if (type === "click" && detail < 2 && "checked" in target) {
        setTimeout((checked) => (target.checked = checked), 0, target.checked);
      }
      if (type === "paste" && /^text/.test(target.type)) write(target, event.clipboardData.getData("text"));
    }
    if (changedTouches) {
      const { clientX, clientY } = changedTouches[0];
      if (type === "touchstart") touch = { x: clientX, y: clientY, lost: defaultPrevented };
      else if (type === "touchend" && touch && (touch.lost || defaultPrevented)) {
        if (Math.hypot(clientX - touch.x, clientY - touch.y) < TAP_PX) {
          target.focus();
          target.click();
        }
      }
    }
    if (COPIED.includes(type) && (floats || type === "click")) {
      // A getter of an event works on the event alone, hence not its copy by Object.assign.
      const fields = new Proxy(event, { get: (event, name) => name !== "cancelable" && event[name] });
      host.dispatchEvent(new event.constructor(type, fields));
    }
  };
  // A press that leaves may end outside, unheard: the end that comes next may be that of a press on the page.
  root.addEventListener("pointerout", ({ relatedTarget }) => root.contains(relatedTarget) || awaited.clear(), { signal, passive: true });
  for (const name of `${SILENT} ${COPIED} pointerup pointercancel`.split(" ")) {
    root.addEventListener(name, hear, { signal, passive: true });
  }
};
