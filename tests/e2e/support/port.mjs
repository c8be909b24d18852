// Free TCP ports on the loopback interface, below the range (32768 and up) that Linux gives to outgoing connections.
import net from 'node:net';

const LOWEST = 20_000;
const HIGHEST = 32_767;

/** A free port, drawn at random so that test files that run side by side seldom meet. */
export async function freePort() {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error('no free port found');
}

/** Whether a port is free. */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
