// Turns raw runs into statistics (JSON) and tables (markdown).
import { median, stat } from './util.mjs';

const latencyOf = (run, name) => run.steps?.find((s) => s.name === name)?.latency ?? NaN;
// Click that leaves the question: its own click, or the Next click where one is needed.
const leaves = (run, name) => latencyOf(run, run.steps?.some((s) => s.name === `${name}-next`) ? `${name}-next` : name);
const complete = (run) => (run.submit
  ? run.interactive + run.steps.filter((s) => !s.final && s.name !== 'text').reduce((a, s) => a + (s.latency || 0), 0) + run.submit.received
  : NaN);

// key, title, unit, value of one run, decimals, subtract the baseline's median?
const METRICS = [
  ['interactive', 'Script tag to first question usable', 'ms', (r) => r.interactive, 0],
  ['fromNavigation', 'Navigation to first question usable', 'ms', (r) => r.fromNavigation, 0],
  ['bytes', 'Transfer added until usable', 'kB', (r) => r.traffic.bytes / 1000, 1, true],
  ['requests', 'Requests added until usable', '', (r) => r.traffic.requests, 0, true],
  ['code', 'of which JS + WASM + CSS', 'kB', (r) => (r.traffic.js + r.traffic.wasm + r.traffic.css) / 1000, 1],
  ['bytesAll', 'Transfer added, whole visit', 'kB', (r) => r.trafficAll.bytes / 1000, 1, true],
  ['script', 'Script time added', 'ms', (r) => r.script, 0, true],
  ['task', 'Main-thread time added', 'ms', (r) => r.task, 0, true],
  ['longTasks', 'Long tasks, sum', 'ms', (r) => r.longTasks, 0],
  ['tbt', 'Total blocking time', 'ms', (r) => r.tbt, 0],
  ['cls', 'Layout shift (CLS)', '', (r) => r.cls, 3],
  ['q12', 'First tap to next question', 'ms', (r) => (r.steps?.[1]?.name && r.steps[0].name !== 'text' ? leaves(r, r.steps[0].name) : NaN), 0],
  ['q23', 'Click on choice (or Next) to next question', 'ms', (r) => leaves(r, 'choice'), 0],
  ['worstEvent', 'Slowest interaction (Event Timing)', 'ms', (r) => (r.steps?.length ? r.worstEvent : NaN), 0],
  ['send', 'Send click to submission request', 'ms', (r) => r.submit?.afterClick ?? NaN, 0],
  ['received', 'Send click to server has it', 'ms', (r) => r.submit?.received ?? NaN, 0],
  ['complete', 'Script tag to submission, visitor with no thinking time', 'ms', complete, 0],
  ['body', 'Submission body', 'B', (r) => r.submit?.body ?? NaN, 0],
  ['total', 'Submission with request head', 'B', (r) => r.submit?.total ?? NaN, 0],
  ['posts', 'Non-GET requests in the visit', '', (r) => (r.steps?.length ? r.posts : NaN), 0],
  ['up', 'All bytes sent up in the visit', 'B', (r) => (r.steps?.length ? r.upBytes : NaN), 0],
];
const MEMORY = [
  ['heap', 'JS heap added', 'kB', (m) => m.heap / 1000, 0, true],
  ['wasm', 'WASM linear memory', 'kB', (m) => m.wasm / 1000, 0],
  ['elements', 'Elements added', '', (m) => m.elements, 0, true],
  ['nodes', 'DOM nodes added (all kinds)', '', (m) => m.nodes, 0, true],
  ['listeners', 'Event listeners added', '', (m) => m.listeners, 0, true],
];

function compute(list, runsOf, names) {
  const out = {};
  for (const [key, , , value, , subtract] of list) {
    const zero = subtract ? median(runsOf('baseline').map(value)) || 0 : 0;
    out[key] = Object.fromEntries(names.map((n) => [n, stat(runsOf(n).map((r) => value(r) - zero))]));
  }
  return out;
}

const num = (x, d) => (Math.abs(x) < 0.5 * 10 ** -d ? 0 : x).toFixed(d);
function cell(s, ref, d, isRef) {
  if (!s) return '–';
  const range = num(s.min, d) === num(s.max, d) ? '' : ` (${num(s.min, d)}–${num(s.max, d)})`;
  // No ratio to a reference that is zero or drowns in noise (its minimum is at or below the baseline).
  const ratio = !isRef && ref && ref.min > 0 && ref.median >= 0.5 * 10 ** -d && s.median > 0 ? ` ×${(s.median / ref.median).toPrecision(s.median / ref.median < 10 ? 2 : 3).replace(/\.0+$/, '')}` : '';
  return `${num(s.median, d)}${range}${ratio}`;
}
function table(list, stats, names, ref) {
  const rows = [`| | ${names.join(' | ')} |`, `|---|${names.map(() => '--:').join('|')}|`];
  for (const [key, title, unit, , d] of list) {
    const s = stats[key];
    rows.push(`| ${title}${unit ? `, ${unit}` : ''} | ${names.map((n) => cell(s[n], s[ref], d, n === ref)).join(' | ')} |`);
  }
  return rows.join('\n');
}

