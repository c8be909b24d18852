// Options of a survey: reads attributes of a tag, an element or a page in the same way everywhere. Contract:
// docs/embed.md, “What a template prints”.

/** White space of Unicode, and the three marks of no width that editors and templates leave. */
const AROUND = /^[\s\x85\u200b\u2060]+|[\s\x85\u200b\u2060]+$/g;
/**
 * What only a template can have meant: a variable that was not filled in, or had nothing in it. As in
 * crates/trente-survey/src/order.rs.
 */
const PLACEHOLDER =
  /^#?(undefined|null|nil|nan)$|^\(not set\)$|^\[object \w+\]$|\{\{|\}\}|%7b%7b|\{[%$!#]|%%|[$#]\{|<[%?]|\*\||\[\[/i;
/** Of an order alone: such a word at its end, or the name of a variable in the marks of some template. */
const ORDER = [/[-_#/:. ](undefined|null)$|^[$@%_{[<:]\D*order\D*$/i, /[-_#/:. ](None|NaN)$/];

/** The text without white space around it; empty where there is none, or a placeholder. */
export const said = (value) => {
  const text = `${value ?? ""}`.replace(AROUND, "");
  // Python’s word for it; in small letters it is a value of some options.
  return text === "None" || PLACEHOLDER.test(text) ? "" : text;
};

/** Every option as it was said. `preview` and `respect` are booleans. */
export const tidy = (raw) => {
  const options = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, said(value)]));
  if (ORDER.some((each) => each.test(options.order))) options.order = "";
  // Base64 of whatever kind.
  options.signature = (options.signature || "").replace(/=+$/, "").replace(/[+ ]/g, "-").replace(/\//g, "_");
  options.respect = raw.respect === true;
  // An attribute without a value is one.
  options.preview = /^(|1|true|yes|on|preview)$/i.test(raw.preview);
  // A walk of the merchant's own leaves nothing behind.
  if (options.preview) options.storage = "none";
  return options;
};
