// Builds the pages. Text always becomes text: nothing that came from a JVM is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child);
    }
  }
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'share') {
      element.style.setProperty('--share', value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  return element;
}

/** An element: h('a', {href: '/'}, 'text', otherElement). */
export function h(tag, attributes = {}, ...children) {
  return append(set(document.createElement(tag), attributes), children);
}

/** An element of a picture. */
export function svg(tag, attributes = {}, ...children) {
  return append(set(document.createElementNS(SVG, tag), attributes), children);
}

/** Puts the children in the place of what is there, keeping focus on what has the same id. */
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : '';
  element.replaceChildren();
  append(element, children);
  if (focused) {
    document.getElementById(focused)?.focus({preventScroll: true});
  }
}

const policy = globalThis.trustedTypes?.createPolicy('unpark', {createHTML: (text) => text});

/** Markup that the collector made and escaped: a picture, a report. The only way in. */
export function fromCollector(markup) {
  return policy ? policy.createHTML(markup) : markup;
}

/** The elements of such markup. */
export function pictured(markup) {
  const parsed = new DOMParser().parseFromString(fromCollector(markup), 'text/html');
  return [...parsed.body.childNodes].map((node) => document.importNode(node, true));
}
