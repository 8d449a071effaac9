/** What is found by its initiator task tag. The two links are the table's. */
export interface Tagged<Self> {
  readonly tag: number
  /** The next one of the same bucket. */
  sameBucket: Self | undefined
  /** Grows with everything that is entered. */
  entered: number
}

/** A power of two. */
const BUCKETS = 256

/** What a table has as long as there was no task: many a session has none. Nobody writes to it. */
const EMPTY: readonly undefined[] = new Array<undefined>(BUCKETS).fill(undefined)

/** Initiators count tags up, or make them of an index and of flags in the upper bytes. */
const bucketOf = (tag: number): number => (tag ^ (tag >>> 8) ^ (tag >>> 16)) & (BUCKETS - 1)

/**
 * The tasks of a session by their tags. Every command is entered, looked for and taken out once, for which a Map makes
 * tables anew again and again; here nothing is made.
 */
export class TagTable<T extends Tagged<T>> {
  #buckets = EMPTY as (T | undefined)[]
  #entered = 0
  #size = 0

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  /** Enters a task; another one that has its tag cannot be found from now on. */
  add(task: T): void {
    const former = this.find(task.tag)
    if (former) this.remove(former)
    if (this.#buckets === EMPTY) this.#buckets = new Array<T | undefined>(BUCKETS).fill(undefined)
    const bucket = bucketOf(task.tag)
    task.entered = ++this.#entered
    task.sameBucket = this.#buckets[bucket]
    this.#buckets[bucket] = task
    this.#size++
  }

  find(tag: number): T | undefined {
    let task = this.#buckets[bucketOf(tag)]
    while (task !== undefined && task.tag !== tag) task = task.sameBucket
    return task
  }

  /** Takes a task out, if it is in. */
  remove(task: T): void {
    const bucket = bucketOf(task.tag)
    const first = this.#buckets[bucket]
    if (first === task) this.#buckets[bucket] = task.sameBucket
    else {
      const before = this.#before(task, first)
      if (before === undefined) return
      before.sameBucket = task.sameBucket
    }
    task.sameBucket = undefined
    this.#size--
  }

  #before(task: T, first: T | undefined): T | undefined {
    let before = first
    while (before !== undefined && before.sameBucket !== task) before = before.sameBucket
    return before
  }

  /** Whether there is one that `which` picks. Makes nothing: it is asked for every read while memory is short. */
  some(which: (task: T) => boolean): boolean {
    for (const first of this.#buckets)
      for (let task = first; task !== undefined; task = task.sameBucket) if (which(task)) return true
    return false
  }

  /** All of them, in the order in which they were entered. */
  all(): T[] {
    const all: T[] = []
    for (const first of this.#buckets) for (let task = first; task !== undefined; task = task.sameBucket) all.push(task)
    return all.sort((a, b) => a.entered - b.entered)
  }
}
