// One incident as an argument: what, how sure, what to do now; then why, and how one knows.

import {get, live, post} from './api.js';
import {fill, h, pictured} from './dom.js';
import {files, flames} from './evidence.js';
import {onKey} from './keys.js';
import {affected, age, badge, frames} from './rows.js';
import {clock, count, jvmLink} from './words.js';

const NAME = 'unpark.name';
const TOLD = {
  opened: 'opened in', reopened: 'came back in', joined: 'also in', left: 'no longer in', proven: 'proven in',
  raised: 'raised to', acknowledged: 'taken on by', closed: 'over; last in',
};
const INSTANCES_SHOWN = 12;

function steps(finding, kind) {
  return finding.nextSteps.filter((step) => step.startsWith(kind + ': ')).map((step) => step.slice(kind.length + 2));
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? '' : '.');
}

function actions(incident, view, again) {
  const said = h('span', {role: 'status'});
  const copy = h('button', {type: 'button', id: 'copy', onclick: async () => {
    const link = '\n[' + incident.id + '](' + location.href + ')\n';
    try {
      await navigator.clipboard.writeText(view.markdown + link);
      said.textContent = 'copied';
    } catch {
      said.textContent = 'the browser does not let this page copy';
    }
  }}, 'Copy as Markdown');
  const name = h('input', {id: 'by', value: localStorage.getItem(NAME) ?? '', required: true, maxlength: '255', autocomplete: 'name'});
  const form = h('form', {class: 'acknowledge', onsubmit: async (event) => {
    event.preventDefault();
    localStorage.setItem(NAME, name.value);
    try {
      await post('/api/incidents/' + encodeURIComponent(incident.id) + '/acknowledge',
          JSON.stringify({by: name.value.trim()}), {'content-type': 'application/json'});
      again();
    } catch (failure) {
      said.textContent = failure.message;
    }
  }}, h('label', {for: 'by'}, 'Your name '), name, ' ', h('button', {id: 'acknowledge'}, 'Acknowledge'));
  onKey('c', () => copy.click());
  onKey('a', () => (name.value ? form.requestSubmit() : name.focus()));
  return h('div', {class: 'actions'},
      incident.closedAt || incident.acknowledgedBy ? null : form,
      copy,
      h('a', {class: 'button', href: '/runbooks/' + encodeURIComponent(incident.type)}, 'Runbook'),
      said);
}

function stack(participant, alike) {
  return h('div', {class: 'stack'},
      h('h3', {},
          (participant.name.trim() || (participant.virtual ? 'virtual thread' : 'thread')) + (alike ? ' and ' + alike + ' more like it' : ''),
          ' ', h('small', {}, '#' + participant.id + (participant.virtual ? ' virtual' : '') + ' ' + participant.role)),
      frames(participant));
}

function stacks(view) {
  if (view.pairs.length === 0) {
    return null;
  }
  return h('section', {}, h('h2', {}, 'Stacks'),
      view.pairs.map((pair) => h('div', {class: 'pair'}, stack(pair.waiter, pair.alike), pair.owner ? stack(pair.owner, 0) : null)),
      view.pairsLeftOut ? h('p', {class: 'faint'}, view.pairsLeftOut + ' more pairs are in the JSON below') : null);
}

function instances(incident) {
  const having = incident.instances.filter((it) => !it.ended);
  const rid = incident.instances.filter((it) => it.ended);
  const item = (it) => h('li', {'data-item': true},
      h('a', {href: jvmLink(incident.service, it.instance)}, it.instance), ' ',
      h('small', {}, it.ended ? 'until ' + clock(it.ended) : 'since ' + clock(it.since)));
  const some = (its, id) => [
    its.slice(0, INSTANCES_SHOWN).map(item),
    its.length > INSTANCES_SHOWN
      ? h('li', {}, h('details', {id}, h('summary', {}, (its.length - INSTANCES_SHOWN) + ' more'), h('ul', {}, its.slice(INSTANCES_SHOWN).map(item))))
      : null];
  return h('section', {}, h('h2', {}, 'Instances'),
      h('ul', {class: 'plain'}, some(having, 'having')),
      rid.length ? [h('h3', {}, 'Rid of it'), h('ul', {class: 'plain'}, some(rid, 'rid'))] : null);
}

