// What the check cannot know of itself. Each line must still be needed: a line that explains nothing fails.

/** Names of our own objects and of wasm-bindgen's, which newer interfaces happen to have too. */
export const OURS = {
  '.at': 'an event’s place, in the loader; the glue’s is an array’s, and older than its floor',
  '.cancel': 'an animation’s, older than the table',
  '.capture': 'an option of Yew’s listeners, of 2015 as one',
  '.colorScheme': 'a property of the computed style, which every browser of the table has',
  '.detached': 'a state of wasm-bindgen’s view of its memory, which is looked for before it is used',
  '.element': 'where the survey stands',
  '.first': 'what the loader of a site draws',
  '.hand': 'the attribute data-hand',
  '.lost': 'a touch that the page took',
  '.memory': 'what the wasm exports',
  '.minBlockSize': 'a property of a keyframe, older than the table',
  '.role': 'an attribute that is set by its name',
  '.share': 'how many of the orders are asked',
  '.signature': 'what the order is signed with',
  '.storage': 'the attribute data-storage',
};

/**
 * What a browser within the table may lack, and what its customers then see. A declaration that a browser does not know
 * is dropped by itself; a script looks first.
 */
export const WITHOUT = {
  ':has': 'a scale of fewer points than its row has places leaves a place empty',
  '-webkit-tap-highlight-color': 'nothing: the browser lets nothing flash at a tap',
  '-webkit-text-size-adjust': 'nothing: it is for phones that enlarge text by themselves',
  '.ariaLabel': 'the cross of the card with the link is read as “×”',
  '.checkVisibility': 'visibility is read from the computed style',
  'checkVisibility({ checkOpacity })': 'a dialog of the page that is wholly transparent counts as open',
  'checkVisibility({ checkVisibilityCSS })': 'nothing: older browsers read the computed style instead',
  '.createPolicy': 'nothing: without Trusted Types there is no policy to keep',
  '.createScriptURL': 'nothing: without Trusted Types there is no policy to keep',
  '.saveData': 'the browser does not say that data is to be saved',
  'navigator.connection': 'the browser does not say that data is to be saved',
  'window.requestIdleCallback': 'a timer stands for the page’s idle time',
  'window.cancelIdleCallback': 'a timer stands for the page’s idle time',
  '.popover': 'the survey lies over the page by its z-index',
  '.showPopover': 'the survey lies over the page by its z-index',
  '.prerendering': 'nothing: the browser prerenders no page',
  '.priority': 'the three files compete with the page’s own',
  'cursor: pointer': 'nothing: there is no pointer with a shape',
  'forced-color-adjust': 'nothing: the browser has no such mode, or leaves the chosen option’s colours as they are',
  'forced-color-adjust: none': 'nothing: the browser has no such mode, or leaves the chosen option’s colours as they are',
  'inline-size: fit-content': 'Send is as wide as its row (the data has no row for Samsung Internet)',
  'resize': 'the text field keeps its height',
  'resize: vertical': 'the text field keeps its height',
  'text-wrap': 'lines break where they are full',
  'text-wrap: balance': 'lines break where they are full',
  'text-wrap: pretty': 'lines break where they are full',
  'user-select': 'nothing: -webkit-user-select stands before it',
  'word-break: auto-phrase': 'Japanese breaks between any two characters',
};
