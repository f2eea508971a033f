// Draws lanes on a canvas: only what is in sight, and nothing narrower than a pixel twice. Lanes that are too low for words
// are made of pixels and stretched, which takes a tenth of the time that as many boxes do.

import {RUNS, STOP, firstAfter} from './lanes-model.js';

export const AXIS = 24;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);
const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const LABEL_FROM = 34;
const LETTER = 6.2;
const LOW = 9;
const HUES = 64;

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const swatch = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});

/** A colour as one pixel of an image. */
function pixel(colour, alpha = 1) {
  swatch.clearRect(0, 0, 1, 1);
  swatch.globalAlpha = alpha;
  swatch.fillStyle = colour;
  swatch.fillRect(0, 0, 1, 1);
  const [red, green, blue, opaque] = swatch.getImageData(0, 0, 1, 1).data;
  return LITTLE_ENDIAN ? ((opaque << 24) | (blue << 16) | (green << 8) | red) >>> 0 : ((red << 24) | (green << 16) | (blue << 8) | opaque) >>> 0;
}

/** The colours of the theme, made once for as long as it lasts. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const its = (name) => style.getPropertyValue('--' + name).trim();
  const tone = style.colorScheme === 'dark' ? ' 42% 36%' : ' 62% 74%';
  const boxes = [];
  for (let i = 0; i < HUES; i++) {
    const hue = 'hsl(' + Math.round(i * 137.5 + 8) % 360 + tone;
    boxes.push([hue + ')', hue + ' / 45%)']);
  }
  const colour = {ink: its('ink'), faint: its('faint'), line: its('line'), runs: its('runs'), idle: its('waits'), critical: its('critical'), boxes};
  colour.pixels = {boxes: boxes.map((pair) => pair.map((each) => pixel(each))), runs: pixel(colour.runs, .5), idle: pixel(colour.idle, .25)};
  return colour;
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
  if (view.row < LOW) {
    pixels(g, threads, first, last, view, colour, lit);
  } else {
    for (let i = first; i < last; i++) {
      lane(g, lanes, threads[i].runs, AXIS + i * view.row - view.top, view, colour, lit);
    }
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

/** One pixel high each, stretched to the height of a lane. */
function pixels(g, threads, first, last, view, colour, lit) {
  const wide = Math.max(1, Math.round(view.width - view.gutter));
  const high = Math.max(1, last - first);
  const image = new ImageData(wide, high);
  const all = new Uint32Array(image.data.buffer);
  const scale = wide / (view.to - view.from);
  for (let i = first; i < last; i++) {
    const runs = threads[i].runs;
    const row = (i - first) * wide;
    for (let r = firstAfter(runs, view.from); r < runs.length && runs[r].from < view.to; r++) {
      const run = runs[r];
      const left = Math.max(0, Math.round((run.from - view.from) * scale));
      const right = Math.min(wide, Math.max(left + 1, Math.round((run.to - view.from) * scale)));
      if (run.doing === STOP) {
        const faint = run.moved || (lit >= 0 && lit !== run.resource) ? 1 : 0;
        all.fill(colour.pixels.boxes[run.resource % HUES][faint], row + left, row + right);
      } else {
        all.fill(run.doing === RUNS ? colour.pixels.runs : colour.pixels.idle, row + left, row + right);
      }
    }
  }
  const sheet = new OffscreenCanvas(wide, high);
  sheet.getContext('2d').putImageData(image, 0, 0);
  g.imageSmoothingEnabled = false;
  g.drawImage(sheet, view.gutter, AXIS + first * view.row - view.top, wide, high * view.row);
  for (let i = first; i < last; i++) {
    g.clearRect(view.gutter, AXIS + (i + 1) * view.row - view.top - 1, wide, 1);
  }
}

function lane(g, lanes, runs, top, view, colour, lit) {
  const tall = view.row - 3;
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
    } else if (run.doing === RUNS) {
      g.fillStyle = colour.runs;
      g.fillRect(left, top + tall / 2 - 2, width, 4);
    } else {
      g.globalAlpha = .45;
      g.fillStyle = colour.idle;
      g.fillRect(left, top + tall / 2 - .75, width, 1.5);
      g.globalAlpha = 1;
    }
  }
}

function box(g, lanes, run, left, top, width, tall, view, colour, lit) {
  const dim = lit >= 0 && lit !== run.resource;
  if (dim) {
    g.globalAlpha = .28;
  }
  g.fillStyle = colour.boxes[run.resource % HUES][run.moved ? 1 : 0];
  g.fillRect(left, top, width, tall);
  if (lit === run.resource) {
    g.strokeStyle = colour.critical;
    g.strokeRect(left + .5, top + .5, Math.max(1, width - 1), tall - 1);
  }
  const from = Math.max(left, view.gutter);
  const room = Math.min(left + width, view.width) - from - 8;
  if (room > LABEL_FROM) {
    g.fillStyle = colour.ink;
    g.font = '11px system-ui, sans-serif';
    g.textAlign = 'left';
    const name = lanes.resources[run.resource].name;
    g.fillText(name.length * LETTER > room ? name.slice(0, Math.floor(room / LETTER)) : name, from + 4, top + tall / 2 + .5);
  }
  if (dim) {
    g.globalAlpha = 1;
  }
}

function names(g, threads, first, last, view, colour) {
  if (view.row < LOW) {
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
