import type { CommandResult } from '@lunkit/initiator'
import { decodeSense } from '@lunkit/scsi'
import { type SenseTriple, tripleOf } from './sense-triple.ts'

/** What an initiator saw of the end of a command. */
export type Observation =
  | {
      readonly ended: 'good'
      readonly data: Uint8Array
      readonly underflowBytes: number
      readonly overflowBytes: number
    }
  | { readonly ended: 'checkCondition'; readonly sense: SenseTriple; readonly descriptorFormat: boolean }
  | { readonly ended: 'reservationConflict' }
  /** TASK ABORTED, an abort of its own, or a lost session: it may have happened or not. */
  | { readonly ended: 'unknown'; readonly why: string }
  | { readonly ended: 'strange'; readonly what: string }

/** SAM-5 5.3.1. */
const GOOD = 0x00
const CHECK_CONDITION = 0x02
const RESERVATION_CONFLICT = 0x18
const TASK_ABORTED = 0x40
/** SPC-5 4.4.1: response codes of descriptor format begin here. */
const DESCRIPTOR_FORMAT = 0x72
const RESPONSE_CODE_BITS = 0x7f

/** What a result is to the model. */
export function observe({ status, sense, data, underflowBytes, overflowBytes }: CommandResult): Observation {
  if (status === GOOD) return { ended: 'good', data: Uint8Array.from(data), underflowBytes, overflowBytes }
  if (status === RESERVATION_CONFLICT) return { ended: 'reservationConflict' }
  if (status === TASK_ABORTED) return { ended: 'unknown', why: 'TASK ABORTED' }
  if (status !== CHECK_CONDITION) return { ended: 'strange', what: `status ${status}` }
  const { code, deferred } = decodeSense(sense)
  if (deferred) return { ended: 'strange', what: `a deferred error, ${tripleOf(code)}` }
  const descriptorFormat = ((sense[0] ?? 0) & RESPONSE_CODE_BITS) >= DESCRIPTOR_FORMAT
  return { ended: 'checkCondition', sense: tripleOf(code), descriptorFormat }
}

/** An observation in words. */
export function say(observation: Observation): string {
  const { ended } = observation
  if (ended === 'good') {
    const { data, underflowBytes, overflowBytes } = observation
    return `GOOD, ${data.length} bytes, ${underflowBytes} under, ${overflowBytes} over`
  }
  if (ended === 'checkCondition')
    return `${observation.sense}${observation.descriptorFormat ? ' in descriptor format' : ''}`
  if (ended === 'unknown') return `unknown: ${observation.why}`
  return ended === 'strange' ? observation.what : ended
}
