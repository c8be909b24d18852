// A real collector of a test's own: a fresh SQLite file, free ports, one site.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import { TRENTE, ROOT } from './paths.mjs';
import { freePort } from './port.mjs';

const READY_MS = 10_000;
const END_MS = 3_000;
const run = promisify(execFile);

/**
 * Starts a collector that knows one site.
 *
 * @param {{ site?: string, origins?: string[], names?: string[], env?: object }} options `names` are those
 *   of the results, `env` is added to its environment, or what `start` is given instead.
 * `kill` ends it as a power cut would, `start` starts it again on the same ports and database; `freeze` and `thaw`
 * stop and continue it, so that it takes connections and answers none. `addUser` lets a person sign in to the results.
 *
 * @returns {Promise<{ url: string, results: string, site: string, survey: string, database: string, log: string[],
 *   trente(...args: string[]): Promise<string>, addUser(name: string): Promise<{ name: string, password: string }>,
 *   sign(order: string): Promise<string>, responses(): Promise<object[]>,
 *   kill(): Promise<void>, start(env?: object): Promise<void>, freeze(): void, thaw(): void, stop(): Promise<void> }>}
 */
export async function startCollector({ site = 'olive', origins = [], names = [], env = {} } = {}) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-e2e-'));
  const database = path.join(folder, 'trente.db');
  const trente = async (...args) => (await run(TRENTE, args, { cwd: ROOT })).stdout;
  // Read from standard input: a password is never an argument.
  const addUser = async (name) => {
    const adding = run(TRENTE, ['user', 'add', '--db', database, name], { cwd: ROOT });
    const password = crypto.randomUUID();
    adding.child.stdin.end(`${password}\n`);
    await adding;
    return { name, password };
  };
  try {
    const [listen, results] = [await freePort(), await freePort()];
    const base = `http://127.0.0.1:${listen}`;
    // Every lens, so that a spec can choose one.
    await trente('site', 'add', '--preset', 'after-delivery', '--db', database, site, ...origins.flatMap((origin) => ['--origin', origin]), '--base', base);
    let child;
    const start = async (more = env) => {
      child = spawn(
        TRENTE,
        ['serve', '--db', database, '--listen', `127.0.0.1:${listen}`, '--results', `127.0.0.1:${results}`,
          ...names.flatMap((name) => ['--results-names', name])],
        { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...more } },
      );
      child.stderr.on('data', (text) => log.push(text.toString()));
      return announced(child).catch((error) => {
        throw new Error(`${error.message}\n${log.join('')}`);
      });
    };
    const log = [];
    const addresses = await start();
    const sheet = await fetch(`${addresses.collector}/v1/surveys/${site}`);
    return {
      url: addresses.collector,
      results: addresses.results,
      site,
      survey: (await sheet.json()).survey,
      database,
      log,
      trente,
      addUser,
      sign: async (order) => (await trente('sign', '--db', database, '--site', site, '--order', order)).trim(),
      async kill() {
        await end(child, 'SIGKILL');
      },
      async start(more) {
        await start(more);
      },
      freeze: () => child.kill('SIGSTOP'),
      thaw: () => child.kill('SIGCONT'),
      async responses() {
        const text = await trente('responses', '--db', database, '--site', site);
        return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      },
      async stop() {
        await end(child);
        await fs.rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The addresses from the lines `collector http://…` and `results http://…`. */
async function announced(child) {
  const found = {};
  const lines = readline.createInterface({ input: child.stdout });
  let timer;
  try {
    await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the collector did not say that it listens')), READY_MS);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the collector ended with ${code} before it listened`)));
      lines.on('line', (line) => {
        const [name, address] = line.split(' ');
        if (name === 'collector' || name === 'results') found[name] = address;
        if (found.collector && found.results) resolve();
      });
    });
    return found;
  } catch (error) {
    await end(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends our own child, politely first. */
async function end(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(timer);
}
