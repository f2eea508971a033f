// Which locks and executors cost most, by the place in the code, with what they cost of late.

import {get, live} from './api.js';
import {fill, h, svg} from './dom.js';
import {place} from './rows.js';
import {count, duration} from './words.js';

const WIDE = 120;
const HIGH = 22;

/** A line of what a row cost in each step; the words beside it say the same to whoever does not see it. */
function line(values, label) {
  const most = Math.max(...values, 0);
  if (most === 0) {
    return h('span', {class: 'faint'}, 'none');
  }
  const points = values.map((value, i) => (i * WIDE / Math.max(1, values.length - 1)).toFixed(1) + ',' + (HIGH - 1 - value / most * (HIGH - 3)).toFixed(1));
  return svg('svg', {class: 'line', viewBox: '0 0 ' + WIDE + ' ' + HIGH, width: WIDE, height: HIGH, role: 'img', 'aria-label': label},
      svg('polygon', {points: '0,' + HIGH + ' ' + points.join(' ') + ' ' + WIDE + ',' + HIGH}),
      svg('polyline', {points: points.join(' ')}));
}

const short = (name) => name.slice(name.lastIndexOf('.') + 1);
const time = (millis) => (millis === 0 ? '0' : millis < 1000 ? millis + ' ms' : duration(millis));

const TABLES = {
  locks: {
    title: 'Locks',
    empty: 'No thread waited for a lock of late.',
    counts: (lock) => lock.contentions > 0 || lock.waiters > 0 || lock.holdMillis > 0,
    sorts: [['wait', 'Time waited'], ['hold', 'Time held'], ['contentions', 'Waits'], ['waiters', 'Waiting now']],
    columns: ['Lock', 'Service', 'Waiting now', 'Waits', 'Time waited', 'Time held', 'Waited of late'],
    row: (lock) => [
      [short(lock.class) || lock.kind, lock.site ? [' ', place(lock.site)] : null], lock.service, lock.waiters, lock.contentions,
      time(lock.waitMillis), lock.holdMillis ? time(lock.holdMillis) : '\u2013',
      line(lock.history.waitMillis, 'time waited in each step, at most ' + time(Math.max(...lock.history.waitMillis))),
    ],
  },
  executors: {
    title: 'Executors',
    empty: 'No executor was seen yet.',
    counts: () => true,
    sorts: [['queue-time', 'Time in queue'], ['queued', 'Queued'], ['active', 'Busy'], ['rejected', 'Rejected']],
    columns: ['Executor', 'Service', 'Busy', 'Queued', 'Oldest in queue', 'Rejected', 'Queued of late'],
    row: (pool) => [
      [pool.name || short(pool.type), pool.site ? [' ', place(pool.site)] : null], pool.service,
      pool.active + ' of ' + (pool.limit ?? pool.workers), pool.queued, pool.oldestMillis < 0 ? 'not known' : time(pool.oldestMillis), pool.rejected,
      line(pool.history.queued, 'queued in each step, at most ' + Math.max(...pool.history.queued)),
    ],
  },
};

function table(kind, service, again) {
  const its = TABLES[kind];
  let sort = its.sorts[0][0];
  const body = h('tbody');
  const note = h('p', {class: 'faint'});
  const buttons = its.sorts.map(([name, title]) => h('button', {type: 'button', 'aria-pressed': String(name === sort), onclick: () => {
    sort = name;
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(its.sorts[i][0] === sort)));
    again();
  }}, title));
  const element = h('section', {},
      h('div', {class: 'bar-of-tools'}, h('h2', {}, its.title), h('span', {class: 'faint'}, 'most first by'), buttons),
      h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': its.title},
          h('table', {class: 'costly'},
              h('thead', {}, h('tr', {}, its.columns.map((name, i) => h('th', {scope: 'col', class: i > 1 && i < 6 ? 'number' : ''}, name)))),
              body)),
      note);
  const refresh = async () => {
    const query = new URLSearchParams({sort, ...(service() ? {service: service()} : {})});
    const answer = await get('/api/' + kind + '?' + query);
    const rows = answer[kind].filter(its.counts);
    fill(body, rows.map((row) => h('tr', {'data-item': true, tabindex: '-1'}, its.row(row).map((cell, i) =>
        i === 0 ? h('th', {scope: 'row'}, cell, h('small', {class: 'narrow'}, row.service)) : h('td', {class: i > 1 && i < 6 ? 'number' : ''}, String(cell) === cell || typeof cell === 'number' ? String(cell) : cell)))));
    const minutes = rows.length ? Math.round(Object.values(rows[0].history)[0].length * answer.step / 60_000) : 0;
    note.textContent = rows.length === 0 ? its.empty
      : count(rows.length, 'place') + (answer.total > answer[kind].length ? ' of ' + answer.total : '') + '. Sums and lines are of the last ' + minutes + ' min.'
        + (kind === 'locks' && rows.every((lock) => !lock.holdMillis) ? ' No time held was measured.' : '');
  };
  return {element, refresh};
}

export function show(content) {
  const query = new URLSearchParams(location.search);
  const field = h('input', {id: 'service', 'data-filter': true, autocomplete: 'off', value: query.get('service') ?? '', list: 'services', onchange: () => {
    history.replaceState(null, '', field.value ? '?' + new URLSearchParams({service: field.value}) : location.pathname);
    refresh();
  }});
  const services = h('datalist', {id: 'services'});
  const tables = Object.keys(TABLES).map((kind) => table(kind, () => field.value.trim(), () => refresh()));
  fill(content, h('h1', {}, 'Locks and executors'),
      h('form', {class: 'bar-of-tools', onsubmit: (event) => event.preventDefault()}, h('span', {}, h('label', {for: 'service'}, 'Service '), field, services)),
      tables.map(({element}) => element));

  async function refresh() {
    const [fleet] = await Promise.all([get('/api/fleet?jvms=0'), ...tables.map((each) => each.refresh())]);
    fill(services, fleet.services.map((its) => h('option', {value: its.service})));
    return true;
  }
  return live(5000, refresh);
}
