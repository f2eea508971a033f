// Takes a thread dump or a recording, and shows what is wrong in it.

import {Locked, get, live, post} from './api.js';
import {fill, fromCollector, h} from './dom.js';

export function show(content) {
  const text = h('textarea', {id: 'dump', rows: '9', spellcheck: 'false', placeholder: 'jcmd PID Thread.print, jstack, kill -3, jcmd PID Thread.dump_to_file -format=json'});
  const file = h('input', {type: 'file', id: 'file', onchange: () => file.files[0] && diagnose(file.files[0], file.files[0].name)});
  const said = h('p', {role: 'status', id: 'said'});
  const result = h('div');
  const zone = h('section', {class: 'drop'},
      h('p', {}, h('label', {for: 'file'}, 'Drop a file here, or choose one: '), file),
      h('p', {}, h('label', {for: 'dump'}, 'Or paste a thread dump; two of the same JVM, seconds apart, prove more than one')),
      text,
      h('p', {}, h('button', {type: 'button', id: 'diagnose', onclick: () => diagnose(text.value, 'pasted dump')}, 'Diagnose'),
          ' ', h('span', {class: 'faint'}, 'Nothing of it is kept.')));

  for (const over of ['dragenter', 'dragover']) {
    zone.addEventListener(over, (event) => {
      event.preventDefault();
      zone.classList.add('over');
    });
  }
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    const dropped = event.dataTransfer.files[0];
    dropped ? diagnose(dropped, dropped.name) : diagnose(event.dataTransfer.getData('text'), 'dropped text');
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      diagnose(text.value, 'pasted dump');
    }
  });

  async function diagnose(body, name) {
    if (!body || body.size === 0) {
      said.textContent = 'Nothing was given yet.';
      return;
    }
    said.textContent = 'Reading ' + name + ' \u2026';
    fill(result);
    try {
      const headers = {accept: 'text/html', 'content-type': 'application/octet-stream'};
      const html = await post('/api/dumps?' + new URLSearchParams({name}), body, headers);
      said.textContent = 'Report of ' + name + ':';
      const frame = h('iframe', {title: 'Report of ' + name, sandbox: 'allow-scripts'});
      frame.srcdoc = fromCollector(html);
      const link = h('a', {class: 'button', download: 'unpark-report.html', href: URL.createObjectURL(new Blob([html], {type: 'text/html'}))}, 'Save the report');
      fill(result, h('p', {}, link), frame);
    } catch (failure) {
      if (failure instanceof Locked) {
        dispatchEvent(new CustomEvent('locked', {detail: failure.message}));
        return;
      }
      said.textContent = failure.message;
    }
  }

  fill(content, h('h1', {}, 'Why do these threads wait?'), zone, said, result);
  // Whoever needs a token is asked before a dump is pasted, not after.
  return live(0, async () => {
    await get('/api/incidents?limit=1');
    return false;
  });
}
