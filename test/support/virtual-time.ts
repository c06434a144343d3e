// Virtual time: events in the order of their instants, and a clock that jumps from one to the next.

interface Event {
  readonly at: number;
  /** Decides between events of one instant. */
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime {
  /** Milliseconds since the epoch. */
  now = Date.UTC(2030, 3, 1, 12);
  readonly #heap: Event[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #scheduled = 0;
  #settles = false;

  /** Runs `run` at that instant, or now if it has passed. */
  at(instant: number, run: () => void): void {
    this.#push({ at: instant, order: this.#scheduled++, run });
  }

  /** Resolves after so many milliseconds; what awaits it goes on before the next event. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.now + ms, () => {
        this.#settles = true;
        resolve();
      });
    });
  }

  /** Lets time stand still while real work is done. */
  async standStill<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** Runs every event, and those that they schedule. */
  async run(): Promise<void> {
    for (let event = this.#pop(); event; event = this.#pop()) {
      this.now = Math.max(this.now, event.at);
      event.run();
      if (!this.#settles) continue;
      this.#settles = false;
      do {
        await Promise.allSettled(this.#underWay);
        await new Promise(setImmediate);
      } while (this.#underWay.size > 0);
    }
  }

  /** A binary heap. */
  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!precedes(event, heap[parent] as Event)) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child + 1 < heap.length && precedes(heap[child + 1] as Event, heap[child] as Event)) child += 1;
      if (child >= heap.length || !precedes(heap[child] as Event, last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function precedes(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
