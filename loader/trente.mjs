// The loader as a module: the page says where and when. Contract: docs/embed.md, types: trente.d.ts.
import { ask, own } from "./ask.js";
import { tidy } from "./options.js";

/** Shows the survey in `element` now; rejects with a `code` when it cannot be shown. */
export const mount = async (element, options) => {
  const stop = new AbortController();
  const read = () => {
    const said = tidy(options);
    said.base = (said.base || new URL(".", import.meta.url).href).replace(/\/+$/, "");
    return said;
  };
  // So that `trente.hide()` of a loader on the same page hides it too.
  own.asked.set(stop, stop);
  const unmount = () => own.asked.delete(stop) && stop.abort();
  const code = await ask(element, read, stop, 1, element);
  if (code) {
    unmount();
    throw Object.assign(new Error("trente: " + code), { code });
  }
  return { shown: !!stop.on, unmount };
};

export const version = __VERSION__;
