import type { DeviceAnswer, DeviceCommand, ScsiDevice } from '@lunkit/backstores/store'
import { LongMemory } from '@lunkit/wire'

/** What a device has been handed: its CDB in hex, which way its data goes, and the data of one that writes. */
export interface Handed {
  readonly cdb: string
  readonly direction: DeviceCommand['direction']
  readonly lengthBytes: number
  readonly data: string
}

/** How a test has a command answered; what is left out is GOOD, with all data moved. */
export interface ScriptedAnswer extends Partial<Omit<DeviceAnswer, 'sense'>> {
  /** Sense data, in hex. */
  readonly sense?: string
  /** Data-in, in hex; it is as long as it is unless `residualBytes` says otherwise. */
  readonly data?: string
}

/** What the system knows of a device. */
export type ControlledDeviceOptions = Partial<Pick<ScsiDevice, 'deviceType' | 'transferBytes' | 'blockBytes'>>

/** A SCSI device that answers as a test says, or, while it is held, when. */
export class ControlledDevice implements ScsiDevice {
  readonly deviceType: number
  readonly transferBytes: number
  readonly blockBytes: number | undefined
  readonly longMemory = new LongMemory()
  readonly handed: Handed[] = []
  /** The answers to the next commands. */
  readonly answers: ScriptedAnswer[] = []
  held = false
  resets = 0
  readonly #waiting: (() => void)[] = []

  constructor({ deviceType = 0, transferBytes = 256 * 1024, blockBytes }: ControlledDeviceOptions = {}) {
    this.deviceType = deviceType
    this.transferBytes = transferBytes
    this.blockBytes = blockBytes
  }

  async execute(command: DeviceCommand): Promise<DeviceAnswer> {
    const { cdb, direction, lengthBytes, slot, slotOffset = 0 } = command
    const memory = slot?.bytes.subarray(slotOffset, slotOffset + lengthBytes)
    const data = direction === 'out' && memory ? memory.toString('hex') : ''
    this.handed.push({ cdb: Buffer.from(cdb).toString('hex'), direction, lengthBytes, data })
    if (this.held) await new Promise<void>(resolve => this.#waiting.push(resolve))
    const answer = this.answers.shift() ?? {}
    const bytes = Buffer.from(answer.data ?? '', 'hex')
    if (memory && direction === 'in') bytes.copy(memory)
    const leftBytes = answer.data === undefined ? 0 : Math.max(0, lengthBytes - bytes.length)
    return {
      ...{ failure: undefined, status: 0, residualBytes: leftBytes, ...answer },
      sense: Buffer.from(answer.sense ?? '', 'hex'),
    }
  }

  /** Has the commands end that are held. */
  release(): void {
    this.held = false
    for (const end of this.#waiting.splice(0)) end()
  }

  /** Ends what the device has, as a reset does. */
  async reset(): Promise<boolean> {
    this.resets++
    this.answers.push(...this.#waiting.map(() => ({ failure: 'aborted' as const })))
    this.release()
    return true
  }
}
