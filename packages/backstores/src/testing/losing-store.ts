import { Layer } from '../layers/layer.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'

const SECTOR_BYTES = 512

/** A medium with a volatile cache: after a cut each sector has what was flushed, or anything that was written since. Operations take turns to end. */
export class LosingStore extends Layer {
  readonly #random: () => number
  /** Of each sector what was written since it was durable, the last last. */
  readonly #volatile = new Map<number, Buffer[]>()
  #image: Buffer

  /** `random` gives numbers from 0 up to, not including, 1. */
  constructor(image: Buffer, random: () => number) {
    super(createRamdisk({ name: 'losing', sizeBytes: image.length }))
    this.#image = image
    this.#random = random
  }

  /** What it holds now, to whoever reads it. */
  get now(): Buffer {
    return this.#made(([...versions]) => versions.at(-1))
  }

  /** What a cut leaves. */
  cut(): Buffer {
    return this.#made(versions => versions[Math.floor(this.#random() * (versions.length + 1))])
  }

  submit(request: StoreRequest): boolean {
    const flushed = this.#begin(request)
    this.#wait(Math.floor(this.#random() * 4), () => {
      if (request.operation === StoreOperation.flush) this.#settle(flushed)
      if (request.fua) this.#settle(this.#versions(request))
      request.owner.completed(request)
    })
    return false
  }

  override async resize(sizeBytes: number | undefined): Promise<undefined> {
    const image = Buffer.alloc(sizeBytes ?? this.sizeBytes)
    this.#image.copy(image)
    this.#image = image
  }

  override get sizeBytes(): number {
    return this.#image.length
  }

  #begin(request: StoreRequest): ReadonlyMap<number, number> {
    request.fault = undefined
    const { operation, offset, lengthBytes, slot, slotOffset } = request
    if (operation === StoreOperation.read) this.#read(request)
    if (operation === StoreOperation.write && slot)
      this.#write(offset, Buffer.from(slot.bytes.subarray(slotOffset, slotOffset + lengthBytes)))
    if (operation === StoreOperation.zero || operation === StoreOperation.discard)
      this.#write(offset, Buffer.alloc(lengthBytes))
    return operation === StoreOperation.flush ? this.#versions() : new Map()
  }

  #read({ offset, lengthBytes, slot, slotOffset }: StoreRequest): void {
    for (let at = 0; at < lengthBytes; at += SECTOR_BYTES) {
      const sector = (offset + at) / SECTOR_BYTES
      const start = sector * SECTOR_BYTES
      slot?.bytes.set(
        this.#volatile.get(sector)?.at(-1) ?? this.#image.subarray(start, start + SECTOR_BYTES),
        slotOffset + at,
      )
    }
  }

  #write(offset: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
      const sector = (offset + at) / SECTOR_BYTES
      const versions = this.#volatile.get(sector) ?? []
      versions.push(bytes.subarray(at, at + SECTOR_BYTES))
      this.#volatile.set(sector, versions)
    }
  }

  /** How many versions there are of each sector, or of those of a range. */
  #versions(of?: StoreRequest): ReadonlyMap<number, number> {
    const isOf = (sector: number) =>
      !of || (sector * SECTOR_BYTES >= of.offset && sector * SECTOR_BYTES < of.offset + of.lengthBytes)
    return new Map([...this.#volatile].filter(([sector]) => isOf(sector)).map(([sector, all]) => [sector, all.length]))
  }

  #settle(versions: ReadonlyMap<number, number>): void {
    for (const [sector, count] of versions) {
      const all = this.#volatile.get(sector) ?? []
      const last = all[Math.min(count, all.length) - 1]
      if (last) last.copy(this.#image, sector * SECTOR_BYTES)
      this.#volatile.set(sector, all.slice(count))
    }
  }

  #made(chosen: (versions: readonly Buffer[]) => Buffer | undefined): Buffer {
    const image = Buffer.from(this.#image)
    for (const [sector, versions] of this.#volatile) chosen(versions)?.copy(image, sector * SECTOR_BYTES)
    return image
  }

  #wait(turns: number, run: () => void): void {
    setImmediate(() => (turns === 0 ? run() : this.#wait(turns - 1, run)))
  }
}
