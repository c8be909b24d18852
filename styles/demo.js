// The demo shop's own script: what a page does that asks by itself.
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => window.trente?.show());
}
