// Pause between surveys (cooldown, suppression), the writing half: it begins when a survey is completed or closed.
import { hash, KEY, LONGEST_MS } from "../pause.js";

/** Orders that are remembered. */
const ORDERS_MAX = 8;
const DAY_MS = 864e5;

/** What loaders of before wrote in clear. */
const hashed = (name) => (name.includes("/") ? hash(decodeURIComponent(name)) : name);

/** The customer is not asked again for this order, nor for any within so many days. */
export const remember = (own, { site, order, storage }, days = 90) => {
  const keeps = storage !== "none";
  let kept = own.rest;
  try {
    // Another tab may have written since.
    if (keeps) kept = localStorage[KEY] || kept;
  } catch {}
  let [until, ...orders] = (kept || "").split(" ").filter(Boolean);
  try {
    orders = orders.map(hashed);
  } catch {
    // Not of ours.
    orders = [];
  }
  if (order) orders.unshift(hash(site + "/" + order));
  const now = Date.now();
  const old = parseInt(until);
  // An end that no survey can have asked for is not kept on.
  const end = Math.max(old - now < LONGEST_MS ? old : 0, now + days * DAY_MS);
  own.rest = [end, ...[...new Set(orders)].slice(0, ORDERS_MAX), ""].join(" ");
  try {
    if (keeps) localStorage.setItem(KEY, own.rest);
  } catch {}
};
