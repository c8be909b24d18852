#!/usr/bin/env node
// Side-by-side benchmark of embedded survey widgets: docs/performance.md. Run by `cargo xtask bench embed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { startServer } from './lib/server.mjs';
import { load, NETS } from './lib/run.mjs';
import { report } from './lib/report.mjs';
import { npmVersion } from './lib/util.mjs';

const ORDER = ['baseline', 'handwritten', 'trente', 'generic', 'formbricks', 'sentry'];
/** What is measured only where `--only` names it. */
const NAMED = ['generic'];
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const ARGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-blink-features=AutomationControlled',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1',
];

const USAGE = `node bench.mjs [--runs N] [--only a,b] [--net slow4g|wifi|none|all] [--cpu 1|4|all] [--json out.json]
               [--md out.md] [--shots DIR] [--origin cross|same] [--viewport WxH] [--visit 1|2]
node bench.mjs --render out.json    the tables of an earlier run again
Without --net and --cpu: slow4g with 4x CPU slowdown. Peers: ${ORDER.join(', ')}; without --only all but ${NAMED.join(', ')}`;

function options(argv) {
  const o = { runs: 9, only: null, net: null, cpu: null, json: null, md: null, render: null, shots: path.join(os.tmpdir(), 'embed-bench-shots'), origin: 'cross', viewport: '412x823', visit: '1' };
  for (let i = 0; i < argv.length; i += 1) {
    const k = argv[i].replace(/^--/, '');
    if (k === 'help' || k === 'h') { console.log(USAGE); process.exit(0); }
    if (!argv[i].startsWith('--') || !(k in o) || argv[i + 1] === undefined) { console.error(`unknown or incomplete option ${argv[i]}\n${USAGE}`); process.exit(2); }
    o[k] = argv[i += 1];
  }
  o.runs = Number(o.runs);
  if (!(o.runs >= 1)) { console.error('--runs must be at least 1'); process.exit(2); }
  if (!['1', '2'].includes(o.visit)) { console.error('--visit must be 1 or 2'); process.exit(2); }
  const nets = o.net === 'all' ? ['slow4g', 'none'] : o.net ? [o.net] : null;
  const cpus = o.cpu === 'all' ? [4, 1] : o.cpu ? [Number(o.cpu)] : null;
  if (nets?.some((n) => !NETS[n]) || cpus?.some((c) => !(c >= 1))) { console.error(USAGE); process.exit(2); }
  o.conditions = !nets && !cpus
    ? [{ net: 'slow4g', cpu: 4 }]
    : (nets || ['slow4g', 'none']).flatMap((net) => (cpus || [4, 1]).map((cpu) => ({ net, cpu })));
  const [w, h] = o.viewport.split('x').map(Number);
  o.viewport = { width: w, height: h };
  if (o.only) {
    const bad = o.only.split(',').filter((n) => !ORDER.includes(n));
    if (bad.length) { console.error(`unknown peer ${bad.join(', ')}\n${USAGE}`); process.exit(2); }
  }
  return o;
}

const opt = options(process.argv.slice(2));
const say = (...a) => console.error(...a);
if (opt.render) {
  const old = JSON.parse(fs.readFileSync(opt.render, 'utf8'));
  console.log(report({ ...old, info: old.peers, memory: old.memory.runs }).markdown);
  process.exit();
}
const started = Date.now();