function events(incident) {
  return h('section', {}, h('h2', {}, 'Timeline'),
      h('ol', {class: 'timeline'}, incident.events.map((event) =>
          h('li', {}, h('time', {datetime: event.at, title: event.at}, clock(event.at)), ' ',
              h('span', {}, (TOLD[event.kind] ?? event.kind) + ' '), h('b', {}, event.detail)))));
}

function evidence(incident, finding, again) {
  return h('section', {}, h('h2', {}, 'Evidence'),
      h('dl', {class: 'pairs'},
          h('dt', {}, 'best seen in'),
          h('dd', {}, h('a', {href: jvmLink(finding.jvm.service, finding.jvm.instance, 'graph')}, finding.jvm.instance),
              finding.jvm.pid ? ', pid ' + finding.jvm.pid : '', finding.jvm.jdk ? ', JDK ' + finding.jvm.jdk : '',
              ', at ' + clock(finding.observedAt)),
          h('dt', {}, 'threads'), h('dd', {}, count(finding.participants.length, 'thread') + ' take part'),
          h('dt', {}, 'signature'), h('dd', {}, h('code', {}, incident.signature)),
          h('dt', {}, 'all of it'), h('dd', {}, h('a', {href: '/api/incidents/' + encodeURIComponent(incident.id)}, 'JSON'))),
      files(incident, finding, again));
}

function argument(incident, finding, view) {
  const one = (kind, title) => steps(finding, kind).map((text) => [h('dt', {}, title), h('dd', {}, sentence(text))]);
  const now = steps(finding, 'now');
  return [
    now.length ? h('section', {class: 'now ' + incident.severity}, h('h2', {}, 'Do now'), now.map((text) => h('p', {}, sentence(text)))) : null,
    h('section', {}, h('h2', {}, 'Why'),
        h('ol', {class: 'chain'}, finding.explanation.map((reason) => h('li', {}, reason))),
        pictured(view.picture),
        h('dl', {class: 'pairs'}, one('cause', 'cause'), one('fix', 'fix'),
            finding.limits.map((limit) => [h('dt', {}, 'not seen'), h('dd', {}, sentence(limit))]))),
  ];
}

function draw(content, incident, view, again) {
  const finding = incident.finding;
  const proof = incident.certainty === 'proven'
    ? 'Proven: seen twice, with no progress in between.'
    : 'Suspected: what is missing for a proof stands under "not seen".';
  fill(content,
      h('p', {class: 'crumb'}, h('a', {href: '/incidents'}, 'Incidents'), ' / ', incident.service),
      h('div', {class: 'headline ' + incident.severity},
          h('p', {class: 'facts'}, badge(incident.severity, incident.certainty, incident.type), ' ',
              incident.closedAt ? h('span', {class: 'badge over'}, 'over') : null, ' ', age(incident),
              incident.acknowledgedBy ? h('span', {class: 'ack'}, 'taken on by ' + incident.acknowledgedBy) : null),
          h('h1', {}, incident.headline),
          h('p', {class: 'sub'}, h('b', {}, affected(incident)), '. ' + proof)),
      actions(incident, view, again),
      h('div', {class: 'columns'},
          h('div', {}, argument(incident, finding, view), stacks(view), flames(incident)),
          h('aside', {'aria-label': 'Facts'}, instances(incident), events(incident), evidence(incident, finding, again))));
}

export function show(content) {
  const id = decodeURIComponent(location.pathname.split('/')[2]);
  let drawn = '';
  let refresh;
  const again = async () => {
    const path = encodeURIComponent(id);
    const [incident, view] = await Promise.all([get('/api/incidents/' + path), get('/page/incidents/' + path)]);
    if (incident === null || view === null) {
      fill(content, h('h1', {}, 'No such incident'), h('p', {}, 'It may have been closed long ago and forgotten. ', h('a', {href: '/incidents?state=all'}, 'All incidents')));
      return false;
    }
    // Only what is new is drawn: who marks a frame with the mouse must not lose it every few seconds.
    const state = JSON.stringify(incident);
    if (state !== drawn && !getSelection().toString() && !content.querySelector('.acknowledge')?.contains(document.activeElement) || !drawn) {
      drawn = state;
      draw(content, incident, view, refresh);
    }
    document.title = incident.headline + ' - Unpark';
    return true;
  };
  refresh = () => {
    document.activeElement?.blur();
    return again();
  };
  return live(3000, again);
}
