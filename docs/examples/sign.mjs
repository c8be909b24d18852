// Prints the data-signature of an order: TRENTE_KEY=… node sign.mjs SURVEY ORDER. docs/wire-format.md has the layout.
import { createHmac } from "node:crypto";

export function trenteSignature(key, survey, order) {
  const name = order.replace(/^[\s\u200b\ufeff\u2060]+|[\s\u200b\ufeff\u2060]+$/g, "");
  const mac = (label, ...parts) =>
    createHmac("sha256", Buffer.from(key, "hex")).update(Buffer.concat([Buffer.from(label), Buffer.from(survey, "hex"), ...parts])).digest();
  const [now, epoch] = [new Date(), Buffer.alloc(2)];
  epoch.writeUInt16BE((now.getUTCFullYear() - 2024) * 12 + now.getUTCMonth());
  const response = mac("trente1:rid", Buffer.from(name)).subarray(0, 8);
  const tag = mac("trente1:tag", response, epoch).subarray(0, 10);
  return Buffer.concat([response, epoch, tag]).toString("base64url");
}

console.log(trenteSignature(process.env.TRENTE_KEY, process.argv[2], process.argv[3]));
