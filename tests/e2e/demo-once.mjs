// Answers the default survey on the demo shop's page once; `cargo xtask demo --once` looks at what was stored.
//
//   node tests/e2e/demo-once.mjs --url http://127.0.0.1:8030
import { parseArgs } from 'node:util';
import { launch, open } from './support/browser.mjs';
import { answerCore } from './support/survey.mjs';

const { values } = parseArgs({ options: { url: { type: 'string' } } });
const browser = await launch();
const visit = await open(browser);
try {
  await visit.page.goto(`${values.url}/?lang=fr&display=card`);
  const acknowledged = await answerCore(visit.page, 'fr');
  if (acknowledged.status() !== 204) throw new Error(`the collector answered ${acknowledged.status()}, not 204`);
  console.log('  four taps, acknowledged');
} catch (error) {
  console.error(error.message);
  for (const line of [...visit.messages, ...visit.errors]) console.error(`  page: ${line}`);
  console.error(`  events: ${JSON.stringify(visit.events)}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
