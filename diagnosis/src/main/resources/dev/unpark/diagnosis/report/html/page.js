for (const list of document.querySelectorAll('.threads')) {
  const field = list.querySelector('input');
  const hits = list.querySelector('output');
  const rows = Array.from(list.querySelectorAll('tbody tr'));
  const stackOf = (row) => {
    const link = row.querySelector('a');
    const stack = link && document.getElementById(link.hash.slice(1));
    return stack ? stack.textContent : '';
  };
  let texts;
  field.addEventListener('input', () => {
    texts = texts || rows.map((row) => (row.textContent + ' ' + stackOf(row)).toLowerCase());
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !texts[i].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    hits.textContent = shown + ' of ' + rows.length + ' threads';
  });
}
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.tagName === 'DETAILS') {
    target.open = true;
  }
};
addEventListener('hashchange', reveal);
reveal();
