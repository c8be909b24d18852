// Contact sheets, to be looked at: every screen of a display in one picture, in target/screens/sheets.
//
//   node tests/e2e/contact.mjs --lang fr,ar --display card,banner --width 390 --theme light,dark --fresh
//
// With `--fresh` the style sheets are those of styles/ as they stand, and not those of the last build. With
// `--style couture` the page has that style sheet of docs/examples.
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './support/paths.mjs';
import { showAll } from './support/screens.mjs';
import { startWorld } from './support/world.mjs';

const FOLDER = path.join(ROOT, 'target/screens/sheets');
/** Width of a whole sheet; a picture is as wide as fits with its neighbours. */
const SHEET = 1800;

const { values } = parseArgs({
  options: {
    lang: { type: 'string', default: 'fr,de,ar,ja' },
    display: { type: 'string', default: 'card,inline,modal,banner' },
    width: { type: 'string', default: '320,390,768,1280' },
    theme: { type: 'string', default: 'light,dark' },
    screen: { type: 'string', default: '' },
    style: { type: 'string', default: '' },
    fresh: { type: 'boolean', default: false },
  },
});
const css = (await Promise.all(['tokens', 'widget', 'scripts', 'scales', 'later'].map((name) => fs.readFile(path.join(ROOT, `styles/${name}.css`), 'utf8')))).join('');
const restyle = (page) => page.evaluate((css) => {
  document.querySelector('trente-survey').shadowRoot.adoptedStyleSheets[0].replaceSync(css);
}, css);
const dress = values.style && await fs.readFile(path.join(ROOT, `docs/examples/${values.style}.css`), 'utf8');
/** The page's own policy forbids style elements. */
const wear = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
};
const given = (name) => values[name].split(',').filter(Boolean);
const conditions = given('lang').flatMap((lang) => given('display').flatMap((display) =>
  given('width').map(Number).flatMap((width) => given('theme').map((theme) => condition(lang, display, width, theme)))));

function condition(lang, display, width, theme) {
  const phone = width < 600;
  return {
    name: [lang, display, width, theme, values.style].filter(Boolean).join('-'), lang, display, width,
    before: async (page) => {
      if (values.fresh) await restyle(page);
      if (dress) await page.evaluate(wear, dress);
    },
    options: {
      viewport: { width, height: phone ? 720 : 760 }, hasTouch: phone, isMobile: phone, colorScheme: theme,
    },
  };
}

/** Composes the pictures of one condition. */
async function sheet(page, { name, width }, pictures) {
  const columns = Math.min(pictures.length, width < 600 ? 7 : width < 1000 ? 4 : 3);
  const images = pictures.map(([screen, png]) =>
    `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${screen}</figcaption></figure>`);
  await page.setViewportSize({ width: SHEET, height: 100 });
  await page.setContent(`<style>
    body { margin: 8px; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 8px; background: #789; font: 12px sans-serif; }
    figure { margin: 0 } img { width: 100%; display: block }
  </style>${images.join('')}`);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), fullPage: true });
}

await fs.mkdir(FOLDER, { recursive: true });
const world = await startWorld();
try {
  const pictures = new Map(conditions.map((each) => [each, []]));
  const wanted = given('screen');
  await showAll(world, conditions, async (screen, form, page, condition) => {
    if (wanted.length > 0 && !wanted.includes(screen)) return;
    if (condition.display === 'inline') await form.evaluate((card) => card.scrollIntoView({ block: 'center' }));
    pictures.get(condition).push([screen, await page.screenshot()]);
  });
  const context = await world.browser.newContext();
  const page = await context.newPage();
  for (const [condition, taken] of pictures) await sheet(page, condition, taken);
  console.log(`${pictures.size} sheets in ${path.relative(ROOT, FOLDER)}`);
} finally {
  await world.stop();
}
