// Paths of the repository.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What Trunk made of index.html. */
export const TRUNK = path.join(ROOT, 'target/trunk');

/** Pages for single tests. */
export const PAGES = path.join(ROOT, 'tests/e2e/pages');

/** The specs; runner.test.mjs has some of its own. */
export const SPECS = process.env.TRENTE_SPECS ?? path.join(ROOT, 'tests/e2e/specs');

/** Why tests failed, at either run; `cargo xtask test` prints it after its table. */
export const FAILED = process.env.TRENTE_FAILED ?? path.join(ROOT, 'target/failed.txt');

/** The spec files that passed only at their second run; `cargo xtask test` prints it in its summary. */
export const FLAKY = process.env.TRENTE_FLAKY ?? path.join(ROOT, 'target/flaky.txt');

/** The packages of package-lock.json. */
export const NPM = path.join(ROOT, 'node_modules');

/** Pictures that specs make. */
export const SCREENS = path.join(ROOT, 'target/screens');

/** Pictures that specs compare with. */
export const REFERENCES = path.join(ROOT, 'tests/e2e/references');

/** Accessibility trees that specs compare with. */
export const SNAPSHOTS = path.join(ROOT, 'tests/e2e/snapshots');

/** The collector, as `cargo build` leaves it. */
export const TRENTE = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'debug/trente');
