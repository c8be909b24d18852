// Trente as it is published: dist/ at the vendor's origin, one script tag, a backend that answers at once.
import path from 'node:path';
import adapter from '../adapter.mjs';
import { ROOT, walk } from '../lib/util.mjs';

const DIST = path.resolve(process.env.TRENTE_DIST || path.join(ROOT, '../../dist'));

/** A peer with the loader that the snippet names. */
export const peer = (name, title, snippet) => ({
  name,
  title,
  version: 'dist',
  license: 'MIT OR Apache-2.0',
  work: 'four questions + choice + text',
  notes: ['Asks more than the others: the four questions of the default survey, then a choice and a text.'],
  async setup({ vendor }) {
    const body = snippet.replace('src="/', `src="${vendor}/`);
    return { files: walk(DIST), routes: adapter.routes, snippet: { body } };
  },
  isSubmission: adapter.isSubmission,
  inPage: adapter.inPage,
});

export default peer('trente', 'Trente, loader of the site', adapter.snippet);
