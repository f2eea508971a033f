// Asks the collector.

const KEY = 'unpark.token';

/** The collector wants a token, or another one. */
export class Locked extends Error {}

/** Sends a request; throws what a reader can understand. */
async function send(path, options = {}) {
  const headers = {...options.headers};
  const token = sessionStorage.getItem(KEY);
  if (token) {
    headers.authorization = 'Bearer ' + token;
  }
  let answer;
  try {
    answer = await fetch(path, {...options, headers});
  } catch {
    throw new Error('the collector does not answer');
  }
  if (answer.status === 401) {
    throw new Locked(token ? 'the token is not accepted' : 'the collector asks for a token');
  }
  return answer;
}

/** Keeps the token while this tab is open. */
export function useToken(token) {
  sessionStorage.setItem(KEY, token);
}

async function complaint(answer) {
  const text = await answer.text();
  try {
    const error = JSON.parse(text).error;
    return error.found + '; expected ' + error.expected;
  } catch {
    return text.slice(0, 300) || 'the collector answered ' + answer.status;
  }
}

/** What is at a path, or null when there is no such thing. */
export async function get(path) {
  const answer = await send(path, {headers: {accept: 'application/json'}});
  if (answer.status === 404) {
    return null;
  }
  if (!answer.ok) {
    throw new Error(await complaint(answer));
  }
  return answer.json();
}

/** A file, to be saved. */
export async function blob(path) {
  const answer = await send(path);
  if (!answer.ok) {
    throw new Error(await complaint(answer));
  }
  return answer.blob();
}

/** Sends a body, and gives what is answered as text; a page that says what is wrong is an answer too. */
export async function post(path, body, headers) {
  const answer = await send(path, {method: 'POST', body, headers});
  if (!answer.ok && !answer.headers.get('content-type')?.startsWith('text/html')) {
    throw new Error(await complaint(answer));
  }
  return answer.text();
}

/**
 * Does something now and every so often while the page is looked at. Says in the head of the page
 * whether what is shown is current.
 *
 * @param give gets a function that does it at once, out of turn
 */
export function live(every, refresh, give = () => {}) {
  const status = document.getElementById('live');
  let timer;
  const round = async () => {
    clearTimeout(timer);
    try {
      const again = await refresh();
      status.className = '';
      status.textContent = again === false ? '' : 'live';
      if (again === false) {
        return;
      }
    } catch (failure) {
      if (failure instanceof Locked) {
        dispatchEvent(new CustomEvent('locked', {detail: failure.message}));
        return;
      }
      status.className = 'stale';
      status.textContent = 'not current: ' + failure.message;
    }
    if (!document.hidden) {
      // Two rounds may have overlapped.
      clearTimeout(timer);
      timer = setTimeout(round, every);
    }
  };
  document.addEventListener('visibilitychange', () => document.hidden || round());
  give(round);
  return round();
}