export function report({ meta, info, verify, memory, conditions, failures }) {
  const measured = Object.keys(memory);
  const names = measured.filter((n) => n !== 'baseline');
  const ref = measured.includes('handwritten') ? 'handwritten' : null;
  const json = { meta, reference: ref, peers: info, verify, failures, conditions: [], memory: {} };
  const md = [];
  md.push('# Embedded survey widgets, side by side', '');
  md.push(`${meta.date.slice(0, 10)}, Chromium ${meta.chromium}, Node ${meta.node}, ${meta.os}, ${meta.cpu}, ${meta.memory}; viewport ${meta.viewport.width}×${meta.viewport.height}; `
    + `widget origin: ${meta.origin}; ${meta.visit === 2 ? 'second visit of the same browser, after one that answered nothing; ' : ''}${meta.runs} interleaved runs per peer and condition; load average ${meta.loadBefore.map((x) => x.toFixed(1)).join('/')} before, ${meta.loadAfter.map((x) => x.toFixed(1)).join('/')} after; ${meta.seconds} s.`);
  md.push('', `Cells: median (min–max)${ref ? `, × = ratio to ${ref}` : ''}. kB = 1000 bytes, brotli 11, response heads included. "Added" = minus the same page without a widget.`, '');
  md.push('| peer | what | version | licence | work |', '|---|---|---|---|---|');
  for (const [n, i] of Object.entries(info)) md.push(`| ${n} | ${i.title} | ${i.version} | ${i.license} | ${i.work}${i.less ? ' **(less work)**' : ''} |`);
  for (const s of meta.skipped) md.push(`| ${s.name} | skipped: ${s.why} | | | |`);

  for (const c of conditions) {
    const stats = compute(METRICS, (n) => c.runs[n] || [], measured);
    json.conditions.push({ net: c.net, cpu: c.cpu, label: c.label, stats, runs: c.runs });
    const b = c.runs.baseline || [];
    md.push('', `## ${c.label}, CPU ${c.cpu}× slowdown`, '', table(METRICS, stats, names, ref), '');
    md.push(`Page without widget: load event ${num(median(b.map((r) => r.fromNavigation)), 0)} ms after navigation, ${num(median(b.map((r) => r.traffic.bytes)) / 1000, 1)} kB, script ${num(median(b.map((r) => r.script)), 0)} ms, main thread ${num(median(b.map((r) => r.task)), 0)} ms.`);
  }

  const mem = compute(MEMORY, (n) => memory[n], measured);
  json.memory = { stats: mem, runs: memory };
  md.push('', '## Memory and DOM while the first question is shown', '', 'After forced garbage collection, unthrottled, 3 loads.', '', table(MEMORY, mem, names, ref));

  md.push('', '## Files the widget made the browser fetch', '', '| peer | file | raw B | gzip -9 B | brotli 11 B |', '|---|---|--:|--:|--:|');
  for (const [n, i] of Object.entries(info)) {
    const urls = new Set(conditions.flatMap((c) => (c.runs[n] || []).flatMap((r) => r.fetched || [])));
    const files = i.listOnly ? i.files : i.files.filter((f) => urls.has(f.path));
    for (const f of files) md.push(`| ${n} | ${f.path} | ${f.raw} | ${f.gzip9} | ${f.brotli11} |`);
    if (files.length > 1) md.push(`| ${n} | **sum** | ${files.reduce((a, f) => a + f.raw, 0)} | ${files.reduce((a, f) => a + f.gzip9, 0)} | ${files.reduce((a, f) => a + f.brotli11, 0)} |`);
  }

  md.push('', '## Does "visible and hit-testable" mean usable?', '', 'The control was activated in the first frame in which it looked usable, then again every 100 ms until the widget took it.', '');
  for (const n of names) {
    const v = verify[n];
    md.push(`- ${n}: ${!v ? 'check failed' : v.delay === null ? 'never taken within 5 s' : `taken after ${v.clicks || 'no'} click${v.clicks === 1 ? '' : 's'}, ${num(v.delay, 0)} ms later`}`);
  }
  md.push('', '## Notes per peer', '');
  for (const [n, i] of Object.entries(info)) for (const t of i.notes) md.push(`- ${n}: ${t}`);
  const problems = conditions.flatMap((c) => Object.entries(c.runs).flatMap(([n, rs]) => rs.flatMap((r) => [...r.problems, ...r.missing].map((p) => `${n}: ${p.replace(/:\d{4,5}\//, '/')}`))));
  const count = new Map();
  for (const p of problems) count.set(p, (count.get(p) || 0) + 1);
  if (count.size || failures.length) {
    md.push('', '## Problems seen', '');
    for (const [p, k] of count) md.push(`- ${p} (${k}×)`);
    for (const f of failures) md.push(`- ${f.peer}, ${f.what}: ${f.error.slice(0, 400)}`);
  }
  return { json, markdown: md.join('\n') + '\n' };
}
