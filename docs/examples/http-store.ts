import {
  FaultClearing,
  type Store,
  StoreFault,
  type StoreFeatures,
  type StoreListener,
  StoreListeners,
  StoreOperation,
  type StoreRequest,
} from '@lunkit/backstores'
import type { Storage } from 'lunkit'

/** A disk whose blocks lie at a web server that answers ranges, and that nobody writes. */
export class HttpStore implements Store {
  readonly plugin = 'http'
  readonly productName = 'HTTP'
  readonly rotational = false
  readonly available = true
  readonly flushFailure = undefined
  readonly features: StoreFeatures = {
    write: false,
    discard: false,
    extents: false,
    discardsToZeroes: false,
    discardGranularityBytes: 512,
    writeBack: false,
  }
  readonly name: string
  readonly sizeBytes: number
  readonly #url: string
  readonly #listeners = new StoreListeners()
  readonly #underWay = new Set<Promise<void>>()

  private constructor(name: string, url: string, sizeBytes: number) {
    this.name = name
    this.#url = url
    this.sizeBytes = sizeBytes
  }

  /** @throws Error where the server does not say how long it is */
  static async open(name: string, url: string): Promise<HttpStore> {
    const { ok, headers } = await fetch(url, { method: 'HEAD' })
    const length = Number(headers.get('content-length'))
    if (!ok || !(length >= 512)) throw new Error(`${url} is no disk`)
    return new HttpStore(name, url, length - (length % 512))
  }

  /** True: it has ended, and `fault` says how. False: it is under way, and its owner hears of its end. */
  submit(request: StoreRequest): boolean {
    const { operation, offset, lengthBytes } = request
    request.fault = undefined
    if (operation === StoreOperation.flush) return true
    if (operation !== StoreOperation.read) request.fault = StoreFault.readOnly
    else if (offset + lengthBytes > this.sizeBytes) request.fault = StoreFault.gone
    if (request.fault !== undefined || lengthBytes === 0) return true
    const reading = this.#read(request).then(fault => {
      this.#underWay.delete(reading)
      request.fault = fault
      request.owner.completed(request)
    })
    this.#underWay.add(reading)
    return false
  }

  /** Into the slot that the request brings; whatever goes wrong is a fault, which becomes the right sense. */
  async #read({ offset, lengthBytes, slot, slotOffset }: StoreRequest): Promise<StoreFault | undefined> {
    try {
      const headers = { range: `bytes=${offset}-${offset + lengthBytes - 1}` }
      const answer = await fetch(this.#url, { headers, signal: AbortSignal.timeout(10_000) })
      const data = new Uint8Array(await answer.arrayBuffer())
      if (answer.status !== 206 || data.length !== lengthBytes) return StoreFault.io
      slot?.bytes.set(data, slotOffset)
      return undefined
    } catch {
      return StoreFault.io
    }
  }

  listen(listener: StoreListener): () => void {
    return this.#listeners.add(listener)
  }

  async checkSize(): Promise<void> {}

  async resize(): Promise<StoreFault> {
    return StoreFault.unsupported
  }

  clearFault(): FaultClearing {
    return FaultClearing.none
  }

  /** An operation that was begun runs to its end. */
  async close(): Promise<undefined> {
    await Promise.all(this.#underWay)
  }
}

/** It as a disk for `createTarget`; its serial number stays the same as long as its address does. */
export const httpDisk = (url: string, serial: string): Storage => ({
  name: 'web',
  readOnly: true,
  unit: () => ({ identity: { serial } }),
  open: ({ name }) => HttpStore.open(name, url),
})
