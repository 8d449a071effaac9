import { close } from 'node:fs'
import { promisify } from 'node:util'
import { checkOptions } from '@lunkit/wire'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { storeLimits } from '../limits.ts'
import type { Libc } from '../native/libc.ts'
import { libcAccess } from '../native/libc-access.ts'
import type { FaultClearing } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { type StoreListener, StoreListeners } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { DataMemory } from './data-memory.ts'
import { type OpenedScsiDevice, openScsiDevice } from './device-opening.ts'
import type { DevicePlace } from './device-place.ts'
import { HeaderPool } from './header-pool.ts'
import { PSCSI_DOMAINS, type PscsiOptions } from './pscsi-options.ts'
import { SgDevice } from './sg-device.ts'

const closeFd = promisify(close)

/**
 * Opens a SCSI device of this machine for passing commands through to it.
 * @throws {StoreOpenError} naming the path, what is wrong (who holds the device, as far as the kernel tells) and what would be right.
 * {TypeError} or {RangeError} for options that cannot be.
 */
export async function openPscsi(options: PscsiOptions): Promise<Pscsi> {
  checkOptions('openPscsi', options, PSCSI_DOMAINS)
  const { path, exclusive = true } = options
  const libc = nativeCalls(options)
  return new Pscsi(options, { opened: await openScsiDevice({ path, exclusive }), libc })
}

/** Of node:fs alone no device takes commands. */
function nativeCalls({ path, lanes }: PscsiOptions): Libc {
  const access = libcAccess()
  if (access.libc && lanes.native) return access.libc
  const text = `commands reach a device by ioctl(2), which needs koffi; install @koromix/koffi-linux-${process.arch}, or let lanes use it`
  throw new StoreOpenError(path, StoreOpenReason.system, { text, cause: access.libc ? undefined : access.cause })
}

/** What a pass-through store is made of. */
export interface PscsiParts {
  readonly opened: OpenedScsiDevice
  readonly libc: Libc
}

/** The kernel says it in KiB. */
const KIB = 1024
const PAGE_BYTES = 4 * KIB
const SECOND_MS = 1000

/** A store that keeps no blocks: a SCSI device of this machine, to which initiators' commands go as they are. */
export class Pscsi implements Store {
  readonly plugin = 'pscsi'
  readonly productName = 'PSCSI'
  readonly rotational = true
  readonly sizeBytes = 0
  readonly flushFailure = undefined
  readonly name: string
  readonly path: string
  readonly features: StoreFeatures
  readonly device: SgDevice
  /** What the kernel says of the device. */
  readonly place: DevicePlace
  readonly #fd: number
  readonly #headers: HeaderPool
  readonly #memory: DataMemory
  readonly #lanes: readonly LaneAccess[]
  readonly #listeners = new StoreListeners()
  #closing: Promise<undefined> | undefined

  /** @internal see openPscsi */
  constructor(options: PscsiOptions, { opened, libc }: PscsiParts) {
    const { name, path, lanes, readOnly = false } = options
    const { fd, place } = opened
    this.name = name
    this.path = path
    this.place = place
    this.features = { ...NO_FEATURES, write: !readOnly }
    this.#fd = fd
    this.#headers = new HeaderPool(libc)
    this.#memory = new DataMemory(libc, lanes.memory)
    const client = { plugin: this.plugin, name, laneDown: () => {}, laneUp: () => {} }
    const [commands, resets] = [lanes.attach(client), lanes.attach({ ...client, apart: true })]
    this.#lanes = [commands, resets]
    this.device = new SgDevice({
      ...{ fd, commands, resets, headers: this.#headers, memory: this.#memory },
      deviceType: place.number('type'),
      transferBytes: transferBytesOf(place),
      blockBytes: blockBytesOf(place),
      sysfsMs: place.number('timeout') * SECOND_MS,
    })
  }

  get available(): boolean {
    return this.#closing === undefined
  }

  /** A device keeps its blocks itself: commands reach it, operations do not. */
  submit(request: StoreRequest): boolean {
    request.cause = undefined
    request.fault = StoreFault.unsupported
    return true
  }

  checkSize(): Promise<void> {
    return Promise.resolve()
  }

  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    return sizeBytes === undefined ? undefined : StoreFault.unsupported
  }

  clearFault(): FaultClearing {
    return 'none'
  }

  listen(listener: StoreListener): () => void {
    return this.#listeners.add(listener)
  }

  /** Ends when the device has ended what it has; what is in its caches, initiators have it flush. */
  close(): Promise<undefined> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<undefined> {
    await this.device.end()
    for (const lane of this.#lanes) lane.detach()
    this.#headers.release()
    this.#memory.release()
    await closeFd(this.#fd)
    return undefined
  }
}

const NO_FEATURES = {
  discard: false,
  extents: false,
  discardsToZeroes: false,
  discardGranularityBytes: 0,
  writeBack: false,
} as const

/**
 * As much as the host moves with one command. What a disk's queue takes, sysfs says: memory may lie in pages apart, each of which is a segment
 * then. Of other devices the driver refuses what is too long when it comes.
 */
function transferBytesOf(place: DevicePlace): number {
  const { block } = place.nodes
  const most = storeLimits.deviceTransferBytes
  if (block === undefined) return most
  const queue = `block/${block}/queue`
  const [sectors, segments] = [place.number(`${queue}/max_hw_sectors_kb`), place.number(`${queue}/max_segments`)]
  return Math.min(sectors * KIB || most, segments * PAGE_BYTES || most, most)
}

/** As the driver of the disk or CD has learnt it. */
function blockBytesOf(place: DevicePlace): number | undefined {
  const { block } = place.nodes
  return (block !== undefined && place.number(`block/${block}/queue/logical_block_size`)) || undefined
}
