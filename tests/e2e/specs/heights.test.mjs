// One steady card: how tall each screen is, in card and modal, on a desk and on two phones.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BROWSER, open } from '../support/browser.mjs';
import { orderOfFamily } from '../support/frames.mjs';
import { address, host, settle } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const finger = { hasTouch: true, isMobile: BROWSER === 'chromium' };
const WINDOWS = {
  320: { viewport: { width: 320, height: 640 }, ...finger },
  390: { viewport: { width: 390, height: 844 }, ...finger },
  1280: { viewport: { width: 1280, height: 900 } },
};
/** The third screen is one of eight: the longest. */
const FAMILY = 7;
/** Screens of one height, by their place. */
const ALIKE = [1, 2, 3];
/** By how much they may differ, in CSS px. */
const NEAR_PX = 2;
/** A line of the largest text, in CSS px: 19 px, and 1.4 of that from line to line. */
const LINE_PX = 27;
/** What may change in one frame, in CSS px. */
const LEAP_PX = 60;
/** One frame of 60 in a second, and a little. */
const FRAME_MS = 20;

describe('the height of the card', () => {
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const walk = async (lang, display, options, look) => {
    const visit = await open(world.browser, options);
    try {
      const order = orderOfFamily(world.collector.survey, FAMILY, `H-${lang}-${display}`);
      await visit.page.goto(address(world.shop, 'plain.html', { order, lang, display }));
      const form = host(visit.page).locator('form');
      await form.waitFor();
      await look(form, visit.page);
    } finally {
      await visit.close();
    }
  };

  /** Answers with the option in this place, and waits for the next screen. */
  const next = async (form, place) => {
    const asked = form.locator('.prompt, .end');
    const question = await asked.textContent();
    await form.getByRole('radio').nth(place).click();
    await asked.filter({ hasNotText: question }).waitFor();
  };

  for (const display of ['card', 'modal']) {
    it(`${display}: the second to the fourth screen are alike, and no control travels`, async (t) => {
      const wrong = [];
      for (const [width, options] of Object.entries(WINDOWS)) {
        for (const lang of ['fr', 'de', 'ar', 'ja']) {
          await walk(lang, display, { reducedMotion: 'reduce', ...options }, async (form, page) => {
            const seen = [];
            const measure = async () => {
              await settle(page);
              seen.push(await form.evaluate((card) => {
                const box = card.getBoundingClientRect();
                const skip = card.querySelector('.skip')?.getBoundingClientRect();
                return { height: Math.round(box.height * 10) / 10, foot: skip && Math.round(box.bottom - skip.bottom) };
              }));
            };
            for (const place of [1, 5, 4, 3, 5, 1]) {
              await measure();
              await next(form, place);
            }
            await measure();
            const heights = seen.map(({ height }) => height);
            t.diagnostic(`${display} ${width} ${lang}: ${heights.join(' ')}`);
            const alike = ALIKE.map((place) => heights[place]);
            if (Math.max(...alike) - Math.min(...alike) > NEAR_PX) wrong.push(`${display} ${width} ${lang}: ${alike.join(', ')}`);
            const feet = new Set(seen.map(({ foot }) => foot));
            if (feet.size > 1) wrong.push(`${display} ${width} ${lang}: the foot moves, ${[...feet].join(', ')}`);
          });
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it('a typeface of the page that does not come changes no height by more than a line', async (t) => {
    const heightsWith = async (options, face) => {
      const seen = [];
      await walk('fr', 'card', { reducedMotion: 'reduce', ...options }, async (form, page) => {
        if (face) {
          await page.evaluate((face) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`@font-face { font-family: Late; src: url(/missing.woff2) } trente-survey { --trente-font: ${face} }`);
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
          }, face);
          const family = () => form.evaluate((card) => getComputedStyle(card).fontFamily);
          assert.match(await family(), /Late/);
        }
        for (const place of [1, 5, 4, 3, 5]) {
          await settle(page);
          seen.push(await form.evaluate((card) => card.getBoundingClientRect().height));
          await next(form, place);
        }
      });
      return seen;
    };
    for (const width of [390, 1280]) {
      const own = await heightsWith(WINDOWS[width]);
      const other = await heightsWith(WINDOWS[width], 'Late, serif');
      t.diagnostic(`${width}: ${own.join(' ')}, without the typeface ${other.join(' ')}`);
      const most = Math.max(...own.map((height, place) => Math.abs(height - other[place])));
      assert.ok(most <= LINE_PX, `${width}: ${most} px`);
    }
  });

  it('changes in small steps, from the first screen to the end', async (t) => {
    for (const display of ['card', 'modal']) {
      await walk('fr', display, WINDOWS[1280], async (form, page) => {
        await form.evaluate((card) => {
          window.heights = [];
          const look = (time) => {
            window.heights.push({ time, now: performance.now(), height: card.getBoundingClientRect().height });
            if (card.isConnected) requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        });
        for (const place of [1, 5, 4, 3, 5, 1]) await next(form, place);
        await page.waitForTimeout(400);
        await form.locator('.skip').click();
        await form.locator('.end .first').waitFor();
        await page.waitForTimeout(400);
        const heights = await page.evaluate(() => window.heights);
        // A machine that is slow leaves frames out; what lies between two that were drawn one after the other counts. The
        // time of a frame does not say so by itself: a frame that comes late keeps its time, and the animation has gone on.
        const steps = heights.slice(1).flatMap((each, place) => {
          const before = heights[place];
          const inTime = Math.max(each.time - before.time, each.now - before.now) < FRAME_MS;
          return inTime ? [{ px: Math.abs(each.height - before.height), at: place }] : [];
        });
        const most = steps.reduce((one, other) => (other.px > one.px ? other : one));
        t.diagnostic(`${display}: ${most.px} px in one frame at most`);
        assert.ok(new Set(heights.map(({ height }) => Math.round(height))).size > 10, `${display}: it moves`);
        const around = JSON.stringify(heights.slice(Math.max(most.at - 4, 0), most.at + 6));
        assert.ok(most.px <= LEAP_PX, `${display}: ${most.px} px in one frame: ${around}`);
      });
    }
  });
});
