import { close } from 'node:fs'
import { promisify } from 'node:util'
import { checkOptions } from '@lunkit/wire'
import { Descriptor } from '../descriptor/descriptor.ts'
import type { DescriptorCounters } from '../descriptor/descriptor-counters.ts'
import { libc } from '../native/libc-access.ts'
import type { FaultClearing, FlushFailure } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import type { StoreListener } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'
import { endOf } from './file-end.ts'
import { leadsToFile } from './file-identity.ts'
import { type OpenedFile, openBackingFile } from './file-opening.ts'
import { FILE_SPACE } from './file-space.ts'
import { FILEIO_DOMAINS, type FileioOptions } from './fileio-options.ts'
import { ServedSize } from './served-size.ts'

const closeFd = promisify(close)

/**
 * Opens a file as a store, or creates it sparse.
 * @throws {StoreOpenError} naming the path, what is wrong and what would be right. {TypeError} or {RangeError} for options that
 * cannot be.
 */
export async function openFileio(options: FileioOptions): Promise<Fileio> {
  checkOptions('openFileio', options, FILEIO_DOMAINS)
  const library = options.lanes.native ? libc() : undefined
  const { path, sizeBytes, readOnly = false, unlocked = false, create = true, opened = () => {} } = options
  const file = await openBackingFile({ path, sizeBytes, readOnly, unlocked, create, opened, libc: library })
  const store = new Fileio(options, file)
  if (library && !readOnly) store.settle()
  return store
}

/** A store that keeps its blocks in a file. */
export class Fileio implements Store {
  readonly plugin = 'fileio'
  readonly productName = 'FILEIO'
  /** As LIO takes it, whatever the file lies on. */
  readonly rotational = true
  readonly name: string
  readonly path: string
  readonly features: StoreFeatures
  readonly #file: OpenedFile
  readonly #descriptor: Descriptor
  readonly #served: ServedSize

  /** @internal see openFileio */
  constructor(options: FileioOptions, file: OpenedFile) {
    const { name, path, sizeBytes: asked, writeBack, lanes, readOnly = false, inPlace = true } = options
    this.name = name
    this.path = path
    this.features = {
      write: !readOnly,
      discard: file.canPunch,
      extents: file.canSeek,
      discardsToZeroes: true,
      discardGranularityBytes: Number(file.stats.blksize),
      writeBack,
    }
    this.#file = file
    const { plugin, features } = this
    const { fd, witnessFd, sizeBytes } = file
    const descriptor = new Descriptor({
      ...{ plugin, name, fd, witnessFd, sizeBytes, features, lanes },
      space: FILE_SPACE,
      inPlace: { allowed: inPlace, writes: file.isLocal },
      endFound: () => void this.#served.check(),
      isSame: () => leadsToFile(file, this.sizeBytes),
      flushFailure: options.flushFailure,
    })
    this.#descriptor = descriptor
    this.#served = new ServedSize({
      ...{ follows: asked === undefined, canGrow: !readOnly, end: endOf(fd), descriptor },
      timers: lanes.timers,
    })
  }

  get sizeBytes(): number {
    return this.#descriptor.sizeBytes
  }

  get available(): boolean {
    return this.#descriptor.health.isAvailable
  }

  get counters(): DescriptorCounters {
    return this.#descriptor.counters
  }

  /** @internal See Descriptor. */
  settle(): void {
    this.#descriptor.settle()
  }

  /** @internal When `settle` is done, or at once. */
  get settled(): Promise<void> {
    return this.#descriptor.settled
  }

  listen(listener: StoreListener): () => void {
    return this.#descriptor.listeners.add(listener)
  }

  submit(request: StoreRequest): boolean {
    return this.#descriptor.submit(request)
  }

  /** Looks at the file; a disk that was given no size is from now on as long as its file is. */
  checkSize(): Promise<void> {
    return this.#served.check()
  }

  /**
   * Serves so much of the file from now on, undefined: what the file has, now and later. A file that is shorter is made
   * longer, whatever `create` was; one that is longer is never cut off: what lies behind the end stays, and is there
   * when the disk grows again. See Store.
   */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    return this.#served.change(sizeBytes)
  }

  get flushFailure(): FlushFailure | undefined {
    return this.#descriptor.health.flushing.failure
  }

  clearFault(): FaultClearing {
    return this.#descriptor.health.clearFault()
  }

  close(): Promise<StoreFault | undefined> {
    const stopped = this.#served.stop()
    return this.#descriptor.close(() => stopped.then(() => this.#closeFile()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const fault = await this.close()
    if (fault) throw new Error(`${this.path} was closed, but its last flush ended with ${fault}; check what it holds`)
  }

  async #closeFile(): Promise<void> {
    const { fd, witnessFd, lock } = this.#file
    lock.release()
    // A descriptor that leads elsewhere belongs to somebody else.
    if (this.#descriptor.health.outage.hasFile) await closeFd(fd)
    if (witnessFd !== undefined) await closeFd(witnessFd)
  }
}
