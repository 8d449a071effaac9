import type { StoreFault } from '../../store/store-fault.ts'
import type { RegionMarks } from './region-marks.ts'
import type { Regions } from './regions.ts'
import type { SidecarCalls } from './sidecar-calls.ts'
import {
  checksumsAt,
  decodeHeader,
  encodeHeader,
  GROUP_REGIONS,
  HEADER_BYTES,
  markPageAt,
  REGION_BLOCKS,
  regionsOf,
  type SidecarHeader,
  sidecarBytes,
} from './sidecar-layout.ts'

/** Whose checksums a sidecar has. */
export type SidecarOf = Pick<SidecarHeader, 'blockBytes' | 'sizeBytes' | 'identity'>

/** What a sidecar is made of. */
export interface SidecarParts {
  readonly calls: SidecarCalls
  readonly marks: RegionMarks
  readonly regions: Regions
}

/** Whose sidecar it is, and how much of the disk it follows. */
export class SidecarExtent {
  readonly #parts: SidecarParts
  #header: SidecarHeader

  constructor(parts: SidecarParts, of: SidecarOf) {
    this.#parts = parts
    this.#header = { ...of, otherBytes: of.sizeBytes }
  }

  get header(): SidecarHeader {
    return this.#header
  }

  /** @throws {Error} where there is something else, or that of another disk, or it cannot be read or written. */
  async open(): Promise<void> {
    const { calls, marks } = this.#parts
    const { sizeBytes, blockBytes } = this.#header
    const bytes = new Uint8Array(HEADER_BYTES)
    must(await calls.read(0, bytes))
    const found = decodeHeader(bytes)
    if (found !== undefined) refuseOther(found, this.#header)
    must(await this.#cover(sizeBytes))
    must(await marks.recover(regionsOf(sizeBytes, blockBytes)))
    if (found !== undefined && found.sizeBytes !== found.otherBytes) must(await this.#forgetEnd(found))
    must(await this.#write(this.#header))
  }

  /** The disk is about to have another size, which a cut may or may not prevent. */
  async resizing(sizeBytes: number): Promise<StoreFault | undefined> {
    return (await this.#cover(sizeBytes)) ?? this.#write({ ...this.#header, otherBytes: sizeBytes })
  }

  /** It has this size now. What lies beyond the smaller of both is not known. */
  async resized(sizeBytes: number): Promise<StoreFault | undefined> {
    const before = this.#header
    const after = { ...before, sizeBytes, otherBytes: sizeBytes }
    const both = { ...before, otherBytes: sizeBytes }
    return (
      (await this.#cover(sizeBytes)) ??
      (await this.#write(both)) ??
      (await this.#forgetEnd(both)) ??
      (await this.#write(after))
    )
  }

  async #cover(sizeBytes: number): Promise<StoreFault | undefined> {
    const { calls, marks } = this.#parts
    const { blockBytes } = this.#header
    marks.cover(regionsOf(sizeBytes, blockBytes))
    const bytes = sidecarBytes(sizeBytes, blockBytes)
    return calls.store.sizeBytes >= bytes ? undefined : calls.store.resize(bytes)
  }

  async #write(header: SidecarHeader): Promise<StoreFault | undefined> {
    const { calls } = this.#parts
    const fault = (await calls.write(0, encodeHeader(header))) ?? (await calls.flush())
    if (fault === undefined) this.#header = header
    return fault
  }

  /** What lies beyond the smaller of two sizes is not known. */
  async #forgetEnd({ blockBytes, sizeBytes, otherBytes }: SidecarHeader): Promise<StoreFault | undefined> {
    const { calls, regions } = this.#parts
    const block = Math.floor(Math.min(sizeBytes, otherBytes) / blockBytes)
    const edge = regions.hold(Math.floor(block / REGION_BLOCKS))
    const loaded = await regions.load(edge)
    if (loaded === undefined) regions.forgetFrom(block)
    regions.release(edge)
    if (loaded !== undefined) return loaded
    const zeroed = await this.#zeroFrom(Math.ceil(block / REGION_BLOCKS))
    return zeroed ?? (await regions.writeAll()) ?? calls.flush()
  }

  /** Checksums of regions from there on, not their marks. */
  async #zeroFrom(region: number): Promise<StoreFault | undefined> {
    const { calls } = this.#parts
    const { sizeBytes } = calls.store
    for (let from = region; checksumsAt(from) < sizeBytes; ) {
      const next = (Math.floor(from / GROUP_REGIONS) + 1) * GROUP_REGIONS
      const end = Math.min(sizeBytes, markPageAt(next / GROUP_REGIONS))
      const fault = await calls.zero(checksumsAt(from), end - checksumsAt(from))
      if (fault !== undefined) return fault
      from = next
    }
    return undefined
  }
}

function must(fault: StoreFault | undefined): void {
  if (fault !== undefined) throw new Error(`cannot be read or written: ${fault}`)
}

function refuseOther(found: SidecarHeader, { identity, blockBytes, sizeBytes }: SidecarOf): void {
  if (found.identity !== identity) throw new Error(`is that of ${found.identity}, not of ${identity}`)
  if (found.blockBytes !== blockBytes)
    throw new Error(`is of blocks of ${found.blockBytes} bytes, and the disk has blocks of ${blockBytes}`)
  if (found.sizeBytes !== sizeBytes && found.otherBytes !== sizeBytes)
    throw new Error(`is of a disk of ${found.sizeBytes} bytes, and this one has ${sizeBytes}`)
}
