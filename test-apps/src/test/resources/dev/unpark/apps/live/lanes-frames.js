// Runs before the page's own scripts: answers for the lanes, and measures frames.
(() => {
  const THREADS = 500;
  const LOOKS = 300;
  const STEP = 2000;
  const RESOURCES = 200;
  const FRAMES = 300;
  const to = Date.now();
  const from = to - LOOKS * STEP;
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;

  const resources = Array.from({length: RESOURCES}, (_, i) => ({
    id: 'r' + i, kind: i % 5 ? 'reentrant' : 'queue', class: 'java.util.concurrent.locks.ReentrantLock', site: 'shop.Cart.add(Cart.java:' + i + ')',
  }));
  const run = (look) => {
    const runs = random() < .4;
    const start = from + look * STEP;
    return [start, start + STEP, runs ? 'RUNNABLE' : 'WAITING', runs ? -1 : Math.floor(random() * RESOURCES), random() < .2 ? 2 : 0];
  };
  const threads = Array.from({length: THREADS}, (_, i) => ({
    id: i, name: 'http-nio-8080-exec-' + i, virtual: false, runs: Array.from({length: LOOKS}, (_, look) => run(look)),
  }));
  const all = JSON.stringify({from, to, resources, threads});
  const nothing = JSON.stringify({from: to, to, resources: [], threads: []});
  const ask = window.fetch;
  window.fetch = (path, options) => String(path).includes('/lanes')
    ? Promise.resolve(new Response(String(path).includes('since') ? nothing : all))
    : ask(path, options);

  const press = (key) => document.querySelector('canvas').dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  const wheel = (deltaY) => document.querySelector('canvas').dispatchEvent(new WheelEvent('wheel', {deltaY, bubbles: true, cancelable: true}));
  const button = (text) => [...document.querySelectorAll('button')].find((each) => each.textContent === text);
  const scroll = (n) => wheel(n % 100 < 50 ? 60 : -60);
  const dense = () => button('Dense').getAttribute('aria-pressed') === 'true' || button('Dense').click();
  const WAYS = {
    nothing: [() => {}, () => {}],
    pan: [() => {}, (n) => press(n % 100 < 50 ? 'ArrowLeft' : 'ArrowRight')],
    scroll: [() => button('All of it').click(), scroll],
    'scroll-dense': [() => (button('All of it').click(), dense()), scroll],
    'zoom-dense': [dense, (n) => press(n % 20 < 10 ? '+' : '-')],
  };

  window.measureFrames = (what) => new Promise((done) => {
    const [prepare, step] = WAYS[what];
    prepare();
    const gaps = [];
    let last = 0;
    const frame = () => {
      const now = performance.now();
      if (last) {
        gaps.push(now - last);
      }
      last = now;
      if (gaps.length === FRAMES) {
        gaps.sort((a, b) => a - b);
        const at = (share) => gaps[Math.min(FRAMES - 1, Math.floor(FRAMES * share))].toFixed(1);
        done(what + ' ' + at(.5) + ' ' + at(.95) + ' ' + at(1));
        return;
      }
      step(gaps.length);
      requestAnimationFrame(frame);
    };
    setTimeout(() => requestAnimationFrame(frame), 500);
  });
})();
