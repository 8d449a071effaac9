import { LaneJob, LaneOperation } from '../lanes/lane-job.ts'

/** A request for a driver on its way through a lane. */
export class DeviceJob extends LaneJob {
  override operation = LaneOperation.control
  readonly #resolve: (job: DeviceJob) => void

  /** `request` is its number, `address` where its argument lies; `inOrder`: behind all others of the device. */
  constructor({ fd, request, address, inOrder }: DeviceRequest, resolve: (job: DeviceJob) => void) {
    super()
    this.fd = fd
    this.lengthBytes = request
    this.offset = address
    // What waits for the medium stays in the store's own lane, which does one thing after the other.
    this.sync = inOrder
    this.#resolve = resolve
  }

  ended(): void {
    this.#resolve(this)
  }
}

/** What a driver is asked. */
export interface DeviceRequest {
  readonly fd: number
  readonly request: number
  readonly address: number
  readonly inOrder: boolean
}
