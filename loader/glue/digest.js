// Sampling and response id: both are hashes (SHA-256) of the order. Without an order, or without HTTPS, there is none.

/** The first 8 bytes, big-endian, of SHA-256(`text` ‖ `bytes` ‖ `order`). */
const digest = async (text, bytes, order) => {
  if (!order || !window.crypto?.subtle) return;
  const encoder = new TextEncoder();
  const preimage = new Uint8Array([...encoder.encode(text), ...bytes, ...encoder.encode(order)]);
  return new DataView(await crypto.subtle.digest("SHA-256", preimage)).getBigUint64(0);
};

/** Whether this order is in the sample: the same on each reload, in each tab, on each device. */
export const sampled = async (share, { site, order }, own) => {
  if (!(share < 1)) return true;
  const hash = await digest("trente1:smp" + site + "\0", [], order);
  // Without a hash chance decides, once a page.
  return (hash === undefined ? (own.roll ??= Math.random()) : Number(hash) / 2 ** 64) < share;
};

/** The response of this order, in hexadecimal: the same as the widget's, so that the order itself stays in the page. */
export const response = async (survey, order) => {
  const hash = await digest("trente1:ord", survey.match(/../g).map((pair) => parseInt(pair, 16)), order);
  return hash?.toString(16).padStart(16, "0");
};
