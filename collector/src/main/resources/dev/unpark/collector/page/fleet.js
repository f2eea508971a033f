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

function instances(jvms) {
  const sick = [...jvms].sort((a, b) => HEALTH[a.health] - HEALTH[b.health]);
  const rows = sick.slice(0, SHOWN).map((jvm) => h('tr', {class: 'instance', 'data-item': true},
      h('th', {scope: 'row'},
          h('a', {href: jvmLink(jvm.service, jvm.instance), id: 'j-' + jvm.id}, jvm.instance),
          jvm.jdk ? h('small', {}, ' JDK ' + jvm.jdk) : null),
      cells(jvm, health(jvm.health), Date.parse(jvm.lastReceived))));
  if (sick.length > SHOWN) {
    rows.push(h('tr', {class: 'instance'}, h('td', {colspan: 6}, (sick.length - SHOWN) + ' more, none worse; filter to see them')));
  }
  return rows;
}

function serviceRows(service, again) {
  const {service: name, jvms} = service;
  const open = opened.has(name);
  const toggle = h('button', {type: 'button', class: 'toggle', 'aria-expanded': String(open), id: 's-' + name, onclick: () => {
    opened.has(name) ? opened.delete(name) : opened.add(name);
    again();
  }}, name);
  const sick = jvms.filter((jvm) => jvm.health === service.health).length;
  const last = Math.max(...jvms.map((jvm) => Date.parse(jvm.lastReceived)));
  return [
    h('tr', {class: 'service', 'data-item': true},
        h('th', {scope: 'row'}, toggle, h('small', {}, ' ' + count(service.instances, 'instance'))),
        cells(service, health(service.health, sick, jvms.length), last)),
    open ? instances(jvms) : null,
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
  let filter = '';
  let kept = true;
  let data = {incidents: [], services: []};
  const head = h('div');
  const list = h('ul', {class: 'incidents'});
  const body = h('tbody');
  const field = h('input', {type: 'search', id: 'filter', 'data-filter': true, placeholder: 'service or instance', oninput: () => {
    filter = field.value.trim().toLowerCase();
    draw();
  }});
  const table = h('section', {},
      h('div', {class: 'bar-of-tools'}, h('h2', {}, 'Services'), h('label', {for: 'filter'}, 'Filter'), field),
      h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Services'},
          h('table', {class: 'fleet'},
              h('thead', {}, h('tr', {}, ['Service', 'Health', 'Threads', 'Waiting for others', 'Findings', 'Last heard'].map((name, i) =>
                  h('th', {scope: 'col', class: i === 2 || i === 4 ? 'number' : ''}, name)))),
              body)));
  fill(content, head, list, table);

  function matching(service) {
    const wanted = service.jvms.filter((jvm) => (jvm.service + ' ' + jvm.instance).toLowerCase().includes(filter));
    return wanted.length ? {...service, jvms: wanted} : null;
  }

  function draw() {
    const {incidents, services} = data;
    const shown = services.map(matching).filter(Boolean)
        .sort((a, b) => HEALTH[a.health] - HEALTH[b.health] || a.service.localeCompare(b.service));
    fill(head, verdict(incidents, services));
    fill(list, (incidents ?? []).map(incidentRow));
    fill(body, shown.map((service) => serviceRows(service, draw)));
    table.hidden = services.length === 0;
  }

  return live(2000, async () => {
    const [incidents, fleet] = await Promise.all([kept ? get('/api/incidents?state=open&limit=100') : null, get('/api/fleet')]);
    kept = incidents !== null;
    incidents?.sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.openedAt.localeCompare(b.openedAt));
    data = {incidents, services: fleet.services};
    draw();
    document.title = (incidents?.length ? '(' + incidents.length + ') ' : '') + 'fleet - Unpark';
  });
}
