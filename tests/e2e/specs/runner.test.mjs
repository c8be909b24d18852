// The runner itself, run.mjs: which specs it runs, and what it says of one that passes only at its second run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { BROWSER } from '../support/browser.mjs';
import { ROOT } from '../support/paths.mjs';

describe('the runner', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trente-runner-'));
  after(() => fs.rmSync(folder, { recursive: true }));
  const list = path.join(folder, 'flaky.txt');
  const failures = path.join(folder, 'failed.txt');
  const other = BROWSER === 'firefox' ? 'chromium' : 'firefox';

  const spec = (name, body) => fs.writeFileSync(
    path.join(folder, `${name}.test.mjs`),
    `import fs from 'node:fs';\nimport { it } from 'node:test';\nit('${name}', () => { ${body} });\n`,
  );
  /** Runs these specs of our folder, outside of the test that asks for it. */
  const run = (...names) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const options = { cwd: ROOT, encoding: 'utf8', env: { ...env, TRENTE_SPECS: folder, TRENTE_FLAKY: list, TRENTE_FAILED: failures } };
    const { status, stdout } = spawnSync(process.execPath, ['tests/e2e/run.mjs', ...names], options);
    return { status, last: stdout.trimEnd().split('\n').at(-1) };
  };

  it('lists what passes only at its second run, fails what fails twice, and forgets what is mended', () => {
    const mark = JSON.stringify(path.join(folder, 'mark'));
    spec('racy', `if (!fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); throw new Error('lost the race'); }`);
    spec('broken', `throw new Error('always');`);
    spec('sound', '');
    fs.writeFileSync(list, `${other} page\n${BROWSER} sound\n`);

    assert.equal(run('racy', 'broken').status, 1);
    assert.equal(fs.readFileSync(list, 'utf8'), `${other} page\n${BROWSER} racy\n`);
    const why = ['broken › broken: always', 'broken › broken: always', 'racy › racy: lost the race'];
    assert.deepEqual(fs.readFileSync(failures, 'utf8').trimEnd().split('\n').sort(), why.map((each) => `${BROWSER} ${each}`));

    fs.rmSync(path.join(folder, 'mark'));
    const raced = run('racy', 'sound');
    assert.equal(raced.status, 0);
    assert.match(raced.last, new RegExp(`^FLAKY in ${BROWSER}: racy passed only at the second run`));

    assert.deepEqual(run('racy', 'sound'), { status: 0, last: `in ${BROWSER}: 2 files` });
    assert.equal(fs.readFileSync(list, 'utf8'), `${other} page\n`);
    assert.equal(fs.readFileSync(failures, 'utf8'), '');
  });

  it('keeps the flaky specs of the run with the other loader', () => {
    spec('sound', '');
    fs.writeFileSync(list, `${BROWSER} sound\n${BROWSER}-site sound\n`);
    process.env.TRENTE_LOADER = 'site';
    try {
      assert.equal(run('sound').status, 0);
    } finally {
      delete process.env.TRENTE_LOADER;
    }
    assert.equal(fs.readFileSync(list, 'utf8'), `${BROWSER} sound\n`);
  });

  it('does not wait for a spec that never ends', () => {
    spec('endless', 'return new Promise(() => setInterval(() => {}, 1000));');
    process.env.TRENTE_FILE_MS = '3000';
    try {
      assert.deepEqual(run('endless'), { status: 1, last: '  endless failed twice' });
    } finally {
      delete process.env.TRENTE_FILE_MS;
    }
  });

  it('refuses a name that no spec has', () => {
    assert.equal(run('nowhere').status, 1);
  });
});
