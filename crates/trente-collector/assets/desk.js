// The recovery desk: hears how many customers have come, and copies an apology. Everything else works without it.
'use strict';

const live = document.getElementById('live');
let source;

const say = (text) => {
  if (live.textContent !== text) live.textContent = text;
};

const listen = () => {
  if (source) return;
  source = new EventSource(live.dataset.events);
  source.onmessage = ({ data }) => {
    const more = Number(data) - Number(live.dataset.all);
    if (more === 1) say(live.dataset.one);
    else say(more > 1 ? live.dataset.many.replace('{n}', String(more)) : '');
  };
  source.onerror = ({ target }) => {
    // A browser that was refused asks no more; one whose connection broke asks again by itself.
    if (target.readyState === EventSource.CLOSED) say(live.dataset.deaf);
  };
};

// A page in the browser's memory must hold no connection: there are six of them.
addEventListener('pagehide', () => {
  source?.close();
  source = undefined;
});
addEventListener('pageshow', listen);

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}
