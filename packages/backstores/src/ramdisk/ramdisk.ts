import { checkOptions } from '@lunkit/wire'
import { storeLimits } from '../limits.ts'
import { rangeFault } from '../range.ts'
import { roundDown } from '../round-down.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { zeroFill } from '../zeroes.ts'
import { ChunkDirectory } from './chunk-directory.ts'
import { MemoryStore } from './memory-store.ts'
import { Nullio } from './nullio.ts'
import { findExtents } from './ram-extents.ts'
import { processRamMemory, type RamMemory } from './ram-memory.ts'
import { RAMDISK_DOMAINS, type RamdiskOptions } from './ramdisk-options.ts'

const { ramChunkBytes, ramPageBytes, sizeMultipleBytes } = storeLimits

/**
 * Makes a disk in memory. Memory is taken when something is written, and given back when it is discarded or zeroed.
 * @throws {RangeError} when the size is not one that a disk can have. {TypeError} for options that cannot be.
 */
export function createRamdisk(options: RamdiskOptions): Store {
  checkOptions('createRamdisk', options, RAMDISK_DOMAINS)
  const { name, sizeBytes: askedBytes, nullio = false, memory = processRamMemory(), opened } = options
  if (!Number.isSafeInteger(askedBytes) || askedBytes < sizeMultipleBytes)
    throw new RangeError(
      `ramdisk ${name} has ${askedBytes} bytes, which is no block; right is a whole number from ${sizeMultipleBytes}`,
    )
  const sizeBytes = roundDown(askedBytes)
  if (sizeBytes !== askedBytes) opened?.({ kind: 'sizeRounded', sizeBytes: askedBytes, servedBytes: sizeBytes })
  return nullio ? new Nullio(name, sizeBytes) : new Ramdisk(name, { sizeBytes, memory })
}

/** A store that keeps its blocks in memory. A larger disk takes none by that: whether there is some is decided when it is written. */
class Ramdisk extends MemoryStore {
  readonly features: StoreFeatures = {
    write: true,
    discard: true,
    extents: true,
    discardsToZeroes: true,
    discardGranularityBytes: ramPageBytes,
    writeBack: false,
  }
  readonly #memory: RamMemory
  readonly #directory = new ChunkDirectory()
  #exhausted = false

  constructor(name: string, { sizeBytes, memory }: { readonly sizeBytes: number; readonly memory: RamMemory }) {
    super(name, sizeBytes)
    this.#memory = memory
  }

  override close(): Promise<undefined> {
    for (const chunk of this.#directory.empty()) this.#memory.giveBack(chunk)
    return super.close()
  }

  protected perform(request: StoreRequest): StoreFault | undefined {
    const { operation } = request
    if (operation === StoreOperation.flush) return undefined
    const fault = rangeFault(request, this.sizeBytes)
    if (fault) return fault
    if (operation === StoreOperation.read) return this.#read(request)
    if (operation === StoreOperation.write) return this.#write(request)
    if (operation === StoreOperation.extents) return findExtents(this.#directory, request)
    return this.drop(request.offset, request.offset + request.lengthBytes)
  }

  #read({ offset, lengthBytes, slot, slotOffset }: StoreRequest): undefined {
    const target = (slot as NonNullable<typeof slot>).bytes
    for (let done = 0; done < lengthBytes; ) {
      const from = (offset + done) % ramChunkBytes
      const piece = Math.min(ramChunkBytes - from, lengthBytes - done)
      const at = slotOffset + done
      const chunk = this.#directory.find(offset + done)
      if (chunk) chunk.read(from, piece, { target, at })
      else zeroFill(target, at, at + piece)
      done += piece
    }
  }

  #write({ offset, lengthBytes, slot, slotOffset }: StoreRequest): StoreFault | undefined {
    const fault = this.#provide(offset, offset + lengthBytes)
    if (fault) return fault
    const source = (slot as NonNullable<typeof slot>).bytes
    for (let done = 0; done < lengthBytes; ) {
      const to = (offset + done) % ramChunkBytes
      const piece = Math.min(ramChunkBytes - to, lengthBytes - done)
      this.#directory.find(offset + done)?.write(to, piece, { source, at: slotOffset + done })
      done += piece
    }
    return undefined
  }

  /** Makes sure of all memory for a range before any of it is written. */
  #provide(from: number, end: number): StoreFault | undefined {
    const firstChunk = from - (from % ramChunkBytes)
    let missing = 0
    for (let at = firstChunk; at < end; at += ramChunkBytes) if (!this.#directory.find(at)) missing++
    if (missing === 0) return undefined
    if (!this.#memory.hasRoom(missing)) return this.#full()
    this.#exhausted = false
    try {
      for (let at = firstChunk; at < end; at += ramChunkBytes)
        if (!this.#directory.find(at)) this.#directory.set(at, this.#memory.take())
    } catch {
      // Below the cap, but the system has no memory: what was taken stays, unwritten.
      return StoreFault.noMemory
    }
    return undefined
  }

  #full(): StoreFault {
    if (!this.#exhausted) this.listeners.tell({ kind: 'spaceExhausted' })
    this.#exhausted = true
    return StoreFault.noSpace
  }

  protected drop(start: number, end: number): undefined {
    for (let at = start; at < end; ) {
      const chunk = this.#directory.find(at)
      if (!chunk) {
        at = this.#directory.skip(at)
        continue
      }
      const from = at % ramChunkBytes
      const piece = Math.min(ramChunkBytes - from, end - at)
      if (piece === ramChunkBytes) chunk.clear()
      else chunk.drop(from, piece)
      if (chunk.isEmpty) {
        this.#directory.set(at, undefined)
        this.#memory.giveBack(chunk)
      }
      at += piece
    }
  }
}
