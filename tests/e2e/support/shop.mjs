// The demo shop: a static host that fills in the page's placeholders from the query string.
//
//   node tests/e2e/support/shop.mjs --port 8030 --collector http://127.0.0.1:8031
//
// `/` is index.html as Trunk left it; any other path is a file of target/trunk or of tests/e2e/pages. In HTML,
// `{{name}}` becomes the query's value (escaped), `{{name=value}}` becomes ` selected` where they are equal.
// `{{attributes}}` becomes the snippet's attributes: the query's `data-…` values, empty ones left out; the site is
// `olive` unless the query says otherwise. `{{content}}` becomes tests/e2e/pages/hostile/content.html.
//
// `/npm/…` is a style sheet or script of an npm package. A page whose first lines are comments like
// `<!-- content-security-policy: … -->` is sent with these headers; one without a value is left out.
import fs from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NPM, PAGES, TRUNK } from './paths.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where an address begins, and the folders that may have the file. */
const FOLDERS = [
  ['/npm/', [NPM]],
  ['/', [TRUNK, PAGES]],
];

/** Which loader the pages' snippets name: the one that knows no site, or with TRENTE_LOADER=site that of their site. */
const loaderOf = (site) => (process.env.TRENTE_LOADER === 'site' && site ? `trente.${site}.js` : 'trente.js');

/** What every hostile page shows and loads. */
const CONTENT = '/hostile/content.html';

const DEFAULTS = {
  order: 'MO-100482', lang: 'fr', display: 'card', position: '', trigger: 'load', theme: 'page', storage: 'none',
  shop: 'olive',
};

/** The strictest policy that docs/embed.md promises to be enough, so that each page proves it; `own` are scripts of the page's. */
export function strictPolicy(collector, own = '') {
  return [
    "default-src 'none'",
    `script-src ${collector} 'wasm-unsafe-eval'${own}`,
    `connect-src ${collector}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
  ].join('; ');
}

/**
 * Serves the shop.
 *
 * @param {{ port: number, collector: string, policy?: string | null }} options `policy` is the Content-Security-Policy
 *   of the HTML pages; null sends none.
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startShop({ port, collector, policy = strictPolicy(collector) }) {
  const server = http.createServer((request, response) => {
    respond(request, { collector, policy }).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function respond(request, { collector, policy }) {
  const url = new URL(request.url, 'http://shop');
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed');
  const file = await read(url.pathname === '/' ? '/index.html' : url.pathname);
  if (!file) return plain(404, 'not found');
  const headers = { 'content-type': TYPES[file.extension] ?? 'application/octet-stream', 'cache-control': 'no-store' };
  if (file.extension !== '.html') return { status: 200, headers, body: file.bytes };
  // The demo shop has a script of its own.
  const demo = url.pathname === '/' && policy === strictPolicy(collector);
  if (policy) headers['content-security-policy'] = demo ? strictPolicy(collector, " 'self'") : policy;
  const content = (await read(CONTENT)).bytes;
  const html = file.bytes.toString('utf8').replace('{{content}}\n', () => content);
  const filled = fill(html, values(url.searchParams, collector, request.headers));
  const body = filled.replaceAll(`${collector}/trente.js"`, `${collector}/${loaderOf(url.searchParams.get('data-site') ?? 'olive')}"`);
  return { status: 200, headers: withOwn(headers, body), body };
}

/** The headers, changed as the page's first lines say. */
function withOwn(headers, body) {
  const all = { ...headers };
  for (const line of body.split('\n')) {
    const [, name, value] = /^<!-- ([a-z-]+):(.*) -->$/.exec(line) ?? [];
    if (!name) break;
    if (value.trim()) all[name] = value.trim();
    else delete all[name];
  }
  return all;
}

const plain = (status, body) => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

/** The file from the first folder that has it; a path that leads out of a folder has none. */
async function read(pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const [start, folders] = FOLDERS.find(([start]) => name.startsWith(start)) ?? [];
  for (const folder of folders ?? []) {
    const file = path.join(folder, name.slice(start.length));
    if (!file.startsWith(folder + path.sep) || (folder === NPM && !/\.(css|m?js)$/.test(file))) continue;
    try {
      return { bytes: await fs.readFile(file), extension: path.extname(file) };
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function values(query, collector, headers) {
  // The language of the browser, and on a phone the survey within the page.
  const own = {
    lang: /^en/i.test(headers['accept-language'] ?? '') ? 'en' : 'fr',
    display: /Mobile/.test(headers['user-agent'] ?? '') ? 'inline' : 'card',
  };
  const value = (name) => query.get(name)?.trim() || (own[name] ?? DEFAULTS[name]);
  const next = `MO-${100_000 + Math.floor(Math.random() * 900_000)}`;
  const named = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, value(name)]));
  return { ...named, collector, next, attributes: attributes(query) };
}

function attributes(query) {
  const given = new Map([['data-site', 'olive'], ...[...query].filter(([name]) => /^data-[a-z]+$/.test(name))]);
  return [...given].filter(([, value]) => value !== '').map(([name, value]) => `${name}="${escaped(value)}"`).join(' ');
}

function fill(html, named) {
  // Trunk leaves its own link to the Rust package in the page; a shop's page has none.
  return html.replace(/\s*<link data-trunk[^>]*>/g, '').replace(/\{\{(\w+)(?:=([\w:]+))?\}\}/g, (placeholder, name, wanted) => {
    // The one placeholder that is an attribute and not a value.
    if (name === 'target') return named.display === 'inline' ? 'data-target="#avis"' : '';
    if (name === 'attributes') return named.attributes;
    if (!(name in named)) return placeholder;
    if (wanted !== undefined) return named[name] === wanted ? ' selected' : '';
    return escaped(named[name]);
  });
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({ options: { port: { type: 'string' }, collector: { type: 'string' } } });
  const shop = await startShop({ port: Number(options.port), collector: options.collector });
  console.log(`shop ${shop.url}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => shop.stop().then(() => process.exit(0)));
}
