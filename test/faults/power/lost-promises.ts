/** A bug by which a program promises more than it keeps: a line of its sources, what stands there instead, and which modes it concerns. */
type LostPromise = {
  readonly file: string
  readonly line: string
  readonly instead: string
  readonly modes: readonly string[]
}

const flushing = '/backstores/src/descriptor/flushing.ts'
const work = '/backstores/src/descriptor/descriptor-work.ts'
const service = '/backstores/src/lanes/lane-service.ts'
const ofFua = 'return operation !== StoreOperation.extents && (fua || !this.#options.features.writeBack)'

/** Such bugs, by name. */
export const lostPromises = {
  'a flush that is answered before it is done': {
    file: flushing,
    line: 'this.#affinity.submit(this.#job)',
    instead: `this.#affinity.submit(this.#job)
    for (const request of this.#running) { request.fault = undefined; this.#owner.flushEnded(request) }
    this.#running = { length: 1, [Symbol.iterator]: () => [][Symbol.iterator]() }`,
    modes: ['fileio', 'direct', 'aio'],
  },
  'a flush that no lane makes': {
    file: service,
    line: 'case LaneOperation.sync:\n        return this.#sync(fd)',
    instead: 'case LaneOperation.sync:\n        return 0',
    modes: ['fileio', 'block'],
  },
  'a flush that is taken to cover what came while it was made': {
    file: flushing,
    line: 'this.#covered = this.#coveredByRunning',
    instead: 'this.#covered = this.#changes',
    modes: ['fileio'],
  },
  'FUA that the store ignores': {
    file: work,
    line: ofFua,
    instead: 'return operation !== StoreOperation.extents && !this.#options.features.writeBack',
    modes: ['fileio', 'block', 'direct', 'aio'],
  },
  'FUA that the engine does not hand on': {
    file: '/scsi-engine/src/commands/block/write.ts',
    line: 'fua || unit.writesThrough',
    instead: 'unit.writesThrough',
    modes: ['fileio-4096', 'direct-4096'],
  },
  'a write through that is not brought to the medium': {
    file: work,
    line: ofFua,
    instead: 'return operation !== StoreOperation.extents && fua',
    modes: ['fileio-through', 'block-through', 'direct-through', 'aio-through'],
  },
  'a write through that does not wait for the flush that it shares': {
    file: work,
    line: 'const waits = !request.fault',
    instead: 'const waits = false && !request.fault',
    modes: ['fileio-through', 'block-through'],
  },
  'an UNMAP through that is not brought to the medium': {
    file: service,
    line: 'if (result < 0 || !sync) return result',
    instead: 'return result',
    modes: ['fileio-through', 'direct-through', 'aio-through'],
  },
  'a write cache that was turned off and is used': {
    file: '/scsi-engine/src/unit/logical-unit.ts',
    line: 'return this.store.features.writeBack && !this.attributes.emulateWriteCache',
    instead: 'return false',
    modes: ['fileio-no-cache'],
  },
} as const satisfies Readonly<Record<string, LostPromise>>
