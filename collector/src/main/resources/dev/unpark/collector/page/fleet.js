// The fleet: is anything wrong, where, and since when.

import {get, live} from './api.js';
import {fill, h} from './dom.js';
import {incidentRow, shareBar} from './rows.js';
import {count, duration, jvmLink, percent} from './words.js';

const SHOWN = 100;
const ORDER = {critical: 0, warning: 1, advice: 2};
const HEALTH = {critical: 0, warning: 1, silent: 2, ok: 3};

const opened = new Set();

function health(its, sick, total) {
  const name = its === 'ok' ? 'well' : its;
  return h('span', {class: 'health ' + (its === 'ok' ? 'calm' : its)}, name + (total > 1 && its !== 'ok' ? ' in ' + sick + ' of ' + total : ''));
}

function cells(of, state, last) {
  const found = of.findings.critical + of.findings.warning + of.findings.advice;
  const share = of.threads ? of.blocked / of.threads : 0;
  return [
    h('td', {}, state),
    h('td', {class: 'number'}, of.threads.toLocaleString('en-GB')),
    h('td', {}, shareBar(share, of.blocked ? of.blocked + ' (' + percent(share) + ')' : '0')),
    h('td', {class: 'number'}, found),
    h('td', {title: new Date(last).toISOString()}, duration(Date.now() - last) + ' ago'),
  ];
}

function instances(service) {
  const rows = service.jvms.map((jvm) => h('tr', {class: 'instance', 'data-item': true},
      h('th', {scope: 'row'},
          h('a', {href: jvmLink(jvm.service, jvm.instance), id: 'j-' + jvm.id}, jvm.instance),
          jvm.jdk ? h('small', {}, ' JDK ' + jvm.jdk) : null),
      cells(jvm, health(jvm.health), Date.parse(jvm.lastReceived))));
  return [...rows, more(service.instances - service.jvms.length, 'instance')];
}

function more(n, kind) {
  return n > 0 ? h('tr', {class: kind}, h('td', {colspan: 6}, n.toLocaleString('en-GB') + ' more, none worse; filter to see them')) : null;
}

function serviceRows(service, its, again) {
  const name = service.service;
  const open = opened.has(name);
  const toggle = h('button', {type: 'button', class: 'toggle', 'aria-expanded': String(open), id: 's-' + name, onclick: () => {
    opened.has(name) ? opened.delete(name) : opened.add(name);
    again();
  }}, name);
  return [
    h('tr', {class: 'service', 'data-item': true},
        h('th', {scope: 'row'}, toggle, h('small', {}, ' ' + count(service.instances, 'instance'))),
        cells(service, health(service.health, service.alike, service.instances), Date.parse(service.lastReceived))),
    open && its ? instances(its) : null,
  ];
}

function verdict(incidents, services) {
  const jvms = services.reduce((total, service) => total + service.instances, 0);
  const reporting = count(jvms, 'JVM') + ' of ' + count(services.length, 'service') + (jvms === 1 ? ' reports' : ' report');
  if (jvms === 0 && !incidents?.length) {
    return [h('h1', {}, 'No JVM reports yet'),
      h('p', {class: 'sub'}, 'Start one with the agent, and point it at this collector:'),
      h('pre', {}, 'java -javaagent:unpark-agent.jar=endpoint=http://' + location.hostname + ':4318 -jar app.jar')];
  }
  if (incidents === null) {
    const found = services.reduce((total, {findings}) => total + findings.critical + findings.warning + findings.advice, 0);
    return [h('h1', {}, found ? count(found, 'finding') + (found === 1 ? ' is' : ' are') + ' open' : 'Nothing is found'),
      h('p', {class: 'sub'}, reporting + '. No incidents are kept: the collector was started with --incidents none.')];
  }
  if (incidents.length > 0) {
    const n = incidents.length;
    return [h('h1', {}, count(n, 'incident') + (n === 1 ? ' is' : ' are') + ' open'), h('p', {class: 'sub'}, reporting + '.')];
  }
  return [h('h1', {class: 'calm'}, 'Nothing is wrong'), h('p', {class: 'sub'}, reporting + '; no incident is open.')];
}

export function show(content) {
  let kept = true;
  let data = {incidents: [], services: [], opened: new Map()};
  let whole = [];
  let asked = 0;
  const head = h('div');
  const list = h('ul', {class: 'incidents'});
  const body = h('tbody');
  const field = h('input', {type: 'search', id: 'filter', 'data-filter': true, placeholder: 'service or instance', oninput: () => round()});
  const table = h('section', {},
      h('div', {class: 'bar-of-tools'}, h('h2', {}, 'Services'), h('label', {for: 'filter'}, 'Filter'), field),
      h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Services'},
          h('table', {class: 'fleet'},
              h('thead', {}, h('tr', {}, ['Service', 'Health', 'Threads', 'Waiting for others', 'Findings', 'Last heard'].map((name, i) =>
                  h('th', {scope: 'col', class: i === 2 || i === 4 ? 'number' : ''}, name)))),
              body)));
  fill(content, head, list, table);

  function draw(wanted) {
    const {incidents, services, opened: its} = data;
    const shown = services.sort((a, b) => HEALTH[a.health] - HEALTH[b.health] || a.service.localeCompare(b.service)).slice(0, SHOWN);
    whole = wanted ? whole : services;
    fill(head, verdict(incidents, whole));
    fill(list, (incidents ?? []).map(incidentRow));
    fill(body, shown.map((service) => serviceRows(service, its.get(service.service), round)), more(services.length - shown.length, 'service'));
    table.hidden = whole.length === 0;
  }

  /** Sums of all services, and the worst instances of those that are opened: a fleet of thousands is not sent whole. */
  async function look() {
    const mine = ++asked;
    const wanted = field.value.trim();
    const fleet = (query) => get('/api/fleet?' + new URLSearchParams({...query, ...(wanted ? {match: wanted} : {})}));
    const [incidents, {services}, ...its] = await Promise.all([
      kept ? get('/api/incidents?state=open&limit=100') : null,
      fleet({jvms: 0}),
      ...[...opened].map((service) => fleet({service, jvms: SHOWN}))]);
    if (mine !== asked) {
      // Something else was asked for meanwhile, and its answer may be here already.
      return;
    }
    kept = incidents !== null;
    incidents?.sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.openedAt.localeCompare(b.openedAt));
    data = {incidents, services, opened: new Map(its.flatMap((each) => each.services).map((each) => [each.service, each]))};
    draw(wanted);
    document.title = (incidents?.length ? '(' + incidents.length + ') ' : '') + 'fleet - Unpark';
  }

  let round = () => {};
  return live(2000, look, (again) => (round = again));
}
