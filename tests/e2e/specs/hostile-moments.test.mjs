// What may happen to a page while the survey stands on it: it is left and found again, moved, enlarged, printed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, open, WHOLE_CHROMIUM } from '../support/browser.mjs';
import { responseOf } from '../support/frames.mjs';
import { assertWorks, DISPLAYS, FLOATING, insideTheWindow, optionsFor } from '../support/hostile.mjs';
import { assertSamePicture, picture } from '../support/picture.mjs';
import { answer, surveyForm } from '../support/survey.mjs';
import { address, assertSilent, goBack, host, onPage, settle, stored } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

describe('a page on which things happen', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  /** Lets the page change within a view transition; at once where the browser has none. */
  const changeWithin = (page, change) => page.evaluate(
    ([source]) => {
      const run = new Function(`return ${source}`)();
      return document.startViewTransition ? document.startViewTransition(run).finished : run();
    },
    [String(change)],
  );

  it('view transitions: it lives through one, and closes within one', (t) => assertWorks(t, world, {
    page: 'transitions',
    during: ({ page }) => changeWithin(page, () => document.querySelector('#field').setSelectionRange(0, 0)),
    close: (page) => changeWithin(page, () => document.querySelector('trente-survey').shadowRoot.querySelector('.close').click()),
  }));

  for (const [stem, viewport, deviceScaleFactor] of [
    ['zoom-200', { width: 640, height: 450 }, 2],
    ['zoom-400', { width: 320, height: 256 }, 4],
  ]) {
    const options = { viewport, deviceScaleFactor };
    it(`${stem} %: all of it is within reach`, (t) =>
      assertWorks(t, world, { page: 'plain', stem, options, displays: FLOATING, during: insideTheWindow }));
  }

  it('print: the page is printed as if the survey were not there', async () => {
    await onPage(world, { order: 'M-print', trigger: 'manual' }, async ({ page }, form) => {
      await page.waitForFunction(() => window.trente?.show);
      const printed = async () => {
        await page.emulateMedia({ media: 'print' });
        await settle(page);
        const found = await picture(page);
        await page.emulateMedia({ media: 'screen' });
        return found;
      };
      const expected = await printed();
      for (const display of DISPLAYS) {
        await page.evaluate((options) => window.trente.show(options), optionsFor(display));
        await form.waitFor();
        await assertSamePicture(await printed(), expected, `hostile-print-${display}`);
        await form.waitFor();
        await page.evaluate(() => window.trente.hide());
        await host(page).waitFor({ state: 'detached' });
      }
    });
  });

  describe('that is left and found again', () => {
    let browser;
    before(async () => {
      // Playwright turns the back/forward cache off, and the engine without a window has none.
      browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'], executablePath: WHOLE_CHROMIUM });
    });
    after(() => browser?.close());

    it('the survey is where it was, and is answered once', async () => {
      const visit = await open(browser);
      const { page } = visit;
      const order = 'M-kept';
      try {
        await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => { window.kept = persisted; }));
        await page.goto(address(world.shop, 'hostile/kept.html', { order }));
        const form = surveyForm(page, 'fr');
        await answer(form, 'Bonne');
        await form.getByText('2 / 4', { exact: true }).waitFor();
        await page.goto(address(world.shop, 'bare.html'));
        await goBack(page);
        await form.waitFor();
        assert.equal(await form.getByText('2 / 4', { exact: true }).count(), 1);
        await answer(form, '6', /^5 /, '9');
        const [response] = await stored(world, responseOf(world.collector.survey, order));
        assert.deepEqual([response.satisfaction, response.recommend], [4, 9]);
        assert.equal(visit.posts().length, 1);
        assertSilent(visit);
      } finally {
        await visit.close();
      }
    });
  });
});
