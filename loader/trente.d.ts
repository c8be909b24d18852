// Types of trente.mjs, and of `window.trente` and `<trente-survey>`, which trente.js makes. Contract: docs/embed.md.

/** How the survey stands on the page. */
export type Display = "card" | "banner" | "modal" | "inline";

/** What a tag says in `data-…` attributes and an element in attributes without `data-`. */
export interface Options {
  /** The site's public name on the collector. */
  site: string;
  /**
   * The shop's own order reference. Only its hash leaves the page. White space around it is no part of it, and what a
   * template leaves of a variable that is not filled in is no order.
   */
  order?: string;
  /** What `trente sign` printed. */
  signature?: string;
  /** A BCP 47 tag. Where the survey does not have it: the page's `lang`, the browser's languages, English, its own. */
  lang?: string;
  /** The survey's own, else `card`; `inline` in an element of the page's own. */
  display?: Display | "none";
  /** Where along the edge: `start` or `end` of a card, `top` or `bottom` of a banner. */
  position?: "start" | "end" | "top" | "bottom";
  /** A CSS selector: the survey is drawn inside that element, inline. */
  target?: string;
  /** The survey's own, else `page`: dark where the page can be and the customer's system is. */
  theme?: "page" | "light" | "dark" | "system";
  /** 0 to 255. */
  channel?: number | string;
  /** `none` neither reads nor writes the browser's storage. */
  storage?: "auto" | "none";
  /** Origin and path of the collector, when the script is hosted elsewhere. */
  base?: string;
  /**
   * The merchant's own walk: marked on every screen, counted nowhere, above sample and rest, and nothing is kept in the
   * browser. Off unless it is `true`, an attribute without a value, or one of `"1"`, `"true"`, `"yes"`, `"on"`.
   */
  preview?: boolean | string;
}

/** What the page's script may ask for. */
export interface ShowOptions extends Options {
  /** Whether the sample and the customer's rest hold, as they do for a tag. Not unless it says so. */
  respect?: boolean;
}

/** Why nothing was shown: docs/embed.md, “Nothing shows?”. */
export type FailureCode =
  | "site" | "origin" | "files" | "wasm" | "survey" | "policy" | "target" | "panic" | "error";

/** The details of the events, by their names without `trente:`. */
export interface Details {
  shown: { site: string; survey: string; display: Display | "link"; load_ms: number };
  /** `value` is a list where several options may be ticked, and a text where words are asked. */
  answered: { question: string; value: number | number[] | string; elapsed_ms: number };
  completed: {
    response: string;
    score: number | null;
    class: string;
    branch: "D" | "N" | "P";
    elapsed_ms: number;
    signed: boolean;
  };
  delivered: { response: string; attempts: number };
  closed: { reason: "button" | "escape" | "finished" | "api" };
  failed: { code: FailureCode };
}

/** The events as the page hears them. */
export type TrenteEvents = { [Name in keyof Details as `trente:${Name}`]: CustomEvent<Details[Name]> };

/** A survey that `mount` has shown. */
export interface Mounted {
  /** False where `respect` kept the survey away. */
  readonly shown: boolean;
  /** Takes it off the page; more than once does nothing more. */
  unmount(): void;
}

/**
 * Shows the survey inside `element` as soon as the customer looks at the page, whatever trigger, sample and rest say;
 * with `respect` sample and rest hold.
 *
 * Rejects with an `Error` that has a `code` when it cannot be shown.
 */
export function mount(element: Element, options: ShowOptions): Promise<Mounted>;

/** The version of the loader. */
export const version: string;

/** `window.trente` before the loader is there: calls that wait for it. */
export interface Queue {
  q: { push(...calls: Call[]): unknown };
}

/** A call as it waits: its name, then its arguments. */
export type Call = ["show", Partial<ShowOptions>?] | ["hide"] | ["on", keyof Details, (event: CustomEvent) => void];

/** `window.trente` once the loader is there. */
export interface Api extends Queue {
  /**
   * Shows the survey of the page's tag now, as the tag says it now, whatever trigger, sample and rest say; with `respect`
   * sample and rest hold. `options` win over its attributes.
   */
  show(options?: Partial<ShowOptions>): void;
  /** Takes every survey off the page, and keeps those away that wait for their trigger. */
  hide(): void;
  /** Hears of an event until the function that it returns is called. */
  on<Name extends keyof Details>(name: Name, listener: (event: CustomEvent<Details[Name]>) => void): () => void;
  readonly version: string;
}

declare global {
  interface Window {
    trente?: Queue & Partial<Api>;
  }
  interface DocumentEventMap extends TrenteEvents {}
  interface HTMLElementEventMap extends TrenteEvents {}
}
