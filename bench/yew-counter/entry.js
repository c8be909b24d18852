// The counter's counterpart of loader/glue.js: what is used of wasm-bindgen's glue, and nothing else.
import { initSync, mount } from "trente-glue";

globalThis.counter = { initSync, mount };
