// A service worker that takes every answer, as one for offline use may: it has made its 204 up.
self.addEventListener('fetch', (event) => {
  if (event.request.method === 'POST') event.respondWith(new Response(null, { status: 204 }));
});
