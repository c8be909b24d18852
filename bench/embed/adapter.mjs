// Tells the side-by-side benchmark of embedded surveys (shared/bench/embed) how Trente looks and talks.
//
//   cargo xtask dist && cargo build --package trente-cli
//   TRENTE_DIST=dist TRENTE_ADAPT=bench/embed/adapter.mjs node …/bench.mjs
//
// It asks for more than the peers: the default survey's four questions, then chips and word.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TRENTE = fileURLToPath(new URL('../../target/debug/trente', import.meta.url));
const sheet = JSON.parse(execFileSync(TRENTE, ['survey', 'sheet', '--site', 'olive', '--lang', 'en'], { encoding: 'utf8' }));

// The functions go to the page as source: no outer names.
export default {
  snippet: '<script async src="/trente.js" data-site="olive" data-order="MO-100482" data-lang="en"></script>',
  routes: [
    { method: 'GET', path: /^\/v1\/surveys\/olive/, reply: () => ({ json: sheet }) },
    { method: 'POST', path: /^\/v1\/responses/, reply: () => ({ status: 204, type: 'text/plain', body: '' }) },
  ],
  inPage: {
    first: (q) => q.text('.cell', 'Very'),
    answered: (q) => !!q.text('.progress', '2 / 4'),
    steps: [
      { name: 'satisfaction', target: (q) => q.text('.cell', 'Very'), until: (q) => q.text('.progress', '2 / 4') && q.text('.cell', '7') },
      { name: 'ease', target: (q) => q.text('.cell', '6'), until: (q) => q.text('.cell', 'Not applicable') },
      { name: 'lens', target: (q) => q.text('.cell', '5'), until: (q) => q.text('.cell', '10') },
      { name: 'nps', target: (q) => q.text('.cell', '9'), until: (q) => q.text('.cell', 'Speed') },
      { name: 'choice', target: (q) => q.text('.cell', 'Speed'), until: (q) => q.one('textarea') },
      { name: 'text', target: (q) => q.one('textarea'), type: 'A clearer delivery date before I pay, please.', until: () => true },
      { name: 'send', final: true, target: (q) => q.text('button', 'Send'), until: (q) => !q.one('textarea') },
    ],
  },
};
