// A flame graph of what a profiler recorded, drawn here from the samples: outermost frames on top, as wide as they were seen often.

import {get} from './api.js';
import {fill, h, svg} from './dom.js';
import {count, percent} from './words.js';

const ROW = 18;
const LEAST = .0012;
/** The JDK's, and those of native code. */
const JDK = /^(java|javax|jdk|sun|com\.sun)\.|\.so\b|^\w+$/;

/** Class.method, without the package. */
function short(name) {
  const parts = name.split('.');
  return parts.slice(-2).join('.');
}

/** Boxes of a tree whose root is as wide as all there is; those above it are as wide, too. */
function boxes(path) {
  const all = path.map((node, depth) => ({node, depth, from: 0, width: 1, path: path.slice(0, depth + 1)}));
  const next = [all.at(-1)];
  while (next.length > 0) {
    const box = next.pop();
    let from = box.from;
    for (const node of box.node.children ?? []) {
      const width = box.width * node.samples / box.node.samples;
      if (width >= LEAST) {
        const child = {node, depth: box.depth + 1, from, width, path: [...box.path, node]};
        all.push(child);
        next.push(child);
      }
      from += width;
    }
  }
  return all;
}

function draw(host, root) {
  const told = h('p', {class: 'told', role: 'status'});
  const picture = svg('svg', {class: 'flames', width: '100%', tabindex: '0', role: 'img'});
  let shown = [];
  let at = 0;
  let path = [root];

  function tell(box) {
    const {node} = box;
    told.textContent = node.name + ': ' + count(node.samples, 'sample') + ', ' + percent(node.samples / root.samples) + ' of all';
  }

  function mark(place) {
    picture.children[at]?.classList.remove('chosen');
    at = Math.max(0, Math.min(shown.length - 1, place));
    picture.children[at].classList.add('chosen');
    if (document.activeElement === picture) {
      picture.children[at].scrollIntoView({block: 'nearest'});
    }
    tell(shown[at]);
  }

  function zoom(to) {
    path = to;
    shown = boxes(path);
    const high = (Math.max(...shown.map((box) => box.depth)) + 1) * ROW;
    picture.setAttribute('height', high);
    picture.setAttribute('aria-label', 'Flame graph of ' + count(root.samples, 'sample') + '; arrows move, Enter and Escape zoom, the line below tells what is chosen');
    fill(picture, shown.map((box, i) => {
      const {node, depth} = box;
      const part = svg('svg', {x: box.from * 100 + '%', width: box.width * 100 + '%', y: depth * ROW, height: ROW - 1,
        class: depth < 2 ? 'group' : JDK.test(node.name) ? 'jdk' : 'own', onclick: () => zoom(box.path), onpointermove: () => tell(box)},
      svg('rect', {width: '100%', height: '100%'}),
      box.width > .03 ? svg('text', {x: 4, y: 12.5}, short(node.name)) : null);
      part.dataset.place = i;
      return part;
    }));
    at = 0;
    mark(path.length - 1);
  }

  const near = (test) => shown.findIndex((box, i) => i !== at && test(box, shown[at]));
  const moves = {
    ArrowUp: () => near((box, from) => box.depth === from.depth - 1 && box.node === from.path.at(-2)),
    ArrowDown: () => near((box, from) => box.depth === from.depth + 1 && box.path.at(-2) === from.node),
    ArrowRight: () => shown.findIndex((box) => box.depth === shown[at].depth && box.from > shown[at].from + 1e-9),
    ArrowLeft: () => shown.findLastIndex((box) => box.depth === shown[at].depth && box.from < shown[at].from - 1e-9),
  };
  picture.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (moves[event.key]) {
      const place = moves[event.key]();
      if (place >= 0) {
        mark(place);
      }
    } else if (event.key === 'Enter') {
      zoom(shown[at].path);
    } else if (event.key === 'Escape') {
      zoom(path.slice(0, Math.max(1, path.length - 1)));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  fill(host, h('div', {class: 'bar-of-tools'}, h('button', {type: 'button', onclick: () => zoom([root])}, 'All of it')), h('div', {class: 'tall'}, picture), told);
  zoom([root]);
}

/** An element that shows the samples of a recording once they have come. */
export function flamesOf(incident, file) {
  const host = h('div', {}, h('p', {class: 'faint'}, 'Reading ' + file.name + ' \u2026'));
  const path = '/page/incidents/' + encodeURIComponent(incident) + '/flames/' + encodeURIComponent(file.id);
  get(path).then((answer) => {
    if (answer === null || answer.complaint) {
      fill(host, h('p', {class: 'notice'}, 'This recording cannot be drawn: ' + (answer?.complaint ?? 'it is gone')));
    } else if (answer.root.samples === 0) {
      fill(host, h('p', {class: 'notice'}, 'This recording has no samples of stacks. Those of the JDK have them with settings=profile.'));
    } else {
      draw(host, answer.root);
      if (answer.leftOut > 0) {
        host.append(h('p', {class: 'faint'}, count(answer.leftOut, 'sample') + ' had too many different frames to be told apart.'));
      }
    }
  }).catch((failure) => fill(host, h('p', {class: 'notice'}, failure.message)));
  return host;
}
