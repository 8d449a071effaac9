import { checkArgument, checkOptions } from '@lunkit/wire'
import { rangeFault } from '../../range.ts'
import type { Store } from '../../store/store.ts'
import { StoreFault } from '../../store/store-fault.ts'
import { StoreOperation } from '../../store/store-operation.ts'
import type { StoreRequest } from '../../store/store-request.ts'
import { checkNewSize, STORE } from '../../store-domain.ts'
import { UnderWay } from '../../under-way.ts'
import { Layer } from '../layer.ts'
import { checksumOf, Sidecar, type Span } from './sidecar.ts'
import { StoreCall } from './sidecar-calls.ts'
import { REGION_BLOCKS } from './sidecar-layout.ts'
import { VERIFY_DOMAINS, type VerifyOptions } from './verify-options.ts'

/** What a slice of long work concerns at the most: what is asked for meanwhile goes on between two of them. */
const SLICE_REGIONS = 64
/** What is said of data that does not have its checksum: EILSEQ. */
const WRONG = { code: 'EILSEQ', errno: 84, call: 'verify' } as const

/**
 * Puts a layer before a store that has a CRC32C of each block written, and compares what is read: what does not have its checksum ends with
 * `io`, and the `offset` of its cause says where. What was not written since the sidecar was made, or was being written when a machine went down, has none.
 * @throws {TypeError} or {RangeError} for what cannot be given. {Error} for a sidecar of another disk, size or block, or one that cannot be read
 * or written: the store stays open then, the sidecar not.
 */
export async function openVerified(behind: Store, options: VerifyOptions): Promise<VerifyLayer> {
  checkArgument('openVerified: behind', behind, STORE)
  checkOptions('openVerified', options, VERIFY_DOMAINS)
  const { sidecar, slab, blockBytes, identity } = options
  const of = { blockBytes, identity, sizeBytes: behind.sizeBytes }
  return new VerifyLayer(behind, await Sidecar.open(sidecar, slab, of))
}

/** See openVerified. */
export class VerifyLayer extends Layer {
  readonly #sidecar: Sidecar
  readonly #underWay = new UnderWay()
  readonly #leave: () => void
  #adopted: Promise<StoreFault | undefined> = Promise.resolve(undefined)

