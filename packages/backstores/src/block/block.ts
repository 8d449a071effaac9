import { checkOptions } from '@lunkit/wire'
import { Descriptor } from '../descriptor/descriptor.ts'
import { DescriptorStore } from '../descriptor/descriptor-store.ts'
import { FILE_SPACE } from '../fileio/file-space.ts'
import { ServedSize } from '../fileio/served-size.ts'
import { storeLimits } from '../limits.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import type { StoreGeometry } from '../store/store-geometry.ts'
import { checkNewSize } from '../store-domain.ts'
import { BLOCK_DOMAINS, type BlockOptions } from './block-options.ts'
import type { DeviceFacts } from './device-facts.ts'
import { type DeviceOpening, type OpenedDevice, openDevice } from './device-opening.ts'
import { DevicePresence } from './device-presence.ts'

/** What LIO's INQUIRY names. */
const PRODUCTS = { block: 'IBLOCK', fileio: 'FILEIO' } as const

/**
 * Opens a block device as a store.
 * @throws {StoreOpenError} naming the path, what is wrong (who holds the device, as far as the kernel tells) and what would be right.
 * {TypeError} or {RangeError} for options that cannot be.
 */
export async function openBlock(options: BlockOptions): Promise<Block> {
  checkOptions('openBlock', options, BLOCK_DOMAINS)
  const { path, readOnly = false, exclusive = true, direct = true } = options
  const opening = { path, readOnly, exclusive, direct }
  return new Block(options, { opening, device: await openDevice(opening) })
}

/** A store that keeps its blocks on a block device. The kernel is asked once in a while whether it is there, and how long it is. */
export class Block extends DescriptorStore {
  readonly plugin: 'block' | 'fileio'
  readonly productName: string
  readonly rotational: boolean
  readonly features: StoreFeatures
  /** What the kernel said of the device when it was opened. */
  readonly facts: DeviceFacts
  readonly geometry: StoreGeometry
  protected readonly opened: OpenedDevice
  protected readonly descriptor: Descriptor
  protected readonly served: ServedSize

  /** @internal see openBlock */
  constructor(options: BlockOptions, { opening, device }: { opening: DeviceOpening; device: OpenedDevice }) {
    super(options)
    const { name, lanes, plugin = 'block', readOnly = false, direct = true } = options
    const { fd, witnessFd, facts } = device
    this.plugin = plugin
    this.productName = PRODUCTS[plugin]
    this.rotational = facts.rotational
    this.facts = facts
    this.features = featuresOf(options, facts)
    this.geometry = geometryOf(facts)
    this.opened = device
    const { features } = this
    const presence = new DevicePresence({ opening, device, user: () => this.descriptor })
    this.descriptor = new Descriptor({
      ...{ plugin, name, fd, witnessFd, sizeBytes: facts.sizeBytes, features, lanes, space: FILE_SPACE },
      directFd: direct ? fd : undefined,
      // What goes past the page cache waits for the device.
      inPlace: { allowed: !direct, writes: !readOnly },
      endFound: () => void this.served.check(),
      isSame: () => presence.isSame(this.sizeBytes),
      flushFailure: options.flushFailure,
    })
    this.served = new ServedSize({
      ...{ follows: true, canGrow: false, end: presence, descriptor: this.descriptor },
      timers: lanes.timers,
      lookMs: storeLimits.deviceLookMs,
    })
  }

  /** A device has the size that it has: `unsupported` for any other. See Store. */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    if (sizeBytes !== undefined) return sizeBytes === this.sizeBytes ? undefined : StoreFault.unsupported
    await this.served.check()
    return undefined
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
