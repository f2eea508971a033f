// The list of incidents.

import {get, live} from './api.js';
import {fill, h} from './dom.js';
import {incidentRow} from './rows.js';
import {count} from './words.js';

const STATES = [['open', 'open'], ['closed', 'over'], ['all', 'all']];
const PAGE = 100;

export function show(content) {
  const query = new URLSearchParams(location.search);
  const wanted = {
    state: query.get('state') ?? 'open',
    service: query.get('service') ?? '',
    type: query.get('type') ?? '',
  };
  let before = '';
  let rows = [];
  let more = false;

  const title = h('h1', {}, 'Incidents');
  const list = h('ul', {class: 'incidents'});
  const older = h('button', {type: 'button', onclick: () => load(true)}, 'Older');
  const state = h('select', {id: 'state'}, STATES.map(([value, text]) => h('option', {value, selected: value === wanted.state}, text)));
  const service = h('input', {id: 'service', 'data-filter': true, value: wanted.service, autocomplete: 'off'});
  const type = h('input', {id: 'type', value: wanted.type, autocomplete: 'off', list: 'types'});
  const types = h('datalist', {id: 'types'});
  const form = h('form', {class: 'bar-of-tools', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    apply();
  }},
      h('span', {}, h('label', {for: 'state'}, 'State '), state),
      h('span', {}, h('label', {for: 'service'}, 'Service '), service),
      h('span', {}, h('label', {for: 'type'}, 'Kind '), type, types),
      h('button', {}, 'Filter'));
  state.addEventListener('change', apply);
  fill(content, title, form, list, older);

  function apply() {
    Object.assign(wanted, {state: state.value, service: service.value.trim(), type: type.value.trim()});
    const address = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    history.replaceState(null, '', '?' + address);
    before = '';
    load(false);
  }

  function draw() {
    fill(title, count(rows.length, 'incident') + (more ? ' and more' : ''));
    fill(list, rows.map(incidentRow));
    fill(types, [...new Set(rows.map((row) => row.type))].sort().map((value) => h('option', {value})));
    older.hidden = !more;
    if (rows.length === 0) {
      fill(list, h('li', {class: 'calm'}, wanted.state === 'open' ? 'No incident is open.' : 'None matches.'));
    }
  }

  async function load(append) {
    const ask = new URLSearchParams({limit: PAGE, state: wanted.state});
    for (const name of ['service', 'type']) {
      if (wanted[name]) {
        ask.set(name, wanted[name]);
      }
    }
    if (append) {
      ask.set('before', before);
    }
    const page = await get('/api/incidents?' + ask);
    if (page === null) {
      fill(content, h('h1', {}, 'No incidents are kept'), h('p', {}, 'The collector was started with --incidents none.'));
      return false;
    }
    rows = append ? rows.concat(page) : page;
    more = page.length >= PAGE;
    before = rows.at(-1)?.updatedAt ?? '';
    draw();
    return true;
  }

  // Who has paged back reads; the list must not be pulled away.
  return live(3000, () => rows.length > PAGE || load(false));
}
