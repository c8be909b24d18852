// The rest of a customer who has acted: he is not asked again for this order, nor for some days. The loader reads it.

const KEY = "trente-rest";
/** Orders that are remembered, the newest first. */
const ORDERS_MAX = 8;
const DAY_MS = 864e5;
const LONGEST_MS = 3.2e10;

/** Under one key: when the rest ends, in ms since 1970, then `site/order` of each order; a space after each. */
export const remember = (own, { site, order, storage }, days = 90) => {
  const keeps = storage !== "none";
  let kept = own.rest;
  try {
    // Another tab may have written since.
    if (keeps) kept = localStorage.getItem(KEY) || kept;
  } catch {}
  const [until, ...orders] = (kept || "").split(" ").filter(Boolean);
  const known = new Set(order ? [`${site}/${encodeURIComponent(order)}`, ...orders] : orders);
  const now = Date.now();
  const old = parseInt(until);
  // See ask.js: an end that no survey can have asked for is not kept on.
  const end = Math.max(old - now < LONGEST_MS ? old : 0, now + days * DAY_MS);
  own.rest = [end, ...[...known].slice(0, ORDERS_MAX), ""].join(" ");
  try {
    if (keeps) localStorage.setItem(KEY, own.rest);
  } catch {}
};
