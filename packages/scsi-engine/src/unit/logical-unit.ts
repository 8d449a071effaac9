import {
  type Store,
  type StoreEvent,
  type StoreFault,
  StoreOperation,
  type StoreRequest,
} from '@lunkit/backstores/store'
import { Sense, type SenseCode } from '@lunkit/scsi'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { checkArgument, type Timers, wholeNumber } from '@lunkit/wire'
import { COMPARE_AND_WRITE_BLOCKS } from '../limits.ts'
import type { TargetPort } from '../nexus/target-port.ts'
import type { UnitAccount } from '../statistics/unit-account.ts'
import { unitMetrics } from '../statistics/unit-metrics.ts'
import { attentionsOfChange } from './attribute-changes.ts'
import type { BlockLimits } from './block-limits.ts'
import { type ControlMode, DEFAULT_MODE } from './control-mode.ts'
import type { KnownNexus } from './known-nexus.ts'
import { PortAccess } from './port-access.ts'
import { Readiness } from './readiness.ts'
import { Reservation } from './reservation.ts'
import { SizeLook } from './size-look.ts'
import { type PendingSense, UnitAttentions } from './unit-attentions.ts'
import type { UnitAttributes } from './unit-attributes.ts'
import type { UnitIdentity } from './unit-identity.ts'
import type { UnitReporter } from './unit-reporter.ts'
import type { UnitType } from './unit-type.ts'

/** What a logical unit is made of. */
export interface LogicalUnitParts {
  readonly type: UnitType
  readonly store: Store
  readonly attributes: UnitAttributes
  readonly identity: UnitIdentity
  readonly reporter: UnitReporter
  readonly timers: Timers
  readonly account: UnitAccount
}

/**
 * A logical unit: a store, what it says of itself, and the state that all nexuses share. Its task set is beside it, its
 * number is the nexus's affair.
 */
export class LogicalUnit {
  readonly type: UnitType
  readonly store: Store
  readonly identity: UnitIdentity
  readonly reporter: UnitReporter
  /** Where it is counted. */
  readonly account: UnitAccount
  readonly reservation = new Reservation()
  readonly attentions = new UnitAttentions()
  readonly readiness: Readiness
  readonly sizeLook: SizeLook
  readonly blockSizeBytes: number
  readonly #stopListening: () => void
  #attributes: UnitAttributes
  #mode = DEFAULT_MODE
  /** It writes through, and has acknowledged what may still be volatile. */
  #cacheEnds = false

  constructor({ type, store, attributes, identity, reporter, timers, account }: LogicalUnitParts) {
    this.account = account
    this.type = type
    this.store = store
    this.#attributes = attributes
    this.identity = identity
    this.reporter = reporter
    this.readiness = new Readiness(store)
    this.sizeLook = new SizeLook(store, timers)
    this.blockSizeBytes = attributes.blockSizeBytes
    this.#stopListening = store.listen(event => this.#heard(event))
  }

  /** What it offers, and how: one frozen object, another one when something changes. */
  get attributes(): UnitAttributes {
    return this.#attributes
  }

  /** @internal see TargetDevice.changeAttributes: every nexus is told what it sees of the change. */
  become(attributes: UnitAttributes): void {
    const before = this.#seenAttributes
    this.#cacheEnds = this.writeCache && !attributes.emulateWriteCache
    this.#attributes = attributes
    const codes = new Set(attentionsOfChange(before, this.#seenAttributes))
    if (!attributes.emulatePr && this.reservation.holder !== undefined) {
      // Nobody could release it any more.
      this.reservation.clear()
      codes.add(Sense.reservationsReleased)
    }
    // Nobody could put the medium in again any more.
    if (!attributes.removable && this.readiness.load()) codes.add(Sense.notReadyToReadyChangeMediumMayHaveChanged)
    this.#tell(codes)
  }

  /** @internal nothing that was acknowledged before its cache was to end is volatile any more. */
  cacheEnded(): void {
    if (!this.#cacheEnds) return
    const before = this.#seenAttributes
    this.#cacheEnds = false
    this.#tell(attentionsOfChange(before, this.#attributes))
  }

  /** Those that initiators see: a cache that ends is there for them. */
  get #seenAttributes(): UnitAttributes {
    return this.#cacheEnds ? { ...this.#attributes, emulateWriteCache: true } : this.#attributes
  }

  #tell(codes: Iterable<SenseCode>): void {
    for (const code of codes) this.attentions.raise(code)
  }

  /** The storage object's name. */
  get name(): string {
    return this.store.name
  }

  /** How many logical blocks the medium has now; what does not fill a block is left out. */
  get blocks(): number {
    return Math.floor(this.store.sizeBytes / this.blockSizeBytes)
  }

  /** Whether the operation goes beyond the medium as it is now. A flush has no range. */
  endsBefore({ operation, offset, lengthBytes }: StoreRequest): boolean {
    return operation !== StoreOperation.flush && offset + lengthBytes > this.store.sizeBytes
  }

  /**
   * Gives the medium another size, in bytes; undefined: that which it has by itself. Every nexus is told (2A/09). Commands
   * that are under way beyond a smaller end end with LOGICAL BLOCK ADDRESS OUT OF RANGE.
   * @returns undefined, or why the store has not that size; nothing has changed then. See Store.
   * @throws {RangeError} as a rejection where no block fits; {TypeError} for what is no size.
   */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    if (sizeBytes !== undefined) checkArgument('resize: sizeBytes', sizeBytes, wholeNumber(this.blockSizeBytes))
    return this.store.resize(sizeBytes)
  }

