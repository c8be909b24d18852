// Waiting before the survey is shown (document, delay, open dialogs), and giving way to dialogs. A promise that is not
// needed any more never ends, but nothing of it is left on the page: `signal` sees to that.

const ending = (signal, end) => signal.addEventListener("abort", end);

/** The page is parsed: its body and the target are there. */
export const domReady = (signal) =>
  document.readyState === "loading" &&
  new Promise((go) => document.addEventListener("DOMContentLoaded", go, { once: true, signal }));

/** So many milliseconds are over. */
export const sleep = (wait_ms, signal) =>
  new Promise((go) => {
    const timer = setTimeout(go, wait_ms);
    ending(signal, () => clearTimeout(timer));
  });

const OURS = "trente-survey";
const DIALOGS = "dialog,[aria-modal=true i],[role=dialog],[role=alertdialog]";
const SHUT = "[aria-hidden=true],[inert]";
/** What can change whether a dialog is open. */
const CHANGES = {
  subtree: true, childList: true,
  attributeFilter: ["open", "class", "style", "hidden", "role", "inert", "aria-modal", "aria-hidden"],
};

const above = (node) => node.parentNode || node.host;
const holds = (outer, node) => {
  while (node && node !== outer) node = above(node);
  return !!node;
};

/**
 * The hosts in whose shadow roots a dialog may be, while any survey watches for dialogs. Under a modal of ours they have
 * neither the focus nor the middle of the window any more.
 */
const met = new Set();
let watching = 0;
const meet = (host) => host.shadowRoot && host.localName !== OURS && met.add(host);
/** Those in a node of the page. */
const meetAll = (node) => [node, ...(node.querySelectorAll?.("*") || [])].forEach(meet);

/**
 * The document, and open shadow roots: those that have the focus or the middle of the window, because there dialogs are,
 * those that had, those that came since, and those whose host has changed.
 */
const roots = () => {
  const found = new Set([document]);
  const ways = [(root) => root.activeElement, (root) => root.elementFromPoint?.(innerWidth / 2, innerHeight / 2)];
  for (const way of ways) {
    for (let element = way(document); element?.shadowRoot && element.localName !== OURS; element = way(element.shadowRoot)) {
      // Some browsers find the host in its own root.
      if (found.has(element.shadowRoot)) break;
      found.add(element.shadowRoot);
      meet(element);
    }
  }
  for (const host of met) host.isConnected ? found.add(host.shadowRoot) : met.delete(host);
  return [...found];
};

const isModal = (element) => {
  try {
    return element.matches(":modal");
  } catch {
    // A browser that does not know it.
    return false;
  }
};

const onScreen = (element) => {
  const { width, height, top, left, bottom, right } = element.getBoundingClientRect();
  return width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
};

/**
 * Whether any of it is on the screen. A drawer that is shut may be a box of no width that cuts off all in it but what is
 * fixed; `cut` says that one around it is.
 */
