// One JVM: who waits for whom now, and what its threads did of late.

import {get, live} from './api.js';
import {fill, h, pictured} from './dom.js';
import {lanesIn} from './lanes.js';
import {badge, frames} from './rows.js';
import {clock, count} from './words.js';

const VIEWS = [['graph', 'Graph'], ['lanes', 'Lanes']];

function graphIn(host, id) {
  const picture = h('div', {id: 'graph'});
  const when = h('p', {class: 'sub'});
  const stacks = h('div', {class: 'beside', role: 'status'});
  let drawn = '';
  let seen = new Map();
  let chosen = '';
  fill(host, when, picture, stacks);

  function show(box) {
    chosen = box.dataset.threads;
    for (const other of picture.querySelectorAll('.chosen')) {
      other.classList.remove('chosen');
    }
    box.classList.add('chosen');
    const threads = chosen.split(' ').map((thread) => seen.get(thread)).filter(Boolean);
    fill(stacks, threads.slice(0, 3).map((thread) => h('div', {class: 'stack'},
        h('h3', {}, thread.name.trim() || '#' + thread.id, ' ', h('small', {}, '#' + thread.id + ' ' + thread.state.toLowerCase().replace('_', ' '))),
        frames(thread))), threads.length > 3 ? h('p', {class: 'faint'}, (threads.length - 3) + ' more in this box') : null);
  }

  function makeReachable() {
    for (const box of picture.querySelectorAll('[data-threads]')) {
      box.setAttribute('tabindex', '0');
      box.setAttribute('role', 'button');
      box.setAttribute('data-item', '');
      box.addEventListener('click', () => show(box));
      box.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          show(box);
        }
      });
      if (box.dataset.threads === chosen) {
        show(box);
      }
    }
    // Boxes that can be chosen are no longer one image.
    picture.querySelector('svg')?.setAttribute('role', 'group');
  }

  return async () => {
    const now = await get('/page/jvms/' + id);
    if (now === null) {
      return true;
    }
    seen = new Map(now.threads.map((thread) => [String(thread.id), thread]));
    when.textContent = now.time === null ? 'It has not been looked at yet.'
      : now.picture ? 'As seen at ' + clock(now.time) + '. Choose a box to see its stack.'
        : 'At ' + clock(now.time) + ' no thread waited for another. ' + count(now.all, 'thread') + ' ran, or waited for work.';
    if (now.picture !== drawn) {
      drawn = now.picture;
      const focused = picture.contains(document.activeElement) ? document.activeElement.closest('[data-threads]')?.dataset.threads : null;
      fill(picture, pictured(now.picture));
      makeReachable();
      if (focused) {
        [...picture.querySelectorAll('[data-threads]')].find((box) => box.dataset.threads === focused)?.focus({preventScroll: true});
      }
    }
    return true;
  };
}

async function find(service, instance) {
  const fleet = await get('/api/fleet?' + new URLSearchParams({service, instance}));
  return fleet.services.flatMap((its) => its.jvms)[0] ?? null;
}

async function findings(service, instance) {
  const all = await get('/api/findings?' + new URLSearchParams({service}));
  return all.filter((finding) => finding.jvm.instance === instance);
}

export function show(content) {
  const query = new URLSearchParams(location.search);
  const [service, instance] = [query.get('service') ?? '', query.get('instance') ?? ''];
  const head = h('div');
  const host = h('div', {id: 'view'});
  const tabs = h('nav', {class: 'tabs', 'aria-label': 'Views'}, VIEWS.map(([name, title]) => h('a', {href: '#' + name}, title)));
  let id = null;
  let shown = '';
  let refresh = null;

  function choose() {
    const view = VIEWS.some(([name]) => '#' + name === location.hash) ? location.hash.slice(1) : 'graph';
    for (const tab of tabs.children) {
      view === tab.hash.slice(1) ? tab.setAttribute('aria-current', 'page') : tab.removeAttribute('aria-current');
    }
    if (view !== shown) {
      shown = view;
      refresh = view === 'lanes' ? lanesIn(host, id) : graphIn(host, id);
    }
  }

  addEventListener('hashchange', () => {
    if (id) {
      choose();
      refresh();
    }
  });

  return live(2000, async () => {
    const jvm = await find(service, instance);
    if (jvm === null) {
      fill(content, h('h1', {}, instance || 'No JVM'), h('p', {class: 'notice'}, 'This JVM does not report, or no longer. ', h('a', {href: '/'}, 'The fleet')));
      id = null;
      shown = '';
      return true;
    }
    const found = await findings(service, instance);
    if (id === null) {
      id = jvm.id;
      fill(content, head, tabs, host);
    }
    fill(head,
        h('p', {class: 'crumb'}, h('a', {href: '/'}, 'Fleet'), ' / ', service),
        h('h1', {}, instance),
        h('p', {class: 'sub'}, jvm.pid ? 'pid ' + jvm.pid + ', ' : '', jvm.jdk ? 'JDK ' + jvm.jdk + ', ' : '', count(jvm.threads, 'thread'),
            ', ' + jvm.blocked + ' of them waiting for others',
            jvm.silent ? h('b', {}, '. Silent since ' + clock(jvm.lastReceived)) : ''),
        h('ul', {class: 'plain findings'}, found.map((finding) => h('li', {},
            badge(finding.severity, finding.certainty, finding.type), ' ',
            h('a', {href: '/incidents?' + new URLSearchParams({service, type: finding.type}), id: 'f-' + finding.id}, finding.headline)))));
    choose();
    document.title = instance + ' - Unpark';
    return refresh();
  });
}
