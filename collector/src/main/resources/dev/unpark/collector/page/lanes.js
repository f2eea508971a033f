// The lanes of a JVM: each thread a lane, each thing it waits for a box, time runs right.

import {get} from './api.js';
import {fill, h} from './dom.js';
import {AXIS, colours, draw} from './lanes-draw.js';
import {Lanes, STOP, firstAfter} from './lanes-model.js';
import {brief, clock, count, duration} from './words.js';

const SHORTEST = 2_000;
const FIRST_VIEW = 2 * 60_000;
const COSTS_SHOWN = 8;
const ROW = 20;
const DENSE = 5;
const HUGE = 60;

/** Shows the lanes in an element; the result refreshes them. */
export function lanesIn(host, id) {
  const lanes = new Lanes();
  const view = {from: 0, to: 1, top: 0, row: ROW, gutter: 190, width: 0, height: 0};
  const wish = {filter: '', onlyStopped: false, byName: false};
  let threads = [];
  let follow = true;
  let lit = -1;
  let wanted = 0;
  let colour = colours();

  const canvas = h('canvas', {tabindex: '0', role: 'img', id: 'lanes'});
  const g = canvas.getContext('2d');
  const told = h('p', {class: 'told', role: 'status'});
  const costs = h('ol', {class: 'costs'});
  const filter = h('input', {type: 'search', id: 'lane-filter', 'data-filter': true, placeholder: 'thread', oninput: () => {
    wish.filter = filter.value.trim();
    choose();
  }});
  const toggle = (text, change, on = false) => {
    const button = h('button', {type: 'button', 'aria-pressed': String(on), onclick: () => {
      on = !on;
      button.setAttribute('aria-pressed', String(on));
      change(on);
    }}, text);
    return button;
  };
  const live = h('button', {type: 'button', 'aria-pressed': 'true', onclick: () => setFollow(!follow)}, 'Live');
  const above = h('button', {type: 'button', 'aria-label': 'Lanes above', onclick: () => scroll(AXIS - view.height)}, '\u25B2');
  const below = h('button', {type: 'button', 'aria-label': 'Lanes below', onclick: () => scroll(view.height - AXIS)}, '\u25BC');
  const onlyStopped = toggle('Only those that stopped', (on) => {
    wish.onlyStopped = on;
    choose();
  });
  fill(host,
      h('div', {class: 'bar-of-tools'},
          live,
          h('button', {type: 'button', 'aria-label': 'Zoom in', onclick: () => zoom(.6)}, '+'),
          h('button', {type: 'button', 'aria-label': 'Zoom out', onclick: () => zoom(1 / .6)}, '\u2212'),
          h('button', {type: 'button', onclick: fit}, 'All of it'),
          above, below,
          onlyStopped,
          toggle('By name', (on) => {
            wish.byName = on;
            choose();
          }),
          toggle('Dense', (on) => {
            view.row = on ? DENSE : ROW;
            fitHeight();
          }),
          h('label', {for: 'lane-filter'}, 'Filter'), filter),
      canvas, told,
      h('p', {class: 'key-of-lanes'},
          h('span', {class: 'runs'}, 'runs'), h('span', {class: 'stop'}, 'stopped at a box'),
          h('span', {class: 'moved'}, 'stopped there time and again'), h('span', {class: 'idle'}, 'waits for work, or sleeps')),
      h('h2', {}, 'Where the time in sight went'), costs);

  function setFollow(on) {
    follow = on;
    live.setAttribute('aria-pressed', String(on));
    if (on) {
      lookAt(lanes.to - (view.to - view.from), lanes.to);
    }
  }

  function choose() {
    threads = lanes.shown(wish);
    fitHeight();
  }

  /** What is new goes below: lanes that change places while one reads them are lost. */
  function follows() {
    const place = new Map(threads.map((thread, i) => [thread, i]));
    threads = lanes.shown(wish).sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity) || 0);
    fitHeight();
  }

  /** As high as its lanes, but no higher than leaves the words below in sight. */
  function fitHeight() {
    const most = Math.max(200, innerHeight * .6);
    canvas.style.height = Math.round(Math.min(most, Math.max(120, AXIS + threads.length * view.row + 6))) + 'px';
    redraw();
  }

  /** Keeps within what is known. */
  function lookAt(from, to) {
    const span = Math.max(SHORTEST, Math.min(to - from, lanes.to - lanes.from));
    const start = Math.max(lanes.from, Math.min(from, lanes.to - span));
    view.from = start;
    view.to = start + span;
    if (view.to < lanes.to - 500 && follow) {
      follow = false;
      live.setAttribute('aria-pressed', 'false');
    }
    redraw();
  }

  function zoom(factor, at = follow ? view.to : (view.from + view.to) / 2) {
    lookAt(at - (at - view.from) * factor, at + (view.to - at) * factor);
  }

  function fit() {
    lookAt(lanes.from, lanes.to);
  }

  function pan(share) {
    const by = (view.to - view.from) * share;
    lookAt(view.from + by, view.to + by);
  }

  /** How far down one can go; nothing when all lanes are in sight. */
  const lowest = () => Math.max(0, threads.length * view.row - (view.height - AXIS));

  /** Says whether there was anything in that direction. */
  function scroll(by) {
    const top = Math.max(0, Math.min(lowest(), view.top + by));
    const moves = top !== view.top;
    view.top = top;
    redraw();
    return moves;
  }

  function redraw() {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      view.top = Math.max(0, Math.min(view.top, lowest()));
      above.hidden = below.hidden = lowest() === 0;
      draw(g, lanes, threads, view, colour, lit);
      tellCosts();
    });
  }

  let telling = 0;
  /** Words may come a little later than the picture: adding up takes longer than drawing. */
  function tellCosts() {
    telling ||= setTimeout(() => {
      telling = 0;
      writeCosts();
    }, 250);
  }

  function writeCosts() {
    const all = lanes.costs(view.from, view.to);
    fill(costs, all.slice(0, COSTS_SHOWN).map((cost) => h('li', {},
        h('button', {type: 'button', class: 'toggle', id: 'cost-' + cost.number, onclick: () => light(lit === cost.number ? -1 : cost.number)}, cost.resource.name),
        ' ', duration(cost.time), ' of ', count(cost.threads, 'thread'),
        cost.resource.site ? [' at ', h('code', {title: cost.resource.site}, brief(cost.resource.site))] : null)),
        all.length === 0 ? h('li', {class: 'calm'}, 'No thread stopped for another.') : null);
    canvas.setAttribute('aria-label', 'Lanes of ' + count(threads.length, 'thread') + ' from ' + clock(view.from) + ' to ' + clock(view.to)
        + '; the list below says where their time went');
  }

  function light(number) {
    lit = number;
    redraw();
  }

  function hit(event) {
    const box = canvas.getBoundingClientRect();
    const thread = threads[Math.floor((event.clientY - box.top - AXIS + view.top) / view.row)];
    const time = view.from + (event.clientX - box.left - view.gutter) * (view.to - view.from) / (view.width - view.gutter);
    if (!thread || event.clientY - box.top < AXIS || event.clientX - box.left < view.gutter) {
      return null;
    }
    const run = thread.runs[firstAfter(thread.runs, time)];
    return {thread, time, run: run && run.from <= time ? run : null};
  }

  function tell({thread, time, run}) {
    if (!run) {
      told.textContent = thread.name + ': not there at ' + clock(time);
      return;
    }
    const span = clock(run.from) + ' to ' + clock(run.to) + ' (' + duration(run.to - run.from) + ')';
    if (run.resource < 0) {
      told.textContent = thread.name + ': ' + run.state.toLowerCase().replace('_', ' ') + ', ' + span;
      return;
    }
    const resource = lanes.resources[run.resource];
    const beside = run.doing === STOP ? threads.filter((other) => {
      const its = other.runs[firstAfter(other.runs, time)];
      return other !== thread && its && its.from <= time && its.resource === run.resource;
    }).length : 0;
    told.textContent = thread.name + ': waits for ' + resource.name + (resource.site ? ' at ' + brief(resource.site) : '') + ', ' + span
        + (run.moved ? ', and went on in between' : '') + (beside ? '; ' + count(beside, 'other thread') + ' beside it' : '');
  }

  let dragged = null;
  canvas.addEventListener('pointerdown', (event) => {
    dragged = {x: event.clientX, y: event.clientY};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (dragged) {
      pan((dragged.x - event.clientX) / (view.width - view.gutter));
      // A finger that goes up or down moves the page, and the browser takes it from here.
      if (event.pointerType !== 'touch') {
        scroll(dragged.y - event.clientY);
      }
      dragged = {x: event.clientX, y: event.clientY};
      return;
    }
    const found = hit(event);
    if (found) {
      tell(found);
    }
    const at = found?.run?.doing === STOP ? found.run.resource : -1;
    if (at !== lit) {
      light(at);
    }
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => {
      dragged = null;
      redraw();
    });
  }
  canvas.addEventListener('wheel', (event) => {
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey) {
      const box = canvas.getBoundingClientRect();
      const at = view.from + (event.clientX - box.left - view.gutter) * (view.to - view.from) / (view.width - view.gutter);
      zoom(Math.exp(event.deltaY / 300), at);
    } else if (sideways) {
      pan((event.deltaX || event.deltaY) / view.width);
    } else if (!scroll(event.deltaY)) {
      // The last lane is reached: the page goes on.
      return;
    }
    event.preventDefault();
  }, {passive: false});
  canvas.addEventListener('keydown', (event) => {
    const does = {
      ArrowLeft: () => pan(-.15), ArrowRight: () => pan(.15), ArrowUp: () => scroll(-view.row), ArrowDown: () => scroll(view.row),
      PageUp: () => scroll(AXIS - view.height), PageDown: () => scroll(view.height - AXIS), Home: () => lookAt(lanes.from, lanes.from + view.to - view.from),
      End: () => setFollow(true), '+': () => zoom(.6), '=': () => zoom(.6), '-': () => zoom(1 / .6), 0: fit,
    }[event.key];
    if (does && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      does();
    }
  });

  function size() {
    const box = canvas.getBoundingClientRect();
    const scale = devicePixelRatio || 1;
    view.width = box.width;
    view.height = box.height;
    view.gutter = box.width < 600 ? 96 : 190;
    canvas.width = Math.round(box.width * scale);
    canvas.height = Math.round(box.height * scale);
    g.setTransform(scale, 0, 0, scale, 0, 0);
    redraw();
  }
  new ResizeObserver(size).observe(canvas);
  addEventListener('theme', () => {
    colour = colours();
    redraw();
  });

  return async () => {
    const first = lanes.to === 0;
    const answer = await get('/api/jvms/' + id + '/lanes' + (first ? '' : '?since=' + lanes.to));
    if (answer === null || !lanes.add(answer)) {
      return true;
    }
    if (first) {
      if (lanes.threads.length > HUGE && lanes.threads.some((thread) => thread.stopped > 0)) {
        onlyStopped.click();
      }
      lookAt(lanes.to - FIRST_VIEW, lanes.to);
      choose();
      return true;
    }
    if (follow) {
      lookAt(lanes.to - (view.to - view.from), lanes.to);
    }
    follows();
    return true;
  };
}
