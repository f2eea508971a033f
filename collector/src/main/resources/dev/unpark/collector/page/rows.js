// Parts that more than one page shows.

import {h} from './dom.js';
import {brief, clock, count, duration, kind} from './words.js';

export function badge(severity, certainty, type) {
  return h('span', {class: 'badge ' + severity}, certainty + ' ' + kind(type));
}

/** 12 of 40 instances of checkout. */
export function affected(incident) {
  return count(incident.affected, 'instance').replace(' instance', ' of ' + incident.reporting + ' instance')
      + ' of ' + incident.service;
}

/** How long, and since when. */
export function age(incident) {
  const end = incident.closedAt ? Date.parse(incident.closedAt) : Date.now();
  const lasted = duration(end - Date.parse(incident.openedAt));
  return h('span', {},
      incident.closedAt ? 'was open for ' + lasted + ', until ' : 'for ' + lasted + ', since ',
      h('time', {datetime: incident.closedAt ?? incident.openedAt, title: incident.closedAt ?? incident.openedAt},
          clock(incident.closedAt ?? incident.openedAt)));
}

/** One incident in a list. */
export function incidentRow(incident) {
  return h('li', {class: 'incident ' + incident.severity + (incident.closedAt ? ' over' : ''), 'data-item': true},
      h('a', {href: '/incidents/' + encodeURIComponent(incident.id), id: 'i-' + incident.id}, incident.headline),
      h('p', {class: 'facts'},
          badge(incident.severity, incident.certainty, incident.type), ' ',
          h('span', {}, affected(incident)), ' ',
          age(incident),
          incident.acknowledgedBy ? h('span', {class: 'ack'}, ' taken on by ' + incident.acknowledgedBy) : null));
}

/** Frames of a stack: the user's own stand out from the JDK's. */
export function frames(participant) {
  if (participant.stack.length === 0) {
    return h('p', {class: 'faint'}, 'no stack was taken');
  }
  return h('ol', {class: 'frames'}, participant.stack.map((frame, i) =>
      h('li', {class: i === participant.own ? 'own' : participant.jdk[i] ? 'jdk' : ''}, frame)));
}

/** A place in code, short, with all of it for whoever asks. */
export function place(site) {
  return h('code', {title: site}, brief(site));
}

/** A share as a bar with its number beside it. */
export function shareBar(share, text) {
  return h('span', {class: 'share'},
      h('span', {class: 'bar', 'aria-hidden': 'true', share: Math.min(1, share).toFixed(3)}), ' ', text);
}
