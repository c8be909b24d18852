// A merchant's own survey, published on a collector that is running.
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { until } from './watching.mjs';

/**
 * Publishes a survey on the world's site and waits until the collector serves it.
 *
 * @param {object} document as docs/survey.md has it
 * @returns {Promise<string>} the survey's id, 8 hexadecimal digits
 */
export async function publish(world, document) {
  const { trente, database, site, url } = world.collector;
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-survey-'));
  try {
    const file = path.join(folder, 'survey.json');
    await fs.writeFile(file, JSON.stringify(document));
    const said = await trente('survey', 'publish', '--site', site, '--db', database, file);
    const [id] = said.match(/\b[0-9a-f]{8}\b/) ?? [];
    const served = await until(async () => {
      const reply = await fetch(`${url}/v1/surveys/${site}`, { cache: 'no-store' });
      return (await reply.json()).survey === id;
    });
    if (!id || !served) throw new Error(`the survey is not served: ${said}`);
    return id;
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Texts in each of `tags`, from one in English. */
export const inEach = (tags, text) => Object.fromEntries(tags.map((tag) => [tag, text]));
