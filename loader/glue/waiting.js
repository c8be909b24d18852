// What is waited for before the survey is shown. A promise that is not needed any more never ends, but nothing of it
// is left on the page: `signal` sees to that.

const ending = (signal, end) => signal.addEventListener("abort", end);

/** The page is parsed: its body and the target are there. */
export const parsed = (signal) =>
  document.readyState === "loading" &&
  new Promise((go) => document.addEventListener("DOMContentLoaded", go, { once: true, signal }));

/** So many milliseconds are over. */
export const passed = (wait_ms, signal) =>
  new Promise((go) => {
    const timer = setTimeout(go, wait_ms);
    ending(signal, () => clearTimeout(timer));
  });

/** The modal dialog that is open on the page, or within the web component that has the focus, as it has then. */
const modalIn = (root) => root && (root.querySelector("dialog:modal") || modalIn(root.activeElement?.shadowRoot));

/** No modal dialog of the page is open: the survey waits for its turn rather than lie over it, out of reach. */
export const calm = async (signal) => {
  for (let dialog; (dialog = modalIn(document)); ) {
    await new Promise((go) => {
      // Closing takes the attribute `open` away; a framework may also take away the dialog or what it is in.
      const observer = new MutationObserver(() => {
        if (dialog.isConnected && dialog.matches(":modal")) return;
        observer.disconnect();
        go();
      });
      for (let node = dialog; node; node = node.parentNode || node.host) {
        observer.observe(node, { childList: true, attributeFilter: ["open"] });
      }
      ending(signal, () => observer.disconnect());
    });
  }
};
