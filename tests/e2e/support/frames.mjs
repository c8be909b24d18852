// Frames as the collector's own command line reads them, and response ids as docs/wire-format.md#which-response has
// them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { TRENTE } from './paths.mjs';

/**
 * The fields of frames, by `trente frame decode`.
 *
 * @param {Buffer[]} frames one frame each
 * @returns {Promise<object[]>}
 */
export const decode = (frames) => trenteFrame('decode', frames.map((frame) => frame.toString('hex')));

/** Frames of these fields, by `trente frame encode`. */
export async function encode(records) {
  const encoded = await trenteFrame('encode', records.map((record) => JSON.stringify(record)));
  return encoded.map(({ frame }) => Buffer.from(frame, 'hex'));
}

async function trenteFrame(command, lines) {
  const child = spawn(TRENTE, ['frame', command], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const output = await text(child.stdout);
  return output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** The response id of an order without a signature, in hexadecimal. */
export function responseOf(survey, order) {
  const preimage = Buffer.concat([Buffer.from('trente1:ord'), Buffer.from(survey, 'hex'), Buffer.from(order)]);
  return createHash('sha256').update(preimage).digest('hex').slice(0, 16);
}

/** An order whose response is asked the lens of this family, 0 to 7. */
export function orderOfFamily(survey, family, stem = 'F') {
  for (let number = 0; ; number += 1) {
    const order = `${stem}-${number}`;
    if (parseInt(responseOf(survey, order).slice(0, 2), 16) >> 5 === family) return order;
  }
}
