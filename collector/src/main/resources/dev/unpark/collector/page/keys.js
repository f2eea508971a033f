// Everything can be done from the keyboard; these keys make it quick.

import {h} from './dom.js';

const GO = {f: '/', i: '/incidents', l: '/locks', d: '/dump', r: '/runbooks'};
const KEYS = [
  ['j, k', 'next, previous in the list'],
  ['Enter', 'open it'],
  ['/', 'to the filter'],
  ['g then f, i, l, d, r', 'to fleet, incidents, locks, dump, runbooks'],
  ['a', 'acknowledge the incident'],
  ['c', 'copy the incident as Markdown'],
  ['+, -, 0, arrows', 'zoom, fit and move the lanes'],
  ['t', 'light or dark'],
  ['?', 'this list'],
];
const OFF = 'unpark.keys';

const actions = new Map();
let going = false;

/** Has a key do something on this page. */
export function onKey(key, action) {
  actions.set(key, action);
}

function move(step) {
  const items = [...document.querySelectorAll('[data-item]')].filter((item) => item.offsetParent);
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step))];
  (next?.querySelector('a, button') ?? next)?.focus();
}

let dialog;

function help() {
  if (!dialog) {
    const single = h('input', {type: 'checkbox', id: 'single-keys'});
    single.checked = localStorage.getItem(OFF) !== 'off';
    single.addEventListener('change', () => localStorage.setItem(OFF, single.checked ? 'on' : 'off'));
    dialog = h('dialog', {'aria-labelledby': 'keys-title'},
        h('h2', {id: 'keys-title'}, 'Keys'),
        h('dl', {class: 'keys'}, KEYS.map(([key, does]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, does)])),
        h('p', {}, single, ' ', h('label', {for: 'single-keys'}, 'single keys do something')),
        h('form', {method: 'dialog'}, h('button', {}, 'Close')));
    dialog.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      dialog.close();
      // The browser lets go of what is hidden only with the next frame, and keys come sooner.
      if (dialog.contains(document.activeElement)) {
        document.activeElement.blur();
      }
    });
    document.body.append(dialog);
  }
  dialog.showModal();
}

function pressed(event) {
  const typing = event.target.matches?.('input, textarea, select');
  if (event.ctrlKey || event.metaKey || event.altKey || typing || dialog?.open) {
    return;
  }
  if (localStorage.getItem(OFF) === 'off') {
    return;
  }
  if (going) {
    going = false;
    if (GO[event.key]) {
      location.href = GO[event.key];
    }
    return;
  }
  const does = {
    g: () => (going = true),
    j: () => move(1),
    k: () => move(-1),
    t: () => document.getElementById('theme').click(),
    '?': help,
    '/': () => document.querySelector('[data-filter]')?.focus(),
  }[event.key] ?? actions.get(event.key);
  if (does) {
    event.preventDefault();
    does(event);
  }
}

export function start() {
  document.getElementById('help').addEventListener('click', help);
  document.addEventListener('keydown', pressed);
}
