// How Trente looks and talks, for the benchmark of embedded surveys (bench.mjs, or any that reads these fields).
//
// It asks for more than the peers: the default survey's four questions, then chips and word. The screens are told by what
// the options are worth, not by their words or classes, so that neither a new wording nor a new design needs a change here.
//
// The page has the loader of the site, as the snippet of `site add` names it; `generic` is the one that knows no site.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const TRENTE = process.env.TRENTE_BIN || fileURLToPath(new URL('../../target/debug/trente', import.meta.url));
const snippet = (loader) => `<script async src="${loader}" data-site="olive" data-order="MO-100482"></script>`;

/** What a collector of our own serves for a new site: its loader, and its survey in English. */
async function served() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trente-bench-'));
  const database = path.join(folder, 'trente.db');
  execFileSync(TRENTE, ['site', 'add', '--db', database, 'olive', '--any-origin', '--preset', 'after-delivery', '--base', 'http://127.0.0.1'], { stdio: 'ignore' });
  const collector = spawn(TRENTE, ['serve', '--db', database, '--listen', '127.0.0.1:0', '--results', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    let url;
    for await (const line of readline.createInterface({ input: collector.stdout })) {
      [, url] = /^collector (\S+)/.exec(line) ?? [];
      if (url) break;
    }
    const [loader, sheet] = await Promise.all(['/trente.olive.js', '/v1/surveys/en/-/olive'].map((each) => fetch(url + each)));
    return { loader: await loader.text(), sheet: await sheet.json() };
  } finally {
    collector.kill();
    await once(collector, 'exit');
    fs.rmSync(folder, { recursive: true });
  }
}
const { loader, sheet } = await served();

// The functions go to the page as source: no outer names. An option is what lies around its input: the input itself is
// transparent, and its label has no box of its own.
export default {
  snippet: snippet('/trente.olive.js'),
  generic: snippet('/trente.js'),
  routes: [
    { method: 'GET', path: /^\/trente\.olive\.js$/, reply: () => ({ type: 'text/javascript', body: loader }) },
    { method: 'GET', path: /^\/v1\/surveys\/.*\/olive$/, reply: () => ({ json: sheet }) },
    { method: 'POST', path: /^\/v1\/responses/, reply: () => ({ status: 204, type: 'text/plain', body: '' }) },
  ],
  // The frame is binary: it does not hold the last answer as text.
  isSubmission: (e, { finalClick }) => e.method !== 'GET' && e.wall >= finalClick,
  inPage: {
    // Satisfaction: five options, the best is worth 5.
    first: (q) => q.one('input[name=option][value="5"]')?.parentElement,
    answered: (q) => !!q.one('input[name=option][value="7"]'),
    steps: [
      { name: 'satisfaction', target: (q) => q.one('input[name=option][value="5"]').parentElement, until: (q) => q.one('input[name=option][value="7"]')?.parentElement },
      { name: 'ease', target: (q) => q.one('input[name=option][value="6"]').parentElement, until: (q) => !q.one('input[name=option][value="7"]') && q.one('input[name=option][value="0"]')?.parentElement },
      { name: 'lens', target: (q) => q.one('input[name=option][value="5"]').parentElement, until: (q) => q.one('input[name=option][value="10"]')?.parentElement },
      { name: 'nps', target: (q) => q.one('input[name=option][value="9"]').parentElement, until: (q) => !q.one('input[name=option][value="0"]') && q.one('input[name=option]')?.parentElement },
      { name: 'choice', target: (q) => q.one('input[name=option]').parentElement, until: (q) => q.one('textarea') },
      { name: 'text', target: (q) => q.one('textarea'), type: 'A clearer delivery date before I pay, please.', until: () => true },
      { name: 'send', final: true, target: (q) => q.text('button', 'Send'), until: (q) => !q.one('textarea') },
    ],
  },
};
