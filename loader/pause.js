// Pause between surveys (cooldown, suppression), the reading half: a customer who has answered or closed is not asked
// again for this order, nor for some days. Under one key: when the pause ends, in ms since 1970, then a short hash of
// each site and order, the newest first; a space after each. glue/pause.js writes it.

export const KEY = "trente-rest";
/** No pause is longer than 366 days: one that ends later was written under a clock that was years ahead. */
export const LONGEST_MS = 3.2e10;

/** FNV-1a of `site/order`: 32 bits, so that it names no order. */
export const hash = (text) =>
  ([...text].reduce((sum, letter) => Math.imul(sum ^ letter.codePointAt(), 16777619), 2166136261) >>> 0).toString(36);

/** Whether the customer is in a pause, and whether an answer of theirs still waits to be delivered. */
export const isPaused = (own, { site, order, storage }) => {
  let kept = own.rest;
  let waiting;
  try {
    if (storage !== "none") {
      kept ||= localStorage[KEY];
      waiting = localStorage["trente-outbox"];
    }
  } catch {}
  const left = parseInt(kept) - Date.now();
  const asked = order && kept?.includes(` ${hash(site + "/" + order)} `);
  return [(left > 0 && left < LONGEST_MS) || asked, waiting];
};