const shows = (element, cut) => {
  const { overflow, clipPath, position } = getComputedStyle(element);
  if (/^(inset\((50|[1-9]\d\d)|circle\(0)/.test(clipPath)) return false;
  const there = onScreen(element);
  const out = cut && position !== "fixed";
  return (there && !out) || [...element.children].some((child) => shows(child, out || (overflow !== "visible" && !there)));
};

/** Whether the customer can see it. A dialog may have no box of its own, and may stay in the page when it is shut. */
const seen = (element) =>
  element.isConnected && !element.closest(SHUT) &&
  (element.checkVisibility
    ? element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    : getComputedStyle(element).visibility !== "hidden") &&
  shows(element);

/** Whether all else that can be reached on the page is shut away, as some pages do while a dialog without further marks is open. */
const isAlone = (dialog) => {
  let top = dialog;
  while (above(top) && above(top) !== document.body) top = above(top);
  const others = [...document.body.children].filter((other) =>
    other !== top && other.localName !== OURS && onScreen(other) && other.querySelector("a,button,input"));
  return others.length > 0 && others.every((other) => other.matches(SHUT));
};

/** The elements of the page that may be dialogs, open or not; none that the survey itself stands in. */
const dialogs = (mine) =>
  roots().flatMap((root) => [...root.querySelectorAll(DIALOGS)]).filter((dialog) => !holds(dialog, mine));

/** Whether the page has opened it, so that it keeps the customer from all else. */
const isOpen = (dialog) =>
  isModal(dialog) || (seen(dialog) && (dialog.matches("[aria-modal=true i]") || isAlone(dialog)));

/** In place of the number of a frame: none is asked for any more. */
const ENDED = -1;

/** Calls `look` whenever a dialog may have come or gone, at most once a frame, until `signal` ends it. */
const watch = (look, mine, signal) => {
  let frame;
  const observe = () => roots().forEach((root) => observer.observe(root, CHANGES));
  const later = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      look();
      transitions();
      // Where another dialog has come in a shadow root of its own.
      if (!frame) observe();
    });
  };
  // What fades in or out sends no event when it has.
  const transitions = () => {
    const all = dialogs(mine);
    for (const { effect, finished } of (all.length && document.getAnimations?.()) || []) {
      const moves = all.some((dialog) => effect?.target && (holds(effect.target, dialog) || holds(dialog, effect.target)));
      if (moves && effect.getComputedTiming().endTime < Infinity) finished.then(later, later);
    }
  };
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      meet(target);
      addedNodes.forEach(meetAll);
    }
    later();
  });
  watching += 1;
  observe();
  const end = () => {
    if (frame === ENDED) return;
    // Nothing of the page is kept once no survey watches.
    if (!--watching) met.clear();
    observer.disconnect();
    cancelAnimationFrame(frame);
    // Nothing is waited for any more.
    frame = ENDED;
  };
  ending(signal, end);
  transitions();
  return end;
};

/** No dialog of the page is open: the survey waits for its turn rather than lie over it, out of reach. */
export const noDialogOpen = (signal, mine) => {
  const isCalm = () => !dialogs(mine).some(isOpen);
  return isCalm() || new Promise((go) => {
    const end = watch(() => isCalm() && go(end()), mine, signal);
  });
};

/** How soon after it came in the focus is gone again where the page takes it away, in ms. */
const STOLEN_MS = 60;

/**
 * The survey steps aside while a dialog of the page is open that was not when it came, and comes back as it was. A
 * modal `dialog` lies above it anyway. A trap for the focus that says of itself nothing at all shows by what it does.
 * `lift` lays it over the page again: a modal of ours leaves the top layer, or all else would stay shut away.
 */
export const giveWay = (host, place, signal, lift) => {
  let thefts = 0;
  let thief;
  let acted = 0;
  const look = () => {
    if (thief && !seen(thief)) thefts = thief = 0;
    const over = dialogs(host).find((dialog) => !isModal(dialog) && isOpen(dialog));
    const aside = !!thief || !!host.closest("[inert]") || !!over;
    if (place.hidden === aside) return;
    place.hidden = aside;
    if (!place.showModal) return;
    if (!aside) return lift();
    place.close();
    // The browser gives the focus back to where it was before us; the dialog wanted it, and could not have it under a modal.
    if (over && !over.contains(document.activeElement)) {
      over.querySelector("[autofocus],a[href],button,input,select,textarea,[tabindex]")?.focus({ preventScroll: true });
    }
  };
  const root = host.shadowRoot;
  const note = ({ timeStamp, key }) => (acted = key === "Tab" ? 0 : timeStamp);
  for (const name of ["pointerdown", "click", "keydown"]) root.addEventListener(name, note, { capture: true, signal });
  for (const name of ["focusin", "focusout"]) {
    root.addEventListener(name, (event) => {
      // Most traps only look whether the focus comes to what is not theirs.
      event.stopPropagation();
      const to = name === "focusout" && event.relatedTarget;
      if (!to || root.contains(to) || event.timeStamp - acted > STOLEN_MS) return;
      let over = to;
      while (over && getComputedStyle(over).position !== "fixed") over = over.parentElement;
      if (over && ++thefts > 1) thief = to;
      look();
    }, { signal });
  }
  // Under a modal there is no middle of the window to look into.
  if (place.showModal) meetAll(document);
  watch(look, host, signal);
  look();
};
