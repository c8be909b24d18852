// An upgrade of the collector while pages have the loader of the release before, in a cache or pinned by its version.
// Two builds: dist/ as it is, and one made of it with another glue, so with another address and another integrity.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { responseOf } from '../support/frames.mjs';
import { ROOT } from '../support/paths.mjs';
import { answerCore } from '../support/survey.mjs';
import { assertSilent, onPage, stored } from '../support/watching.mjs';
import { startWorld } from '../support/world.mjs';

const DIST = path.join(ROOT, 'dist');
const integrity = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

/** A later release in a folder: its glue says more, so its hash, its path and the loaders change. */
async function laterRelease(folder) {
  const [hash] = await fs.readdir(path.join(DIST, 't'));
  const later = 'fedcba9876543210';
  const [glue, wasm] = await Promise.all(['widget.js', 'widget.wasm'].map((name) => fs.readFile(path.join(DIST, 't', hash, name))));
  const changed = Buffer.concat([glue, Buffer.from('\n/* the release after */\n')]);
  await fs.mkdir(path.join(folder, 't', later), { recursive: true });
  await fs.writeFile(path.join(folder, 't', later, 'widget.js'), changed);
  await fs.writeFile(path.join(folder, 't', later, 'widget.wasm'), wasm);
  for (const kind of ['js', 'mjs']) {
    const loader = await fs.readFile(path.join(DIST, `trente.${kind}`), 'utf8');
    const next = loader.replaceAll(hash, later).replaceAll(integrity(glue), integrity(changed));
    assert.ok(next.includes(integrity(changed)) && !next.includes(hash), 'the loader of the later release names its own glue');
    await fs.writeFile(path.join(folder, `trente.${kind}`), next);
    await fs.writeFile(path.join(folder, `trente-9.9.9.${kind}`), next);
  }
  return { hash, later };
}

describe('an upgrade', () => {
  let world;
  let folder;
  let hashes;
  let cached;
  let pinned;
  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-release-'));
    hashes = await laterRelease(folder);
    world = await startWorld();
    cached = await (await fetch(`${world.collector.url}/trente.js`)).text();
    pinned = (await fs.readdir(DIST)).find((name) => /^trente-.*\.js$/.test(name));
    // The release after starts on the database of this one.
    await world.collector.kill();
    await world.collector.start({ TRENTE_DIST: folder });
  });
  after(async () => {
    await world?.stop();
    if (folder) await fs.rm(folder, { recursive: true, force: true });
  });

  /** Answers with whatever loader comes, and tells which release's files were asked for. */
  const answers = async (order, before) => {
    let asked;
    await onPage(world, { order }, async (visit, form) => {
      await form.waitFor();
      await answerCore(visit.page, 'fr');
      await stored(world, responseOf(world.collector.survey, order));
      asked = visit.requests.map((request) => request.url()).map((url) => /\/t\/([0-9a-f]+)\/widget\.wasm$/.exec(url)?.[1]).filter(Boolean);
      assertSilent(visit);
    }, { before });
    return asked;
  };

  it('asks with the new files where the loader is the new one', async () => {
    assert.deepEqual(await answers('UP-NEW'), [hashes.later]);
  });

  const loads = (body) => ({ page }) =>
    page.route('**/trente*.js', (route) => route.fulfill({ contentType: 'text/javascript', body, headers: { 'access-control-allow-origin': '*' } }));

  it('asks with the former files where a cache has the former loader', async () => {
    const fromCache = loads(cached);
    assert.deepEqual(await answers('UP-CACHED', fromCache), [hashes.hash]);
  });

  it('asks with the former files where the page has pinned the former loader', async () => {
    // Read from the collector of the release after, and handed on: Firefox cannot be sent to another address.
    const reply = await fetch(`${world.collector.url}/${pinned}`);
    assert.equal(reply.status, 200);
    assert.deepEqual(await answers('UP-PINNED', loads(await reply.text())), [hashes.hash]);
  });

  it('goes back to the former release, with the files of the newer one', async () => {
    await world.collector.kill();
    await world.collector.start({});
    const later = await fetch(`${world.collector.url}/t/${hashes.later}/widget.js`);
    assert.equal(later.status, 200);
    assert.ok((await later.text()).includes('the release after'));
    assert.deepEqual(await answers('UP-BACK'), [hashes.hash]);
  });
});
