import { type SenseCode, SenseKey, senseName } from '@lunkit/scsi'
import { ScsiError } from './error.ts'

/** A unit attention: what a logical unit had to say before it would do anything (SAM-5 5.14). */
export interface AttentionNotice {
  readonly lun: number
  readonly code: SenseCode
  /** Its name, such as `reportedLunsDataHasChanged`. */
  readonly name: string
  /** Whether the command that met it was sent again. False: it failed with it, and was not carried out. */
  readonly passed: boolean
}

/**
 * Who deals with unit attentions. `session`: it tells its listener, and sends the command again, which was not carried
 * out; one that says that the program has lost what it may rely on (see `lost`) fails the command all the same.
 * `command`: each fails the command that meets it.
 */
export type AttentionPolicy = 'session' | 'command'

/** The additional sense codes of what a program may rely on: its reservation, its medium, the capacity. */
const LOSSES: ReadonlySet<string> = new Set([
  'notReadyToReadyChangeMediumMayHaveChanged',
  'reservationsPreempted',
  'reservationsReleased',
  'registrationsPreempted',
  'capacityDataHasChanged',
])

/** ASC 29h: power on or reset, which also takes a reservation away (SPC-2). */
const RESET_ASC = 0x29

/** What a command met, when it failed only because the unit had something to say first. */
export function attentionOf(error: unknown): SenseCode | undefined {
  if (!(error instanceof ScsiError) || error.sense?.deferred !== false) return undefined
  const { code } = error.sense
  return code.key === SenseKey.unitAttention ? code : undefined
}

/** What a session knows of a unit, as far as its attentions go. */
class UnitAcquaintance {
  /** Whether a command has succeeded: what was said before that concerns nobody. */
  met = false
  reserved = false
}

/** The unit attentions of a session: which are passed over. */
export class Attentions {
  readonly #units = new Map<number, UnitAcquaintance>()
  readonly #policy: AttentionPolicy
  readonly #tell: (notice: AttentionNotice) => void

  /** `tell` hears each that was met. */
  constructor(policy: AttentionPolicy, tell: (notice: AttentionNotice) => void) {
    this.#policy = policy
    this.#tell = tell
  }

  /** A command of the unit has succeeded. */
  met(lun: number): void {
    this.#unit(lun).met = true
  }

  /** Whether this session holds the unit's reservation. */
  reserved(lun: number, held: boolean): void {
    this.#unit(lun).reserved = held
  }

  /** One was met; whether it is passed over, which it is `anyhow` where the caller has seen to that. */
  attended(lun: number, code: SenseCode, anyhow: boolean): boolean {
    const notice = this.#notice(lun, code)
    const passed = anyhow || notice.passed
    this.#tell({ ...notice, passed })
    return passed
  }

  #notice(lun: number, code: SenseCode): AttentionNotice {
    const unit = this.#unit(lun)
    const name = senseName(code)
    const reservationLost = unit.reserved && (code.asc === RESET_ASC || name.startsWith('reservations'))
    if (reservationLost) unit.reserved = false
    const lost = reservationLost || (unit.met && LOSSES.has(name))
    return { lun, code, name, passed: this.#policy === 'session' && !lost }
  }

  #unit(lun: number): UnitAcquaintance {
    const known = this.#units.get(lun)
    if (known) return known
    const unit = new UnitAcquaintance()
    this.#units.set(lun, unit)
    return unit
  }
}
