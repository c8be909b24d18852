// Reader of the outbox on the merchant's origin, and taps that fill it.
import { answer, button, WORDS } from './survey.mjs';

/** The outbox's key. */
export const KEY = 'trente-outbox';
/** Where frames go, for `page.route`. */
export const POSTS = '**/v1/responses';

/** Four taps, without waiting for an answer. */
export const taps = (form) => answer(form, 'Bonne', '6', /^5 /, '9');

/** Through the two optional screens to the last one. */
export async function toTheEnd(form) {
  await button(form, WORDS.fr.skip).click();
  await form.getByRole('textbox').waitFor();
  await button(form, WORDS.fr.skip).click();
}

/** Waits until the last screen says this. */
export const says = (form, text) => form.locator('.end').getByText(text, { exact: true }).waitFor();

/** The outbox as it is stored; null when nothing waits. */
export const outbox = (page) => page.evaluate((key) => localStorage.getItem(key), KEY);

/** Its lines, one a frame. */
export const outboxFrames = async (page) => ((await outbox(page)) ?? '').split('\n').filter(Boolean);

/** As if the customer had not acted yet: the next page asks them again. */
export const rested = (page) => page.evaluate(() => localStorage.removeItem('trente-rest'));

/** Answers every frame like this, or the first few, without the collector. */
export const refuse = (world, page, status, headers = {}, times = undefined) => page.route(POSTS, (route) => route.fulfill({
  status,
  headers: { 'access-control-allow-origin': world.shop.url, 'access-control-expose-headers': 'retry-after', ...headers },
  contentType: 'application/json',
  body: JSON.stringify({ code: 'E_TEST', message: 'a test' }),
}), { times });
