// The loader as a module: the page says where and when. Contract: docs/embed.md, types: trente.d.ts.
import { ask, own } from "./ask.js";

/** Shows the survey in `element` now; rejects with a `code` when it cannot be shown. */
export const mount = async (element, options) => {
  const stop = new AbortController();
  const base = (options.base || new URL(".", import.meta.url).href).replace(/\/+$/, "");
  // So that `trente.hide()` of a loader on the same page hides it too.
  own.asked.set(stop, stop);
  const unmount = () => own.asked.delete(stop) && stop.abort();
  const code = await ask(element, { ...options, base }, stop, 1, element);
  if (code) {
    unmount();
    throw Object.assign(new Error("trente: " + code), { code });
  }
  return { unmount };
};

export const version = __VERSION__;
