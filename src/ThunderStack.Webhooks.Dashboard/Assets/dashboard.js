// What pages gain from a script: live updates, copying, ageing times and keys. Nothing depends on it.
'use strict';
(() => {
  const root = document.documentElement;
  const base = root.dataset.base ?? '';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The zone, once: the server then shows every time in it.
  const cookie = name => document.cookie.split('; ').find(part => part.startsWith(name + '='))?.slice(name.length + 1);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isNewZone = zone && zone !== 'UTC' && cookie('thunderstack-zone') === undefined;
  if (isNewZone) {
    const secure = location.protocol === 'https:' ? '; secure' : '';
    document.cookie = `thunderstack-zone=${encodeURIComponent(zone)}; path=${base || '/'}; max-age=31536000; samesite=lax${secure}`;
  }

  // Times
  const units = [[86400, 'd', 3600, 'h'], [3600, 'h', 60, 'min'], [60, 'min'], [1, 's']];
  const lasting = (seconds, isShort) => {
    for (const [size, name, smaller, small] of units) {
      if (seconds >= size) {
        const rest = smaller ? Math.floor(seconds % size / smaller) : 0;
        return `${Math.floor(seconds / size)} ${name}` + (rest && !isShort ? ` ${rest} ${small}` : '');
      }
    }
    return '0 s';
  };
  // By the server's clock, which wrote the times.
  let ahead = 0;
  const learnClock = () => {
    const asOf = document.querySelector('#as-of time');
    if (asOf) ahead = Date.parse(asOf.dateTime) - Date.now();
  };
  const age = () => {
    const now = Date.now() + ahead;
    for (const time of all('time[data-age], time[data-for]')) {
      const seconds = Math.max(0, (now - Date.parse(time.dateTime)) / 1000);
      const text = 'for' in time.dataset ? lasting(seconds) : seconds < 5 ? 'now' : `${lasting(seconds, true)} ago`;
      if (time.textContent !== text) time.textContent = text;
    }
  };

  // Copying
  const prepare = () => {
    if (navigator.clipboard) all('button[data-copy]').forEach(button => button.hidden = false);
    age();
  };
  document.addEventListener('click', async event => {
    const button = event.target.closest?.('button[data-copy]');
    if (button) {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add('done');
      setTimeout(() => button.classList.remove('done'), 1200);
    }
    for (const menu of all('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // How long a page is left as it is at least, in milliseconds.
  const shortest = 2000;

  // Swapping: every element with an id and data-live becomes what a fresh page has in its place.
  const isBusy = part => {
    const chosen = getSelection();
    return part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')
      || all('input:checked', part).length > 0
      || chosen && !chosen.isCollapsed && chosen.containsNode(part, true);
  };
  const rowsOf = part => all('[data-row]', part);
  const swap = fresh => {
    for (const part of all('[data-live][id]')) {
      const next = fresh.getElementById(part.id);
      if (!next || isBusy(part)) continue;
      const known = new Set(rowsOf(part).map(row => row.dataset.row));
      const open = new Set(all('details[open][id]', part).map(details => details.id));
      const focus = part.contains(document.activeElement) ? document.activeElement : null;
      const place = focus && [focus.closest('[data-row]')?.dataset.row, focus.getAttribute('href') ?? focus.id];
      const chosen = part.querySelector('.chosen')?.dataset.row;
      part.replaceChildren(...document.adoptNode(next).childNodes);
      for (const row of rowsOf(part)) {
        if (known.size && !known.has(row.dataset.row)) row.classList.add('new');
        if (row.dataset.row === chosen) row.classList.add('chosen');
      }
      all('details[id]', part).forEach(details => details.open ||= open.has(details.id));
      if (place) {
        const [row, target] = place;
        all('a, button, summary', part).find(e => (e.getAttribute('href') ?? e.id) === target && (!row || e.closest('[data-row]')?.dataset.row === row))?.focus({ preventScroll: true });
      }
    }
    learnClock();
    prepare();
  };
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.redirected) location.reload();
    else if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    return Number(answer.headers.get('X-Refresh-After')) || shortest;
  };

  // Live: the stream only says that something happened.
  const button = document.querySelector('button.live');
  const kinds = (root.dataset.live ?? '').split(' ').filter(Boolean);
  const paused = 'thunderstack-paused';
  let stream, waiting, isAsking = false, isStale = false, pause = shortest;
  const show = (state, text, title) => {
    if (!button) return;
    button.dataset.state = state;
    button.lastElementChild.textContent = text;
    button.title = title;
    button.setAttribute('aria-pressed', String(state !== 'off'));
  };
  const ask = async () => {
    waiting = undefined;
    if (isAsking) { isStale = true; return; }
    isAsking = true;
    isStale = false;
    const began = performance.now();
    let least = shortest;
    try {
      least = await refresh();
    } catch {
      // The stream notices, too, and says so.
    }
    // A slow server is asked less often, and one that many look at.
    pause = Math.max(least, Math.min(15000, 10 * (performance.now() - began)));
    isAsking = false;
    if (isStale) later();
  };
  const later = () => { waiting ??= setTimeout(ask, pause); };
  const soon = () => { waiting ??= setTimeout(ask, isAsking ? pause : 150); };
  const close = () => {
    stream?.close();
    stream = undefined;
    clearTimeout(waiting);
    waiting = undefined;
  };
  let asked = 0;
  const told = () => {
    // At once after a while of quiet, then at its pace.
    if (performance.now() - asked > pause) soon(); else later();
    asked = performance.now();
  };
  const open = () => {
    if (stream || !kinds.length || document.hidden || sessionStorage.getItem(paused)) return;
    show('waiting', 'connecting', 'Connecting to the receiver');
    stream = new EventSource(`${base}/api/v1/stream`);
    stream.onopen = () => { show('on', 'live', 'Live updates: click to pause'); told(); };
    stream.onerror = () => {
      show('waiting', 'offline', 'The receiver does not answer; trying again');
      if (stream?.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, 5000);
      }
    };
    for (const kind of [...kinds, 'reset']) stream.addEventListener(kind, told);
  };
  if (button && kinds.length) {
    button.hidden = false;
    button.addEventListener('click', () => {
      if (stream) {
        sessionStorage.setItem(paused, '1');
        close();
        show('off', 'paused', 'Live updates are paused: click to go on');
      } else {
        sessionStorage.removeItem(paused);
        open();
      }
    });
    if (sessionStorage.getItem(paused)) show('off', 'paused', 'Live updates are paused: click to go on');
    // Six connections are all that a browser has for a host: a tab that nobody sees gives its own back.
    document.addEventListener('visibilitychange', () => document.hidden ? close() : open());
    addEventListener('pagehide', close);
    addEventListener('pageshow', open);
  }

  // Keys
  const go = { o: '/', n: '/nodes', e: '/events', d: '/dead-letters', h: '/handlers', r: '/refusals', a: '/audit', s: '/settings' };
  const help = () => {
    let dialog = document.querySelector('dialog.help');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.className = 'help';
      dialog.setAttribute('aria-label', 'Keyboard');
      const list = document.createElement('dl');
      list.className = 'facts';
      for (const [keys, what] of [['/', 'search'], ['g o', 'overview'], ['g n', 'nodes'], ['g e', 'events'], ['g d', 'dead letters'], ['g h', 'handlers'], ['j  k', 'next, previous row'], ['Enter', 'open the row'], ['?', 'this help']]) {
        const key = document.createElement('dt'), text = document.createElement('dd');
        for (const part of keys.split(' ').filter(Boolean)) {
          const kbd = document.createElement('kbd');
          kbd.textContent = part;
          key.append(kbd, ' ');
        }
        text.textContent = what;
        list.append(key, text);
      }
      const title = document.createElement('h2');
      title.textContent = 'Keyboard';
      dialog.append(title, list);
      document.body.append(dialog);
      dialog.addEventListener('click', () => dialog.close());
    }
    dialog.showModal();
  };
  const move = step => {
    const rows = all('main [data-row]').filter(row => row.offsetParent !== null);
    if (!rows.length) return;
    const now = rows.findIndex(row => row.classList.contains('chosen'));
    const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step))];
    rows[now]?.classList.remove('chosen');
    next.classList.add('chosen');
    next.querySelector('a')?.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };
  let isGoing = false;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.('input, select, textarea')) return;
    const wasGoing = isGoing;
    isGoing = false;
    if (wasGoing && go[event.key]) location.href = base + go[event.key];
    else if (event.key === 'g') { isGoing = true; setTimeout(() => isGoing = false, 1500); }
    else if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === '?') help();
    else if (event.key === '/') {
      const search = document.querySelector('main input[type="search"]');
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
    else if (event.key === 'Escape') all('details.menu[open]').forEach(menu => { menu.open = false; menu.querySelector('summary').focus(); });
  });

  learnClock();
  prepare();
  setInterval(age, 1000);
  open();
  if (isNewZone && document.querySelector('main time')) refresh().catch(() => {});
})();
