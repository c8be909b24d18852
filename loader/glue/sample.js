/** Whether this order is in the sample: the same on each reload, in each tab, on each device. */
export const sampled = async (share, site, order, own) => {
  if (!(share < 1)) return true;
  // Without an order, or on a page without HTTPS, chance decides, once a page.
  if (!order || !window.crypto?.subtle) return (own.roll ??= Math.random()) < share;
  const preimage = new TextEncoder().encode("trente1:smp" + site + "\0" + order);
  const hash = new DataView(await crypto.subtle.digest("SHA-256", preimage));
  return Number(hash.getBigUint64(0)) / 2 ** 64 < share;
};
