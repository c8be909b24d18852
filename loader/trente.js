// The loader: one script tag on a merchant's page. It reads the tag's attributes, fetches the survey, the glue and
// the wasm side by side, each with its integrity, and hands over. The page stays as it is until all of them are there.
// Contract: docs/embed.md. Filled in by `cargo xtask dist`: __VERSION__, __PATH__, __GLUE_SRI__, __WASM_SRI__.
(() => {
  const page = document;
  // A module, or a tag that an optimiser injected, has no current script.
  const script = page.currentScript || page.querySelector('script[src$="/trente.js"][data-site]');
  if (!script) return;
  const { site, order, signature, lang, display, target, theme, channel, storage, base } = script.dataset;
  const origin = (base || new URL(".", script.src).href).replace(/\/+$/, "");
  const started = performance.now();

  // The page's only global; a queue that the page made before is kept.
  const api = (window.trente = window.trente || { q: [] });
  api.version = __VERSION__;
  const own = (api._ = api._ || {});
  const key = [origin, site, order, target];
  if (own[key] || display === "none") return;
  own[key] = 1;

  const emit = (element, name, detail) =>
    element.dispatchEvent(new CustomEvent("trente:" + name, { bubbles: true, detail }));

  const get = (path, integrity) =>
    fetch(origin + path, { integrity, credentials: "omit", referrerPolicy: "no-referrer", priority: "low" })
      .then((reply) => reply.ok ? reply : Promise.reject())
      .catch(() => Promise.reject("files"));

  // A classic script rather than import(): only an element carries an integrity in every browser.
  const glue = () =>
    new Promise((resolve, reject) => {
      const element = page.createElement("script");
      const url = origin + __PATH__ + "widget.js";
      // Pages that require Trusted Types refuse a plain string here.
      const policy = window.trustedTypes && trustedTypes.createPolicy("trente", { createScriptURL: (url) => url });
      element.trente = resolve;
      element.onload = () => element.remove();
      element.onerror = () => reject("files", element.remove());
      element.integrity = __GLUE_SRI__;
      element.crossOrigin = "anonymous";
      element.src = policy ? policy.createScriptURL(url) : url;
      page.head.append(element);
    });

  // Integrity wants the whole file first, so streaming would gain nothing and would depend on the MIME type.
  // What the browser will not compile, it refuses: "wasm".
  const compile = async (reply) => {
    const bytes = await reply.arrayBuffer();
    try {
      return await WebAssembly.compile(bytes);
    } catch {
      throw "wasm";
    }
  };

  const run = async () => {
    if (!site) throw "site";
    const tag = lang || page.documentElement.lang || navigator.language;
    const shared = (own.w = own.w || [glue(), get(__PATH__ + "widget.wasm", __WASM_SRI__).then(compile)]);
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(reject, 5e3, "wasm")));
    const [sheet, widget] = await Promise.all([
      get(`/v1/surveys/${encodeURIComponent(site)}?lang=` + encodeURIComponent(tag))
        .then((reply) => reply.json().catch(() => Promise.reject("survey"))),
      Promise.race([Promise.all(shared), late])
        .then(([glue, module]) => glue.start(module))
        .catch((error) => error === "wasm" ? shared[0].then((glue) => ({ mount: glue.link, link: 1 })) : Promise.reject(error))
        .finally(() => clearTimeout(timer)),
      page.readyState === "loading" && new Promise((go) => page.addEventListener("DOMContentLoaded", go, { once: true })),
    ]);
    const inline = target || display === "inline";
    const place = target ? page.querySelector(target) : inline ? script.closest("body") && script.parentNode : page.body;
    if (!place) throw "target";
    const host = page.createElement("trente-survey");
    const options = {
      site, order, signature, storage, script,
      base: origin,
      display: inline ? "inline" : "card",
      theme: theme || "system",
      channel: +channel || 0,
      load_ms: performance.now() - started,
    };
    place.append(host);
    try {
      if (!(await widget.mount(host, sheet, options))) throw "survey";
    } catch (error) {
      host.remove();
      throw error;
    }
    if (widget.link) emit(host, "shown", { site, survey: sheet.survey, display: "link", load_ms: options.load_ms });
  };

  run().catch((error) => emit(script, "failed", { code: error.at ? error : "error" }));
})();