  /** WCE: completed writes may still be volatile. */
  get writeCache(): boolean {
    return (this.attributes.emulateWriteCache || this.#cacheEnds) && this.store.features.writeBack
  }

  /** The store keeps writes back though WCE is 0: every change is made with FUA. */
  get writesThrough(): boolean {
    return this.store.features.writeBack && !this.attributes.emulateWriteCache
  }

  /** DPOFUA: the DPO and FUA bits of a CDB are accepted; they are refused otherwise. */
  get dpoFua(): boolean {
    return this.attributes.emulateFuaWrite
  }

  /** LBPME: the medium is thinly provisioned. */
  get thin(): boolean {
    return this.canUnmap || this.canUnmapByWriteSame
  }

  /** LBPU: UNMAP. */
  get canUnmap(): boolean {
    return this.attributes.emulateTpu
  }

  /** LBPWS and LBPWS10: WRITE SAME with its UNMAP bit. */
  get canUnmapByWriteSame(): boolean {
    return this.attributes.emulateTpws
  }

  /** LBPRZ: unmapped blocks read as zeroes. */
  get readsZeroesWhenUnmapped(): boolean {
    return this.thin && this.attributes.unmapZeroesData
  }

  get blockLimits(): BlockLimits {
    const { attributes, blockSizeBytes, canUnmap } = this
    const comparedBlocks = Math.floor(PIECE_BYTES / 2 / blockSizeBytes)
    return {
      writeSameNonZero: false,
      maxCompareAndWriteBlocks: attributes.emulateCaw ? Math.min(COMPARE_AND_WRITE_BLOCKS, comparedBlocks) : 0,
      maxTransferBlocks: attributes.hwMaxSectors,
      optimalTransferBlocks: attributes.optimalSectors,
      maxUnmapBlocks: canUnmap ? attributes.maxUnmapLbaCount : 0,
      maxUnmapDescriptors: canUnmap ? attributes.maxUnmapBlockDescCount : 0,
      optimalUnmapGranularityBlocks: this.thin ? attributes.unmapGranularity : 0,
      unmapGranularityAlignmentBlocks: this.thin ? attributes.unmapGranularityAlignment : 0,
      maxWriteSameBlocks: attributes.maxWriteSameLen,
    }
  }

  get mode(): ControlMode {
    return this.#mode
  }

  /** MODE SELECT: every other nexus is told that mode parameters have changed (2A/01), if they have. */
  changeMode(mode: ControlMode, by: KnownNexus): void {
    const { softwareWriteProtect, descriptorSense } = mode
    const before = this.#mode
    if (softwareWriteProtect === before.softwareWriteProtect && descriptorSense === before.descriptorSense) return
    this.#mode = { softwareWriteProtect, descriptorSense }
    this.attentions.raise(Sense.modeParametersChanged, { except: by.key })
  }

  /** Why the medium cannot be written whatever the nexus, or undefined. */
  get writeProtection(): SenseCode | undefined {
    if (!this.store.features.write) return Sense.writeProtected
    return this.#mode.softwareWriteProtect ? Sense.logicalUnitSoftwareWriteProtected : undefined
  }

  /** The access to the unit through a target port. */
  access(port: TargetPort): PortAccess {
    return new PortAccess(this, port)
  }

  /** The medium is taken out of a removable unit: commands that need it end with 3A/00 until `load`. */
  eject(): void {
    this.readiness.eject()
  }

  /** The medium is put in again; every other nexus is told that it may be another one. */
  load(by: KnownNexus): void {
    if (this.readiness.load())
      this.attentions.raise(Sense.notReadyToReadyChangeMediumMayHaveChanged, { except: by.key })
  }

  /** A store operation of an aborted task does not return: the unit serves nothing until `returned` is called for it. */
  quarantine(): void {
    if (this.readiness.hang()) this.reporter.tell({ kind: 'quarantined' })
  }

  /** An operation that had the unit quarantined has returned. */
  returned(): void {
    if (!this.readiness.returned()) return
    this.attentions.raise(Sense.notReadyToReadyChangeMediumMayHaveChanged)
    this.reporter.tell({ kind: 'returned' })
  }

  /**
   * The sense that waits for this nexus, cleared by being taken (REQUEST SENSE returns it as data): a unit attention, or
   * a deferred error.
   */
  takeAttention(nexus: KnownNexus): PendingSense | undefined {
    const pending = this.attentions.take(nexus.key)
    if (pending) this.account.told(pending)
    return pending
  }

  /** SAM-5 6.3: what a logical unit reset does beside aborting tasks. `occurred` is the attention every nexus gets. */
  reset(occurred: SenseCode): void {
    this.account.row.add(unitMetrics.at.resets)
    this.reservation.clear()
    this.#mode = DEFAULT_MODE
    this.attentions.raise(occurred)
  }

  /** The unit is taken away: what its store reports concerns it no more. */
  retire(): void {
    this.#stopListening()
    this.sizeLook.stop()
  }

  #heard(event: StoreEvent): void {
    if (event.kind === 'resized') this.attentions.raise(Sense.capacityDataHasChanged)
    // Acknowledged writes may be lost: nobody's command failed, so that each nexus is told by a deferred error.
    if (event.kind === 'flushFailed') this.attentions.raise(Sense.writeError, { deferred: true })
    // What is on the medium may be another state than the one that was acknowledged.
    if (event.kind === 'faultCleared') this.attentions.raise(Sense.notReadyToReadyChangeMediumMayHaveChanged)
    // No reset (29h): reservations and mode parameters are ours, and as they were. Nor other LUNs (3F/0E).
    if (event.kind === 'deviceBack' || (event.kind === 'availability' && event.available))
      this.attentions.raise(Sense.notReadyToReadyChangeMediumMayHaveChanged)
    this.reporter.tell(event)
  }
}
