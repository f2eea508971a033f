// How times and numbers are told.

const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-GB', {day: '2-digit', month: 'short'});

/** 41 s, 3 min, 5 h, 2 d. */
export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) {
    return seconds + ' s';
  }
  if (seconds < 7200) {
    return Math.floor(seconds / 60) + ' min';
  }
  return seconds < 172800 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86400) + ' d';
}

/** 03:12:07, with the day before it when that is not today. */
export function clock(iso) {
  const time = new Date(iso);
  const today = new Date().toDateString() === time.toDateString();
  return (today ? '' : DAY.format(time) + ' ') + CLOCK.format(time);
}

/** 1 thread, 2 threads. */
export function count(n, noun, plural = noun + 's') {
  return n.toLocaleString('en-GB') + ' ' + (n === 1 ? noun : plural);
}

/** 12 %, but never 0 % of something. */
export function percent(share) {
  if (share <= 0) {
    return '0 %';
  }
  return share < 0.01 ? '< 1 %' : Math.round(share * 100) + ' %';
}

/** Class.method(File.java:12): a frame or site without its package. */
export function brief(frame) {
  const parenthesis = frame.indexOf('(');
  const method = parenthesis < 0 ? frame : frame.slice(0, parenthesis);
  const beforeClass = method.lastIndexOf('.', method.lastIndexOf('.') - 1);
  return frame.slice(beforeClass + 1);
}

/** deadlock, starvation deadlock. */
export function kind(type) {
  return type.replaceAll('-', ' ');
}

/** Where the page of one JVM is. */
export function jvmLink(service, instance, view = '') {
  const query = new URLSearchParams({service, instance});
  return '/jvm?' + query + (view ? '#' + view : '');
}
