import {
  type Extent,
  type FaultClearing,
  type FlushFailure,
  type ScsiDevice,
  type Store,
  type StoreEvent,
  type StoreFault,
  type StoreFeatures,
  type StoreGeometry,
  type StoreListener,
  StoreListeners,
  type StoreOperation,
  type StoreRequest,
} from '@lunkit/backstores/store'

/** What a store is made of; it does everything at once unless `held`. */
export interface ControlledStoreOptions {
  readonly sizeBytes?: number
  readonly features?: Partial<StoreFeatures>
  readonly geometry?: StoreGeometry | undefined
  readonly name?: string
  readonly plugin?: string
  readonly productName?: string
  readonly rotational?: boolean
  readonly device?: ScsiDevice
}

const FEATURES: StoreFeatures = {
  write: true,
  discard: true,
  extents: true,
  discardsToZeroes: true,
  discardGranularityBytes: 4096,
  writeBack: true,
}

/** What a store was asked for, after it was done. */
export interface Done {
  readonly operation: StoreOperation
  readonly offset: number
  readonly lengthBytes: number
  readonly fua: boolean
}

/** A store in memory whose operations end when a test says so, with the fault that it says. */
export class ControlledStore implements Store {
  readonly plugin: string
  readonly productName: string
  readonly rotational: boolean
  readonly name: string
  readonly features: StoreFeatures
  readonly geometry: StoreGeometry | undefined
  readonly device: ScsiDevice | undefined
  readonly bytes: Buffer
  sizeBytes: number
  available = true
  gone = false
  flushFailure: FlushFailure | undefined
  /** Operations wait for `complete`. */
  held = false
  /** Operations under way, in the order of submission. */
  readonly underWay: StoreRequest[] = []
  readonly done: Done[] = []
  /** Faults of the next operations of each kind. */
  readonly faults = new Map<StoreOperation, StoreFault>()
  extents: readonly Extent[] | undefined
  /** Called when an operation begins, before anything of it is done. */
  began: ((request: StoreRequest) => void) | undefined
  readonly #listeners = new StoreListeners()
  /** It was made smaller: whoever knew it as it was may ask for what is not there any more, and is told so. */
  #shrank = false

  constructor({
    sizeBytes = 1024 * 1024,
    features = {},
    geometry,
    name = 'disk0',
    plugin = 'ramdisk',
    productName = 'RAMDISK-MCP',
    rotational = false,
    device,
  }: ControlledStoreOptions = {}) {
    this.sizeBytes = sizeBytes
    this.geometry = geometry
    this.features = { ...FEATURES, ...features }
    this.bytes = Buffer.alloc(sizeBytes)
    this.name = name
    this.plugin = plugin
    this.productName = productName
    this.rotational = rotational
    this.device = device
  }

  listen(listener: StoreListener): () => void {
    return this.#listeners.add(listener)
  }

  say(event: StoreEvent): void {
    this.#listeners.tell(event)
  }

  checkSize(): Promise<void> {
    return Promise.resolve()
  }

  clearFault(): FaultClearing {
    if (!this.flushFailure) return 'none'
    this.flushFailure = undefined
    this.say({ kind: 'faultCleared' })
    return 'cleared'
  }

  /** At once; operations that are held go on. */
  resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    if (sizeBytes === undefined) return Promise.resolve('unsupported')
    this.#shrank ||= sizeBytes < this.sizeBytes
    this.sizeBytes = sizeBytes
    this.say({ kind: 'resized' })
    return Promise.resolve(undefined)
  }

  close(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  submit(request: StoreRequest): boolean {
    const { offset, lengthBytes, operation } = request
    if (operation !== 'flush' && (offset < 0 || offset + lengthBytes > this.sizeBytes)) {
      if (!this.#shrank)
        throw new Error(`${operation} of ${lengthBytes} bytes at ${offset} is not within ${this.sizeBytes}`)
      request.fault = 'gone'
      return true
    }
    this.began?.(request)
    request.fault = undefined
    if (this.held) {
      this.underWay.push(request)
      return false
    }
    this.#perform(request, this.#faultOf(operation))
    return true
  }

  /** Ends an operation under way: the oldest, or the one given. */
  complete(request = this.underWay[0], fault?: StoreFault): void {
    if (!request) throw new Error('no operation is under way')
    this.underWay.splice(this.underWay.indexOf(request), 1)
    this.#perform(request, fault ?? this.#faultOf(request.operation))
    request.owner.completed(request)
  }

  completeAll(): void {
    while (this.underWay.length > 0) this.complete()
  }

  #faultOf(operation: StoreOperation): StoreFault | undefined {
    return this.faults.get(operation)
  }

  #perform(request: StoreRequest, fault: StoreFault | undefined): void {
    const { operation, offset, lengthBytes, slot, slotOffset, fua } = request
    this.done.push({ operation, offset, lengthBytes, fua })
    request.fault = fault
    if (fault) return
    const medium = this.bytes.subarray(offset, offset + lengthBytes)
    if (operation === 'read') slot?.bytes.set(medium, slotOffset)
    if (operation === 'write') slot?.bytes.copy(medium, 0, slotOffset, slotOffset + lengthBytes)
    if (operation === 'zero' || operation === 'discard') medium.fill(0)
    if (operation === 'extents') request.extents = this.extents ?? [{ offset, lengthBytes, allocated: true }]
  }
}
