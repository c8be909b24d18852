// A proxy by our recipe for it: a shop with the collector under a path of its own, and the results under another name,
// over TLS.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './paths.mjs';
import { isFree } from './port.mjs';

const run = promisify(execFile);
/** Names that every browser takes for this machine. */
const SHOP = 'shop.localhost';
export const RESULTS = 'results.shop.localhost';
const READY_MS = 10_000;

/** For each proxy its recipe, how it is started with a file, and what it is started with. */
export const PROXIES = {
  nginx: { recipe: 'nginx.conf', start: (file, folder) => ['-c', file, '-p', folder], configuration: nginx, end: 'SIGQUIT' },
  caddy: { recipe: 'Caddyfile', start: (file) => ['run', '--adapter', 'caddyfile', '--config', file], configuration: caddy, end: 'SIGTERM' },
};

/**
 * Starts a proxy before a shop and a collector.
 *
 * @param {string} name one of `PROXIES`
 * @param {{ shop: string, collector: string, results: string, port: number }} behind addresses, and the port that
 *   the proxy takes
 * @returns {Promise<{ shop: string, base: string, results: string, stop(): Promise<void> }>}
 */
export async function startProxy(name, { shop, collector, results, port }) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), `trente-${name}-`));
  const stops = [() => fs.rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    while (stops.length > 0) await stops.pop()();
  };
  try {
    const proxy = PROXIES[name];
    const [certificate, key] = await certify(folder);
    const file = path.join(folder, proxy.recipe);
    const recipe = await fs.readFile(path.join(ROOT, 'packaging', proxy.recipe), 'utf8');
    await fs.writeFile(file, proxy.configuration(recipe, { folder, certificate, key, shop, collector, results, port }));
    // Debian puts nginx where only root looks; Caddy keeps things at home.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const child = spawn(name, proxy.start(file, folder), { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = [];
    child.stderr.on('data', (text) => said.push(text));
    const ended = once(child, 'exit').catch((error) => said.push(String(error)));
    stops.push(async () => {
      child.kill(proxy.end);
      await ended;
    });
    await listens(port, ended).catch((error) => {
      throw new Error(`${name} ${error.message}\n${said.join('')}`);
    });
    const at = (host) => `https://${host}:${port}`;
    return { shop: at(SHOP), base: `${at(SHOP)}/trente`, results: at(RESULTS), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Status and headers of what a proxy answers; Node itself asks a resolver for such names. */
export async function ask(url) {
  const lookup = (_name, options, found) => (options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4));
  const request = https.get(url, { lookup, rejectUnauthorized: false, agent: false });
  const [response] = await once(request, 'response');
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

/** The text with ours for what the recipe has; all of it must be there. */
function filled(text, pairs) {
  return pairs.reduce((text, [own, our]) => {
    if (!text.includes(own)) throw new Error(`the recipe has no ${own}`);
    return text.replaceAll(own, our);
  }, text);
}

/** The recipe with no more around it than nginx needs; its parts have marks, and what is before the first is `http`. */
function nginx(recipe, ours) {
  const text = filled(recipe, [
    ['127.0.0.1:8031', new URL(ours.collector).host], ['127.0.0.1:8032', new URL(ours.results).host],
    ['listen 443 ssl', `listen 127.0.0.1:${ours.port} ssl`], ['server_name results.shop.example', `server_name ${RESULTS}`],
    ['/etc/ssl/results.shop.example/fullchain.pem', ours.certificate], ['/etc/ssl/results.shop.example/privkey.pem', ours.key],
  ]);
  const [http, ...marked] = text.split(/^# --- /m);
  const parts = Object.fromEntries(marked.map((part) => [/^\w+/.exec(part)[0], part.slice(part.indexOf('\n'))]));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${ours.folder}/${name};`);
  return `
    daemon off; user ${os.userInfo().username}; worker_processes 1; pid ${ours.folder}/pid; error_log stderr;
    events {}
    http {
      access_log off; ${temporary.join(' ')}
      ${http}
      server {
        listen 127.0.0.1:${ours.port} ssl default_server;
        server_name ${SHOP};
        ssl_certificate ${ours.certificate};
        ssl_certificate_key ${ours.key};
        location / { proxy_pass ${ours.shop}; }
        ${parts.shop}
      }
      ${parts.results}
    }`;
}

/** The recipe with our certificate, on our port alone. */
function caddy(recipe, ours) {
  const site = (name) => `https://${name}:${ours.port} {\n\tbind 127.0.0.1\n\ttls ${ours.certificate} ${ours.key}\n`;
  return `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${filled(recipe, [
    ['127.0.0.1:8031', new URL(ours.collector).host], ['127.0.0.1:8032', new URL(ours.results).host],
    ['127.0.0.1:8080', new URL(ours.shop).host], ['\nresults.shop.example {\n', `\n${site(RESULTS)}`],
    ['\nshop.example {\n', `\n${site(SHOP)}`],
  ])}`;
}

/** A certificate that signs itself, for both names. */
async function certify(folder) {
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => path.join(folder, name));
  await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${SHOP}`,
    '-addext', `subjectAltName=DNS:${SHOP},DNS:${RESULTS}`, '-keyout', key, '-out', certificate,
  ]);
  return [certificate, key];
}

/** Waits until a server listens. */
async function listens(port, ended) {
  let gone = false;
  ended.then(() => (gone = true));
  const end = Date.now() + READY_MS;
  // Nothing of TLS is asked: a port that is taken is enough.
  while (await isFree(port)) {
    if (gone) throw new Error('ended');
    if (Date.now() > end) throw new Error('does not listen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
