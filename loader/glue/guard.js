// Trap guard: a wasm module that trapped must never be called again, because its memory is inconsistent. Listeners,
// timers and promises of the dead widget may still call it, so every call goes through here.

/** Whether the wasm has trapped, and what is done when it does. */
export const trap = { came: false, heard() {} };

/** Takes the place of `WebAssembly.Instance` in wasm-bindgen's glue: xtask/src/dist/esbuild.rs. */
export function GuardedInstance(module, imports) {
  const { Instance } = WebAssembly;
  const guarded = (call) => (...values) => {
    try {
      if (!trap.came) return call(...values);
    } catch {
      trap.came = true;
      trap.heard();
    }
    // Some callers look into a pair of results; to the others this is as good as nothing.
    return [];
  };
  const exports = Object.entries(new Instance(module, imports).exports);
  return { exports: Object.fromEntries(exports.map(([name, it]) => [name, typeof it === "function" ? guarded(it) : it])) };
}
