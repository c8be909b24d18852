// Test CDN: a CDN or tunnel that passes bodies on in chunks, as those over HTTP/2 do, and
// minifies scripts that it may change.
import http from 'node:http';

/**
 * Passes everything on to `target`.
 *
 * @param {{ port: number, target: string }} options
 * @returns {Promise<{ url: string, requests: { method: string, path: string, chunked: boolean }[], changed: string[],
 *   obeys: boolean, stop(): Promise<void> }>} `changed` are the paths that were minified; `obeys` may be set to false,
 *   and `no-transform` means nothing then.
 */
export async function startCdn({ port, target }) {
  const cdn = { url: `http://127.0.0.1:${port}`, requests: [], changed: [], obeys: true };
  const server = http.createServer((request, response) => {
    pass(cdn, target, request, response).catch(() => response.writeHead(502).end());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  cdn.stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return cdn;
}

async function pass(cdn, target, request, response) {
  const path = new URL(request.url, target).pathname;
  const body = await all(request);
  const chunked = body.length > 0;
  cdn.requests.push({ method: request.method, path, chunked });
  const headers = { ...request.headers, 'accept-encoding': 'identity' };
  delete headers.connection;
  delete headers['content-length'];
  if (chunked) headers['transfer-encoding'] = 'chunked';
  const answer = await new Promise((resolve, reject) => {
    const asked = http.request(target + request.url, { method: request.method, headers }, resolve);
    asked.once('error', reject);
    // In pieces, so that there are several chunks.
    for (let at = 0; at < body.length; at += 7) asked.write(body.subarray(at, at + 7));
    asked.end();
  });
  let content = await all(answer);
  const sent = { ...answer.headers };
  const fixed = cdn.obeys && /no-transform/.test(sent['cache-control'] ?? '');
  if (!fixed && /javascript/.test(sent['content-type'] ?? '') && content.length > 0) {
    cdn.changed.push(path);
    content = Buffer.concat([Buffer.from('/* minified */'), content]);
    delete sent['content-length'];
  }
  response.writeHead(answer.statusCode, sent).end(content);
}

async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
