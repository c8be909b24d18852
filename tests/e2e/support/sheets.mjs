// Surveys that a merchant has set otherwise, by changing the collector's own answer on its way.
import { settle } from './watching.mjs';

/** For `before` of onPage: the page gets the loader that knows no site, whatever its snippet names. */
export const withGeneric = ({ page }) =>
  page.route('**/trente.*.js', async (route) => {
    const { origin } = new URL(route.request().url());
    const response = await route.fetch({ url: `${origin}/trente.js` });
    await route.fulfill({ response });
  });

/** For `before` of onPage: the survey as the collector sends it, with these settings laid over it. */
export const withSheet = (settings) => async (visit) => {
  await withGeneric(visit);
  await visit.page.route('**/v1/surveys/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...settings } });
  });
};

/** The same for its display. */
export const withDisplay = (display) => withSheet({ display });

/** What was asked of the collector: `survey`, `glue`, `wasm`, in the order of the requests. */
export const fetched = ({ requests }) => requests.flatMap((request) => {
  const { pathname } = new URL(request.url());
  if (pathname.startsWith('/v1/surveys/')) return ['survey'];
  if (/\/(widget|lean)\.js$/.test(pathname)) return ['glue'];
  return pathname.endsWith('/widget.wasm') ? ['wasm'] : [];
});

/** Waits until what was asked for under this file name is there, and what the loader does with it at once is done. */
export async function arrived({ page, requests }, file = '/widget.wasm') {
  // Either glue.
  const names = file === '/widget.js' ? [file, '/lean.js'] : [file];
  const wanted = (request) => names.some((name) => new URL(request.url()).pathname.endsWith(name));
  const request = requests.find(wanted) ?? (await page.waitForRequest(wanted));
  await (await request.response())?.finished();
  await settle(page);
}

/** Waits until the loader has all that it decides by, and has decided. */
export async function decided(visit) {
  await arrived(visit, '/widget.js');
  await arrived(visit, '/olive');
  await settle(visit.page);
}
