// Draws lanes on a canvas: only what is in sight, and nothing narrower than a pixel twice.

import {IDLE, RUNS, STOP, firstAfter} from './lanes-model.js';

export const AXIS = 24;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);
const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const LABEL_FROM = 34;
const LETTER = 6.2;

/** The colours of the theme, read once for as long as it lasts. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const its = (name) => style.getPropertyValue('--' + name).trim();
  const dark = style.colorScheme === 'dark';
  return {
    ink: its('ink'), faint: its('faint'), paper: its('paper'), line: its('line'), runs: its('runs'), idle: its('waits'), critical: its('critical'),
    box: (number, soft) => 'hsl(' + Math.round(number * 137.5 + 8) % 360 + (dark ? ' 42% 36%' : ' 62% 74%') + (soft ? ' / 45%)' : ')'),
  };
}

/**
 * @param view where one looks: from, to, top (pixels), row (height), gutter, width, height
 * @param lit number of the resource that stands out, or -1
 */
export function draw(g, lanes, threads, view, colour, lit) {
  g.clearRect(0, 0, view.width, view.height);
  g.textBaseline = 'middle';
  grid(g, view, colour);
  const first = Math.max(0, Math.floor(view.top / view.row));
  const last = Math.min(threads.length, Math.ceil((view.top + view.height - AXIS) / view.row));
  g.save();
  g.beginPath();
  g.rect(view.gutter, AXIS, view.width - view.gutter, view.height - AXIS);
  g.clip();
  for (let i = first; i < last; i++) {
    lane(g, lanes, threads[i].runs, AXIS + i * view.row - view.top, view, colour, lit);
  }
  g.restore();
  names(g, threads, first, last, view, colour);
}

function x(view, time) {
  return view.gutter + (time - view.from) * (view.width - view.gutter) / (view.to - view.from);
}

function grid(g, view, colour) {
  const perPixel = (view.to - view.from) / (view.width - view.gutter);
  const step = STEPS.find((each) => each / perPixel >= 84) ?? 600_000;
  g.font = '11px system-ui, sans-serif';
  g.textAlign = 'center';
  for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
    const at = Math.round(x(view, time)) + .5;
    g.fillStyle = colour.line;
    g.fillRect(at, AXIS - 4, 1, view.height);
    g.fillStyle = colour.faint;
    if (at > view.gutter + 24 && at < view.width - 24) {
      g.fillText(CLOCK.format(time), at, AXIS / 2 - 1);
    }
  }
}

function lane(g, lanes, runs, top, view, colour, lit) {
  const tall = Math.max(1, view.row - (view.row > 7 ? 3 : view.row > 3 ? 1 : 0));
  const scale = (view.width - view.gutter) / (view.to - view.from);
  let drawn = -1;
  for (let i = firstAfter(runs, view.from); i < runs.length && runs[i].from < view.to; i++) {
    const run = runs[i];
    const left = view.gutter + (run.from - view.from) * scale;
    const right = view.gutter + (run.to - view.from) * scale;
    const stop = run.doing === STOP;
    // What ends within a pixel that is filled already is not seen; a stop is never left out for less.
    if (right < drawn && !stop) {
      continue;
    }
    const width = Math.max(1, right - left);
    drawn = left + width;
    if (stop) {
      box(g, lanes, run, left, top, width, tall, view, colour, lit);
    } else {
      const thin = run.doing === RUNS ? Math.max(1, Math.min(4, tall / 2)) : Math.max(1, Math.min(1.5, tall / 4));
      g.fillStyle = run.doing === IDLE ? colour.idle : colour.runs;
      g.globalAlpha = run.doing === IDLE ? .45 : 1;
      g.fillRect(left, top + (tall - thin) / 2, width, thin);
      g.globalAlpha = 1;
    }
  }
}

function box(g, lanes, run, left, top, width, tall, view, colour, lit) {
  g.globalAlpha = lit >= 0 && lit !== run.resource ? .28 : 1;
  g.fillStyle = colour.box(run.resource, run.moved);
  g.fillRect(left, top, width, tall);
  if (lit === run.resource && tall > 4) {
    g.strokeStyle = colour.critical;
    g.strokeRect(left + .5, top + .5, Math.max(1, width - 1), tall - 1);
  }
  const from = Math.max(left, view.gutter);
  const room = Math.min(left + width, view.width) - from - 8;
  if (room > LABEL_FROM && tall >= 10) {
    g.fillStyle = colour.ink;
    g.font = '11px system-ui, sans-serif';
    g.textAlign = 'left';
    const name = lanes.resources[run.resource].name;
    g.fillText(name.length * LETTER > room ? name.slice(0, Math.floor(room / LETTER)) : name, from + 4, top + tall / 2 + .5);
  }
  g.globalAlpha = 1;
}

function names(g, threads, first, last, view, colour) {
  if (view.row < 9) {
    return;
  }
  g.font = '12px system-ui, sans-serif';
  g.textAlign = 'left';
  g.fillStyle = colour.ink;
  const most = Math.floor((view.gutter - 12) / 6.6);
  for (let i = first; i < last; i++) {
    const top = AXIS + i * view.row - view.top;
    const name = threads[i].name;
    // Threads of one kind differ at the end.
    const shown = name.length > most ? name.slice(0, most / 2 - 1) + '\u2026' + name.slice(name.length - most / 2 + 1) : name;
    if (top > AXIS - view.row / 2) {
      g.fillText(shown, 0, top + view.row / 2 - 1);
    }
  }
}
