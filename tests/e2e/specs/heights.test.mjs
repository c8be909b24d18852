// Layout stability of the card: how tall each screen is, in card and modal, on a desk and on two phones.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BROWSER, few, open } from '../support/browser.mjs';
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
/** One frame of 60 in a second. */
const FRAME_MS = 1000 / 60;

/**
 * From now on `window.drawn` gets the height of each frame that is drawn, and `window.stepped` a list for every movement:
 * it is held as it begins and stepped through by its own clock, a frame at a time, so that no slow machine leaves one out.
 * The first is that of a frame before it begins: a busy browser draws one.
 */
const watchHeights = (form) => form.evaluate((card, frame_ms) => {
  Object.assign(window, { drawn: [], stepped: [] });
  const height = () => card.getBoundingClientRect().height;
  const draw = () => {
    window.drawn.push(height());
    if (card.isConnected) requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  const { animate } = Element.prototype;
  Element.prototype.animate = function (frames, options) {
    const movement = animate.call(this, frames, options);
    if (this !== card) return movement;
    movement.pause();
    const heights = [];
    for (let at = -frame_ms; at < options.duration; at += frame_ms) {
      movement.currentTime = at;
      heights.push(height());
    }
    window.stepped.push(heights);
    movement.currentTime = 0;
    movement.play();
    return movement;
  };
}, FRAME_MS);

/** What was seen of a change of screen, once nothing moves any more. */
const ended = (form) => form.evaluate(async (card) => {
  await Promise.all(card.getAnimations({ subtree: true }).map(({ finished }) => finished.catch(() => null)));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return { stepped: window.stepped, drawn: window.drawn, after: card.offsetHeight };
});

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
      const place = display === 'inline' ? { target: '#avis' } : { display };
      await visit.page.goto(address(world.shop, 'plain.html', { order, lang, ...place }));
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
        for (const lang of few(['fr', 'ar', 'de', 'ja'], 2)) {
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
    for (const display of ['card', 'modal', 'inline']) {
      await walk('fr', display, WINDOWS[1280], async (form, page) => {
        await watchHeights(form);
        const turns = [];
        const turn = async (lead) => {
          await page.evaluate(() => Object.assign(window, { drawn: [], stepped: [] }));
          const before = await form.evaluate((card) => card.offsetHeight);
          await lead();
          turns.push({ before, ...(await ended(form)) });
        };
        for (const place of [1, 5, 4, 3, 5, 1]) await turn(() => next(form, place));
        await turn(async () => {
          await form.locator('.skip').click();
          await form.locator('.end .first').waitFor();
        });
        assert.ok(turns.some(({ before, after }) => before !== after), `${display}: it moves`);
        for (const { before, stepped, drawn, after } of turns) {
          // Without a movement the heights are the same. A movement that another takes the place of is not seen to its end.
          const paths = stepped.length === 0 ? [[before, after]] : stepped.map((heights, place) =>
            [...(place === 0 ? [before] : []), ...heights, ...(place === stepped.length - 1 ? [after] : [])]);
          const leaps = paths.flatMap((heights) => heights.slice(1).map((height, place) => Math.abs(height - heights[place])));
          t.diagnostic(`${display}: ${before} to ${after} px, ${Math.max(...leaps)} px in one frame at most`);
          assert.ok(Math.max(...leaps) <= LEAP_PX, `${display}: a leap in ${JSON.stringify(paths)}`);
          const most = Math.max(0, ...stepped.map(({ length }) => length));
          if (before !== after) assert.ok(most > 10, `${display}: only ${most} frames`);
          // However many of them the machine had the time for, what was seen went from one height to the other and never back.
          const seen = [before, ...drawn, after];
          const wrong = seen.slice(1).filter((height, place) => (height - seen[place]) * Math.sign(after - before) < -NEAR_PX);
          assert.deepEqual(wrong, [], `${display}: it went back in ${seen.join(' ')}`);
        }
      });
    }
  });

  it('a change of screen is one movement, also where Yew lets the browser go on in the middle of it', async () => {
    await walk('fr', 'card', WINDOWS[1280], async (form, page) => {
      await watchHeights(form);
      // Yew looks at the time after each step, and goes on in a task of its own once 16 ms are over. Here they always are,
      // and before that task comes the customer answers the next question: the survey draws the same screen again.
      await form.evaluate((card) => {
        const { now } = Date;
        const { setTimeout } = window;
        let passed_ms = 0;
        Date.now = () => now() + (passed_ms += 20);
        window.setTimeout = (run, wait_ms, ...more) => setTimeout(run, wait_ms || 400, ...more);
        const { animate } = Element.prototype;
        Element.prototype.animate = function (...how) {
          setTimeout(() => card.querySelectorAll('[name=option]')[5]?.click(), 30);
          return animate.apply(this, how);
        };
      });
      const asked = form.locator('.prompt');
      const first = await asked.textContent();
      await form.getByRole('radio').nth(1).click();
      await asked.filter({ hasNotText: first }).waitFor();
      // The second question alone has seven points.
      await form.locator('[name=option][value="7"]').waitFor({ state: 'detached' });
      const { stepped } = await ended(form);
      assert.deepEqual(stepped.map((heights) => Math.round(heights.at(-1))), [292]);
    });
  });

  it('no animation shows its end before it begins', async () => {
    for (const display of ['card', 'modal']) {
      await walk('fr', display, WINDOWS[1280], async (form) => {
        const found = await form.evaluate((card) => {
          const place = card.closest('.place');
          place.setAttribute('data-turned', '');
          return [[card], [card.querySelector('.question')], [place, '::backdrop']].map(([element, pseudo]) => {
            const { animationName, animationFillMode } = getComputedStyle(element, pseudo);
            return [animationName, animationFillMode];
          });
        });
        const all = ['arrive', 'settle', ...(display === 'modal' ? ['fade'] : [])];
        assert.deepEqual(found.slice(0, all.length), all.map((name) => [name, 'backwards']));
      });
    }
  });
});
