import { close } from 'node:fs'
import { promisify } from 'node:util'
import { checkOptions } from '@lunkit/wire'
import { Descriptor } from '../descriptor/descriptor.ts'
import type { DescriptorCounters } from '../descriptor/descriptor-counters.ts'
import { FILE_SPACE } from '../fileio/file-space.ts'
import { ServedSize } from '../fileio/served-size.ts'
import { storeLimits } from '../limits.ts'
import type { FaultClearing, FlushFailure } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import type { StoreGeometry } from '../store/store-geometry.ts'
import type { StoreListener } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'
import { BLOCK_DOMAINS, type BlockOptions } from './block-options.ts'
import { endOfDevice } from './device-end.ts'
import type { DeviceFacts } from './device-facts.ts'
import { isSameDevice } from './device-identity.ts'
import { type OpenedDevice, openDevice } from './device-opening.ts'

const closeFd = promisify(close)

/**
 * Opens a block device as a store.
 * @throws {StoreOpenError} naming the path, what is wrong (who holds the device, as far as the kernel tells) and what would be right.
 * {TypeError} or {RangeError} for options that cannot be.
 */
export async function openBlock(options: BlockOptions): Promise<Block> {
  checkOptions('openBlock', options, BLOCK_DOMAINS)
  const { path, readOnly = false, exclusive = true, lanes } = options
  // Past the page cache memory must lie on its pages: that of a slab does, what lanes without koffi zero with does not.
  const direct = (options.direct ?? true) && lanes.native
  return new Block({ ...options, direct }, await openDevice({ path, readOnly, exclusive, direct }))
}

/** A store that keeps its blocks on a block device. */
export class Block implements Store {
  readonly plugin = 'block'
  readonly productName = 'IBLOCK'
  readonly rotational: boolean
  readonly name: string
  readonly path: string
  readonly features: StoreFeatures
  /** What the kernel said of the device when it was opened. */
  readonly facts: DeviceFacts
  readonly geometry: StoreGeometry
  readonly #device: OpenedDevice
  readonly #descriptor: Descriptor
  readonly #served: ServedSize

  /** @internal see openBlock */
  constructor(options: BlockOptions, device: OpenedDevice) {
    const { name, path, lanes, readOnly = false, direct = true } = options
    const { fd, witnessFd, facts } = device
    this.name = name
    this.path = path
    this.rotational = facts.rotational
    this.facts = facts
    this.features = featuresOf(options, facts)
    this.geometry = geometryOf(facts)
    this.#device = device
    const { plugin, features } = this
    const descriptor = new Descriptor({
      ...{ plugin, name, fd, witnessFd, sizeBytes: facts.sizeBytes, features, lanes, space: FILE_SPACE },
      // What goes past the page cache waits for the device.
      inPlace: { allowed: !direct, writes: !readOnly },
      endFound: () => void this.#served.check(),
      isSame: () => isSameDevice(device, this.sizeBytes),
      flushFailure: options.flushFailure,
    })
    this.#descriptor = descriptor
    this.#served = new ServedSize({
      ...{ follows: true, canGrow: false, end: endOfDevice(device.folder), descriptor },
      timers: lanes.timers,
      lookMs: storeLimits.deviceLookMs,
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

  listen(listener: StoreListener): () => void {
    return this.#descriptor.listeners.add(listener)
  }

  submit(request: StoreRequest): boolean {
    return this.#descriptor.submit(request)
  }

  /** Asks the kernel how long the device is now; it is asked once a second anyway. */
  checkSize(): Promise<void> {
    return this.#served.check()
  }

  /** A device has the size that it has: `unsupported` for any other. See Store. */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    if (sizeBytes !== undefined) return sizeBytes === this.sizeBytes ? undefined : StoreFault.unsupported
    await this.#served.check()
    return undefined
  }

  get flushFailure(): FlushFailure | undefined {
    return this.#descriptor.health.flushing.failure
  }

  clearFault(): FaultClearing {
    return this.#descriptor.health.clearFault()
  }

  close(): Promise<StoreFault | undefined> {
    const stopped = this.#served.stop()
    return this.#descriptor.close(() => stopped.then(() => this.#closeDevice()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const fault = await this.close()
    if (fault) throw new Error(`${this.path} was closed, but its last flush ended with ${fault}; check what it holds`)
  }

  async #closeDevice(): Promise<void> {
    const { fd, witnessFd } = this.#device
    // A descriptor that leads elsewhere belongs to somebody else.
    if (this.#descriptor.health.outage.hasFile) await closeFd(fd)
    if (witnessFd !== undefined) await closeFd(witnessFd)
  }
}

/**
 * What the device can do. Space is given back by zeroing with permission to unmap, which is done whole or not at all: of a plain discard
 * nobody says what is read afterwards, and the ends of a range may be left as they were.
 */
function featuresOf(
  { lanes, readOnly = false, direct = true, writeBack = true }: BlockOptions,
  facts: DeviceFacts,
): StoreFeatures {
  return {
    write: !readOnly,
    discard: !readOnly && lanes.native && facts.zeroBytes > 0 && facts.discardBytes > 0,
    // The kernel does not tell which blocks of a device have space.
    extents: false,
    discardsToZeroes: true,
    discardGranularityBytes: facts.discardGranularityBytes || facts.physicalBlockBytes,
    writeBack: writeBack && (!direct || facts.volatileCache),
  }
}

function geometryOf(facts: DeviceFacts): StoreGeometry {
  const {
    logicalBlockBytes: blockBytes,
    physicalBlockBytes,
    alignmentBytes,
    optimalIoBytes,
    discardAlignmentBytes,
  } = facts
  return { blockBytes, physicalBlockBytes, alignmentBytes, optimalIoBytes, discardAlignmentBytes }
}
