import { checkOptions } from '@lunkit/wire'
import { Descriptor } from '../descriptor/descriptor.ts'
import { DescriptorStore } from '../descriptor/descriptor-store.ts'
import { libc } from '../native/libc-access.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { checkNewSize } from '../store-domain.ts'
import { endOf } from './file-end.ts'
import { leadsToFile } from './file-identity.ts'
import { type OpenedFile, openBackingFile } from './file-opening.ts'
import { FILE_SPACE } from './file-space.ts'
import { FILEIO_DOMAINS, type FileioOptions } from './fileio-options.ts'
import { ServedSize } from './served-size.ts'

/**
 * Opens a file as a store, or creates it.
 * @throws {StoreOpenError} naming the path, what is wrong and what would be right. {TypeError} or {RangeError} for options that
 * cannot be.
 */
export async function openFileio(options: FileioOptions): Promise<Fileio> {
  checkOptions('openFileio', options, FILEIO_DOMAINS)
  const library = options.lanes.native ? libc() : undefined
  const {
    path,
    sizeBytes,
    readOnly = false,
    unlocked = false,
    create = true,
    direct = false,
    opened = () => {},
  } = options
  const lengthening = { sparse: options.sparse ?? true, libc: library }
  const file = await openBackingFile({ path, sizeBytes, readOnly, unlocked, create, opened, direct, ...lengthening })
  const store = new Fileio(options, file)
  if (library && !readOnly && !direct) store.settle()
  return store
}

/** A store that keeps its blocks in a file. A disk that was given no size, or whose size was taken away, is as long as its file is. */
export class Fileio extends DescriptorStore {
  readonly plugin = 'fileio'
  readonly productName = 'FILEIO'
  /** As LIO takes it, whatever the file lies on. */
  readonly rotational = true
  readonly features: StoreFeatures
  protected readonly opened: OpenedFile
  protected readonly descriptor: Descriptor
  protected readonly served: ServedSize

  /** @internal see openFileio */
  constructor(options: FileioOptions, file: OpenedFile) {
    super(options)
    const { name, sizeBytes: asked, writeBack, lanes, readOnly = false, inPlace = true } = options
    this.features = {
      write: !readOnly,
      discard: file.canPunch,
      extents: file.canSeek,
      leastBlockBytes: file.direct?.leastBlockBytes,
      discardsToZeroes: true,
      discardGranularityBytes: Number(file.stats.blksize),
      writeBack,
    }
    this.opened = file
    const { plugin, features } = this
    const { fd, witnessFd, sizeBytes } = file
    const directFd = file.direct?.fd
    this.descriptor = new Descriptor({
      ...{ plugin, name, fd, witnessFd, directFd, sizeBytes, features, lanes },
      space: FILE_SPACE,
      // What goes past the page cache waits for the medium.
      inPlace: { allowed: inPlace && directFd === undefined, writes: file.isLocal },
      endFound: () => void this.served.check(),
      isSame: () => leadsToFile(file, this.sizeBytes),
      flushFailure: options.flushFailure,
    })
    this.served = new ServedSize({
      ...{
        follows: asked === undefined,
        canGrow: !readOnly,
        end: endOf(fd, file.lengthening),
        descriptor: this.descriptor,
      },
      timers: lanes.timers,
    })
  }

  /** @internal See Descriptor. */
  settle(): void {
    this.descriptor.settle()
  }

  /** @internal When `settle` is done, or at once. */
  get settled(): Promise<void> {
    return this.descriptor.settled
  }

  /**
   * Serves so much of the file from now on, undefined: what the file has, now and later. A file that is shorter is made
   * longer, whatever `create` was; one that is longer is never cut off: what lies behind the end stays, and is there
   * when the disk grows again. See Store.
   */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    return this.served.change(sizeBytes)
  }

  protected override unlock(): void {
    this.opened.lock.release()
  }
}
