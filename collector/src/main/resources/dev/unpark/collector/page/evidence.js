// The files that belong to an incident: those that are here, and those that the agent left on its host.

import {blob, post} from './api.js';
import {h} from './dom.js';
import {flamesOf} from './flames.js';
import {clock} from './words.js';

const drawn = new Map();

function size(bytes) {
  return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';
}

function path(incident) {
  return '/api/incidents/' + encodeURIComponent(incident.id) + '/evidence';
}

/** Saved, never opened: a file of a stranger's may hold a script. */
async function save(incident, file, said) {
  try {
    const url = URL.createObjectURL(await blob(path(incident) + '/' + encodeURIComponent(file.id)));
    h('a', {href: url, download: file.name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (failure) {
    said.textContent = failure.message;
  }
}

function elsewhere(incident, finding) {
  const files = finding.evidence.filter((each) => each.file);
  if (files.length === 0) {
    return null;
  }
  const name = files[0].file.split(/[/\\]/).at(-1);
  return [
    h('p', {}, 'On the host of ', h('b', {}, finding.jvm.instance), ':'),
    h('ul', {class: 'plain'}, files.map((each) => h('li', {}, h('code', {}, each.file)))),
    h('p', {class: 'faint'}, 'To bring one here: ',
        h('code', {}, 'curl --data-binary @' + files[0].file + " '" + location.origin + path(incident) + '?name=' + encodeURIComponent(name) + "'")),
  ];
}

/** What there is, and a place to add to it. */
export function files(incident, finding, again) {
  const said = h('p', {role: 'status', class: 'said'});
  const field = h('input', {type: 'file', id: 'evidence', onchange: async () => {
    const file = field.files[0];
    if (!file) {
      return;
    }
    said.textContent = 'Sending ' + file.name + ' \u2026';
    try {
      await post(path(incident) + '?' + new URLSearchParams({name: file.name}), file, {'content-type': 'application/octet-stream'});
      again();
    } catch (failure) {
      said.textContent = failure.message;
    }
  }});
  return [
    h('ul', {class: 'plain'}, incident.evidence.map((file) => h('li', {},
        h('button', {type: 'button', class: 'link', id: 'e-' + file.id, onclick: () => save(incident, file, said)}, file.name), ' ',
        h('small', {}, size(file.bytes) + (file.instance ? ' of ' + file.instance : '') + ', added ' + clock(file.addedAt))))),
    elsewhere(incident, finding),
    h('p', {}, h('label', {for: 'evidence'}, 'Add a recording, a dump or another file '), field),
    said,
  ];
}

/** A flame graph of each recording that is here. */
export function flames(incident) {
  const recordings = incident.evidence.filter((file) => file.kind === 'recording');
  return recordings.map((file) => {
    // Drawn once: it must not lose what was chosen in it whenever something else changes.
    if (!drawn.has(file.id)) {
      drawn.set(file.id, flamesOf(incident.id, file));
    }
    return h('section', {}, h('h2', {}, 'Flame graph of ' + file.name), drawn.get(file.id));
  });
}