  /** @internal see openVerified */
  constructor(behind: Store, sidecar: Sidecar) {
    super(behind)
    this.#sidecar = sidecar
    this.#leave = behind.listen(({ kind }) => {
      if (kind === 'resized') void this.#adopt()
    })
  }

  submit(request: StoreRequest): boolean {
    request.cause = undefined
    if (this.#underWay.isClosing) {
      request.fault = StoreFault.gone
      return true
    }
    const fault = request.operation === StoreOperation.flush ? undefined : rangeFault(request, this.sizeBytes)
    if (fault !== undefined || request.operation === StoreOperation.extents) return this.behind.submit(request)
    if (request.operation !== StoreOperation.flush && request.lengthBytes === 0) return this.behind.submit(request)
    this.#underWay.begin()
    void this.#perform(request)
    return false
  }

  override async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    const announced =
      sizeBytes === undefined ? undefined : await this.#sidecar.resizing(Math.floor(sizeBytes / 512) * 512)
    return announced ?? (await this.behind.resize(sizeBytes)) ?? this.#adopt()
  }

  override close(): Promise<StoreFault | undefined> {
    return this.#underWay.close(async () => {
      this.#leave()
      await this.#adopted
      const flushed = await this.#sidecar.flush(() => this.#flushData(), true)
      const closed = await this.behind.close()
      return closed ?? (await this.#sidecar.close()) ?? flushed
    })
  }

  async #perform(request: StoreRequest): Promise<void> {
    // Nothing ends within `submit`.
    await this.#adopted
    const { operation } = request
    if (operation === StoreOperation.flush) request.fault = await this.#sidecar.flush(() => this.#pass(request))
    else if (operation === StoreOperation.read) await this.#read(request)
    else if (operation === StoreOperation.write) await this.#change(request, request.offset, request.lengthBytes)
    else await this.#slice(request)
    this.#underWay.ended(request)
  }

  /** The sidecar follows the size that the store has. */
  #adopt(): Promise<StoreFault | undefined> {
    this.#adopted = this.#adopted.then(() => {
      const { sizeBytes } = this
      return sizeBytes === this.#sidecar.sizeBytes ? undefined : this.#sidecar.resized(sizeBytes)
    })
    return this.#adopted
  }

  async #read(request: StoreRequest): Promise<void> {
    const { offset, lengthBytes, slot, slotOffset } = request
    const [span, fault] = await Promise.all([this.#take(offset, lengthBytes, false), this.#pass(request)])
    if (typeof span === 'string') {
      request.fault ??= span
      return
    }
    const wrong = fault ?? this.#sidecar.firstWrong(span, slot?.bytes ?? new Uint8Array(0), slotOffset)
    this.#sidecar.release(span, false)
    if (typeof wrong !== 'number') return
    request.fault = StoreFault.io
    request.cause = { ...WRONG, offset: wrong * this.#sidecar.blockBytes }
  }

  /** Long ranges are zeroed or discarded slice by slice. */
  async #slice(request: StoreRequest): Promise<void> {
    const end = request.offset + request.lengthBytes
    const sliceBytes = SLICE_REGIONS * REGION_BLOCKS * this.#sidecar.blockBytes
    for (let from = request.offset; from < end; ) {
      const to = Math.min(end, (Math.floor(from / sliceBytes) + 1) * sliceBytes)
      await this.#change(request, from, to - from)
      if (request.fault !== undefined) return
      from = to
    }
  }

  async #change(request: StoreRequest, offset: number, lengthBytes: number): Promise<void> {
    const checksums = request.operation === StoreOperation.write ? this.#checksumsOf(request) : undefined
    const span = await this.#take(offset, lengthBytes, true)
    if (typeof span === 'string') {
      request.fault = span
      return
    }
    const fault = await this.#pass(request, offset, lengthBytes)
    // What a write that failed has left is not known.
    const kept = await this.#sidecar.put(span, fault === undefined ? checksums : undefined)
    this.#sidecar.release(span, true)
    request.fault = fault ?? kept
  }

  #take(offset: number, lengthBytes: number, changing: boolean): Promise<Span | StoreFault> {
    const { blockBytes } = this.#sidecar
    const [first, blocks] = [offset / blockBytes, lengthBytes / blockBytes]
    if (!Number.isInteger(first) || !Number.isInteger(blocks))
      throw new RangeError(`${lengthBytes} bytes at ${offset} are no whole blocks of ${blockBytes}`)
    return this.#sidecar.take(first, blocks, changing)
  }

  #checksumsOf({ slot, slotOffset, lengthBytes }: StoreRequest): Uint32Array {
    const { blockBytes } = this.#sidecar
    const bytes = slot?.bytes ?? new Uint8Array(0)
    return Uint32Array.from({ length: lengthBytes / blockBytes }, (_, at) => {
      const start = slotOffset + at * blockBytes
      return checksumOf(bytes, start, start + blockBytes)
    })
  }

  /** Hands an operation, or a slice of it, on; the request has what came of it. */
  async #pass(
    outer: StoreRequest,
    offset = outer.offset,
    lengthBytes = outer.lengthBytes,
  ): Promise<StoreFault | undefined> {
    const call = new StoreCall()
    const { operation, slot, slotOffset, fua, source } = outer
    const { request } = call
    Object.assign(request, { operation, offset, lengthBytes, slot, slotOffset, fua, source })
    outer.fault = await call.submit(this.behind)
    outer.cause = request.cause
    outer.engine = request.engine
    return outer.fault
  }

  #flushData(): Promise<StoreFault | undefined> {
    const call = new StoreCall()
    call.request.operation = StoreOperation.flush
    return call.submit(this.behind)
  }
}