// The baseline is always there: it is what everything is compared with.
const wanted = opt.only ? ORDER.filter((n) => n === 'baseline' || opt.only.split(',').includes(n)) : ORDER.filter((n) => !NAMED.includes(n));
const server = await startServer({ origin: opt.origin });
const peers = [];
const info = {};
const skipped = [];
for (const name of wanted) {
  const adapter = (await import(`./peers/${name}.mjs`)).default;
  const site = await adapter.setup(server.originsOf(name));
  if (site.skip) {
    skipped.push({ name, why: site.skip });
    say(`skip ${name}: ${site.skip}`);
    continue;
  }
  const { sizes, pageBytes } = await server.mount(name, site);
  info[name] = {
    title: adapter.title, version: adapter.version, license: adapter.license, work: adapter.work, less: !!adapter.less,
    listOnly: !!adapter.listOnly, notes: adapter.notes, files: sizes, page: pageBytes,
  };
  if (!adapter.listOnly) peers.push(adapter);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
const meta = {
  date: new Date().toISOString(),
  chromium: browser.version(),
  node: process.version,
  playwright: npmVersion('playwright-core'),
  os: `${os.type()} ${os.release()} ${os.arch()}`,
  cpu: `${os.cpus()[0]?.model.trim()} x${os.cpus().length}`,
  memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
  loadBefore: os.loadavg(),
  runs: opt.runs, origin: opt.origin, visit: Number(opt.visit), viewport: opt.viewport, conditions: opt.conditions, skipped,
};
try { meta.os = `${execFileSync('sh', ['-c', '. /etc/os-release; echo $PRETTY_NAME'], { encoding: 'utf8' }).trim()}, ${meta.os}`; } catch { /* not Debian */ }

const base = { browser, server, viewport: opt.viewport };
const failures = [];
const guarded = async (what, adapter, f) => {
  try { return await f(); } catch (e) {
    failures.push({ what, peer: adapter.name, error: e.message });
    say(`  FAILED ${what} ${adapter.name}: ${e.message}`);
    return null;
  }
};
const rotate = (list, n) => list.map((_, i) => list[(i + n) % list.length]);

// 1. Does the widget show, and does it take a click in the first frame in which it looks usable?
fs.mkdirSync(opt.shots, { recursive: true });
say('checking each peer, screenshots in', opt.shots);
const verify = {};
for (const a of peers) {
  verify[a.name] = a.inPage.first
    ? await guarded('verify', a, () => load({ ...base, adapter: a, net: 'none', cpu: 1, mode: 'verify' }))
    : null;
}

// 2. Memory and DOM, after a forced garbage collection, in page loads of their own: collecting would also throw away
//    compiled code and so spoil the timings.
const memory = Object.fromEntries(peers.map((a) => [a.name, []]));
for (let r = 0; r < 3; r += 1) {
  for (const a of rotate(peers, r)) {
    const m = await guarded('memory', a, () => load({ ...base, adapter: a, net: 'none', cpu: 1, mode: 'memory', shot: r === 0 ? path.join(opt.shots, `${a.name}.png`) : null }));
    if (m) memory[a.name].push(m);
  }
}

// 3. Timed loads, interleaved: A B C, B C A, C A B, ...
const conditions = [];
for (const c of opt.conditions) {
  say(`${NETS[c.net].label}, CPU ${c.cpu}x`);
  const runs = Object.fromEntries(peers.map((a) => [a.name, []]));
  for (let r = 0; r < opt.runs; r += 1) {
    const t0 = Date.now();
    for (const a of rotate(peers, r)) {
      const x = await guarded(`${c.net}/${c.cpu}x run ${r + 1}`, a, () => load({ ...base, adapter: a, ...c, second: opt.visit === '2' }));
      if (x) runs[a.name].push(x);
    }
    say(`  round ${r + 1}/${opt.runs} ${((Date.now() - t0) / 1000).toFixed(1)} s`);
  }
  conditions.push({ ...c, label: NETS[c.net].label, runs });
}
await browser.close();
await server.close();
meta.loadAfter = os.loadavg();
meta.seconds = Math.round((Date.now() - started) / 1000);

const { json, markdown } = report({ meta, info, verify, memory, conditions, failures });
if (opt.json) fs.writeFileSync(opt.json, JSON.stringify(json, null, 1) + '\n');
if (opt.md) fs.writeFileSync(opt.md, markdown);
console.log(markdown);
say(`done in ${meta.seconds} s${opt.json ? `, ${opt.json}` : ''}`);
process.exitCode = failures.length ? 1 : 0;
