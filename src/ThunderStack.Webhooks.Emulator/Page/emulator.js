// Keeps the lists of the page fresh. Without it, the page loads itself again now and then.
'use strict';
(() => {
  const pause = 2000;
  const isBusy = part => part.contains(document.activeElement) || !getSelection().isCollapsed && getSelection().containsNode(part, true);
  const refresh = async () => {
    if (document.hidden) return;
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of document.querySelectorAll('[data-live][id]')) {
      const next = fresh.getElementById(part.id);
      if (!next || isBusy(part) || next.innerHTML === part.innerHTML) continue;
      const open = new Set([...part.querySelectorAll('details[open][id]')].map(details => details.id));
      part.className = next.className;
      part.replaceChildren(...document.adoptNode(next).childNodes);
      for (const details of part.querySelectorAll('details[id]')) details.open = open.has(details.id);
    }
  };
  setInterval(() => refresh().catch(() => {}), pause);
  // A reload must not show an old note as a new one.
  if (location.search) history.replaceState(null, '', location.pathname);
})();
