// Test proxy between a page and the collector: passes everything on, or answers a POST in its place.
import http from 'node:http';
import { freePort } from './port.mjs';

/**
 * Starts it before a collector.
 *
 * @returns {Promise<{ url: string, answer: null | ((response: http.ServerResponse, request: http.IncomingMessage) => void),
 *   before(collector: string): void, stop(): Promise<void> }>} `answer` answers each POST while it is set; `before` says which
 *   collector it stands before.
 */
export async function startBetween() {
  const port = await freePort();
  let target;
  const between = { url: `http://127.0.0.1:${port}`, answer: null, before: (collector) => (target = collector) };
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (between.answer && (request.method === 'POST' || request.url.startsWith('/elsewhere'))) {
      // Readable, as on the shop's own origin.
      response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
      return between.answer(response, request);
    }
    const { connection, ...headers } = request.headers;
    const passed = http.request(target + request.url, { method: request.method, headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    passed.end(Buffer.concat(parts));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  between.stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return between;
}
