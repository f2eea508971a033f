// What every page does; then the script of this page fills it in.

import {useToken} from './api.js';
import {fill, h} from './dom.js';
import * as keys from './keys.js';

const content = document.getElementById('content');

function theme() {
  const button = document.getElementById('theme');
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const current = () => root.dataset.theme ?? (system.matches ? 'dark' : 'light');
  const other = () => (current() === 'dark' ? 'light' : 'dark');
  const name = () => (button.textContent = other() === 'dark' ? 'Dark' : 'Light');
  button.addEventListener('click', () => {
    const chosen = other();
    root.dataset.theme = chosen;
    localStorage.setItem('unpark.theme', chosen);
    name();
    dispatchEvent(new Event('theme'));
  });
  system.addEventListener('change', () => {
    name();
    dispatchEvent(new Event('theme'));
  });
  name();
}

function nav() {
  for (const link of document.querySelectorAll('nav a')) {
    const path = link.getAttribute('href');
    if (path === '/' ? location.pathname === '/' : location.pathname.startsWith(path)) {
      link.setAttribute('aria-current', 'page');
    }
  }
}

function askForToken({detail: why}) {
  const field = h('input', {type: 'password', id: 'token', autocomplete: 'off', required: true});
  const form = h('form', {class: 'notice'},
      h('h1', {}, 'Token'),
      h('p', {id: 'why', role: 'alert'}, why),
      h('label', {for: 'token'}, 'API token'), ' ', field, ' ',
      h('button', {}, 'Use it'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(field.value);
    location.reload();
  });
  fill(content, form);
  field.focus();
}

keys.start();
theme();
nav();
addEventListener('locked', askForToken);
if (content) {
  const page = await import('./' + content.dataset.page + '.js');
  await page.show(content);
  content.removeAttribute('aria-busy');
}
