// What the lanes show: for each thread its runs of time, each spent in one way.

const KEPT = 10 * 60_000;
const MOVED = 2;

/** Waits for what another has. Whoever waits for the rest waits for work, or for time to pass. */
const STOPS = new Set(['monitor', 'class-initialization', 'reentrant', 'read-write', 'stamped', 'semaphore', 'latch', 'barrier',
  'synchronizer', 'future', 'thread-end', 'connection-pool', 'remote']);

export const RUNS = 0;
export const IDLE = 1;
export const STOP = 2;

export class Lanes {
  threads = [];
  resources = [];
  from = 0;
  to = 0;
  #byId = new Map();
  #numbers = new Map();
  #names = new Map();

  /** Takes what came since the last time; says whether there was anything. */
  add(answer) {
    if (answer.to < this.to) {
      this.#restart();
    }
    if (answer.to <= this.to) {
      return false;
    }
    const numbers = answer.resources.map((resource) => this.#number(resource));
    for (const seen of answer.threads) {
      const thread = this.#thread(seen);
      for (const [from, to, state, resource, flags] of seen.runs) {
        this.#run(thread.runs, from, to, state, resource < 0 ? -1 : numbers[resource], flags);
      }
    }
    this.to = answer.to;
    this.from = this.from ? Math.max(this.from, this.to - KEPT) : answer.from;
    this.#forget();
    return true;
  }

  /** The JVM's clock was set back, or the collector has begun anew: what is known here is of another time. */
  #restart() {
    this.threads = [];
    this.resources = [];
    this.from = 0;
    this.to = 0;
    this.#byId.clear();
    this.#numbers.clear();
    this.#names.clear();
  }

  #number(resource) {
    let number = this.#numbers.get(resource.id);
    if (number === undefined) {
      number = this.resources.length;
      this.#numbers.set(resource.id, number);
      const simple = resource.class.slice(resource.class.lastIndexOf('.') + 1) || resource.kind;
      const same = (this.#names.get(simple) ?? 0) + 1;
      this.#names.set(simple, same);
      this.resources.push({...resource, stop: STOPS.has(resource.kind), name: same > 1 ? simple + ' ' + same : simple});
    }
    return number;
  }

  #thread(seen) {
    let thread = this.#byId.get(seen.id);
    if (!thread) {
      thread = {id: seen.id, name: '', runs: [], stopped: 0};
      this.#byId.set(seen.id, thread);
      this.threads.push(thread);
    }
    thread.name = seen.name.trim() || (seen.virtual ? 'virtual #' : '#') + seen.id;
    return thread;
  }

  /** A run that was told before is told again when it went on. */
  #run(runs, from, to, state, resource, flags) {
    while (runs.length > 0 && runs.at(-1).from >= from) {
      runs.pop();
    }
    const last = runs.at(-1);
    if (last && last.to >= from) {
      if (last.state === state && last.resource === resource && last.flags === flags) {
        last.to = Math.max(last.to, to);
        return;
      }
      last.to = from;
    }
    const stop = resource >= 0 && this.resources[resource].stop;
    const doing = stop ? STOP : state === 'RUNNABLE' ? RUNS : IDLE;
    runs.push({from, to, state, resource, flags, doing, moved: (flags & MOVED) !== 0});
  }

  #forget() {
    this.threads = this.threads.filter((thread) => {
      let gone = 0;
      while (gone < thread.runs.length && thread.runs[gone].to < this.from) {
        gone++;
      }
      thread.runs.splice(0, gone);
      thread.stopped = thread.runs.reduce((sum, run) => sum + (run.doing === STOP ? run.to - Math.max(run.from, this.from) : 0), 0);
      if (thread.runs.length === 0) {
        this.#byId.delete(thread.id);
      }
      return thread.runs.length > 0;
    });
  }

  /** The lanes to show, in their order. */
  shown({filter, onlyStopped, byName}) {
    const wanted = filter.toLowerCase();
    const order = byName
      ? (a, b) => a.name.localeCompare(b.name, 'en', {numeric: true})
      : (a, b) => b.stopped - a.stopped || a.name.localeCompare(b.name, 'en', {numeric: true});
    return this.threads
        .filter((thread) => thread.name.toLowerCase().includes(wanted) && (!onlyStopped || thread.stopped > 0))
        .sort(order);
  }

  /** Where most time was lost between two moments, most first. */
  costs(from, to) {
    const lost = new Map();
    for (const thread of this.threads) {
      for (let i = firstAfter(thread.runs, from); i < thread.runs.length && thread.runs[i].from < to; i++) {
        const run = thread.runs[i];
        const time = Math.min(run.to, to) - Math.max(run.from, from);
        if (run.doing === STOP && time > 0) {
          let its = lost.get(run.resource);
          if (!its) {
            its = {resource: this.resources[run.resource], number: run.resource, time: 0, threads: 0, last: null};
            lost.set(run.resource, its);
          }
          its.time += time;
          its.threads += its.last === thread ? 0 : 1;
          its.last = thread;
        }
      }
    }
    return [...lost.values()].sort((a, b) => b.time - a.time);
  }
}

/** The first run that ends after a moment. */
export function firstAfter(runs, time) {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle].to <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
