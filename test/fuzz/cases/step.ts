import {
  DataOut,
  LoginRequest,
  LogoutRequest,
  NopOut,
  type Pdu,
  RESERVED_TAG,
  ScsiCommand,
  SnackRequest,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { PduStep, Step, Twist } from './case.ts'
import { anyCommand, ping } from './command.ts'
import { bitsOf, boundaryValue, LUN_FIELDS, setBits, widthOf } from './field-value.ts'
import { loginKeys, mutatedText } from './text-mutation.ts'

const REQUESTS: readonly Pdu[] = [
  ScsiCommand,
  DataOut,
  NopOut,
  TaskManagementRequest,
  TextRequest,
  LogoutRequest,
  SnackRequest,
  LoginRequest,
]
const TWISTS: readonly Twist['field'][] = [
  'targetTransferTag',
  'dataSN',
  'bufferOffset',
  'lun',
  'initiatorTaskTag',
  'final',
  'digest',
  'length',
  'order',
  'twice',
  'missing',
]
const OPERATIONS = ['read', 'write', 'flush', 'zero', 'discard', 'extents']
const MANAGEMENT_FUNCTIONS = 16

/** Any request with any fields, those that say where it belongs being right more often than not. */
function anyRequest(random: SeededRandom, on: number): PduStep {
  const pdu = random.pick(REQUESTS)
  const header = Buffer.from(pdu.encode({}))
  for (const [name, field] of Object.entries(pdu.fields)) {
    if (name === 'opcode' || name === 'dataSegmentLength' || name === 'totalAhsWords') continue
    const value =
      name === 'lun' ? random.pick(LUN_FIELDS) : boundaryValue(random, widthOf(field), bitsOf(header, field))
    if (name === 'lun' || !random.once(3)) setBits(header, field, value)
  }
  if (random.once(2) && pdu.fields['targetTransferTag'])
    setBits(header, pdu.fields['targetTransferTag'], BigInt(RESERVED_TAG))
  if (random.once(2) && pdu.fields['final']) setBits(header, pdu.fields['final'], 1n)
  const step = { do: 'pdu', on, header: header.toString('hex') } as const
  const bound = random.once(5) ? undefined : { cmdSN: random.once(8) ? random.between(-3, 5) : 0, expStatSN: 0 }
  return { ...step, ...anyData(random, pdu), ...(bound && { bound }) }
}

function anyData(random: SeededRandom, pdu: Pdu): Pick<PduStep, 'data' | 'patternBytes'> {
  if (pdu.data === 'text') return { data: mutatedText(random, Buffer.from('SendTargets=All\0')).toString('hex') }
  if (pdu.data !== 'bytes' && !random.once(8)) return {}
  return random.once(2)
    ? { patternBytes: random.pick([1, 3, 512, 513, 4096]) }
    : { data: random.bytes(8).toString('hex') }
}

/** A task management function of any kind, of a task there may be. */
function anyManagement(random: SeededRandom, on: number): PduStep {
  const header = Buffer.from(
    TaskManagementRequest.encode({
      immediate: !random.once(4),
      lun: random.pick(LUN_FIELDS),
      initiatorTaskTag: random.next() % 0xffff_fff0,
      referencedTaskTag: random.once(3) ? RESERVED_TAG : random.below(24),
      refCmdSN: random.below(8),
    }),
  )
  setBits(header, TaskManagementRequest.fields.function, BigInt(random.below(MANAGEMENT_FUNCTIONS)))
  return { do: 'pdu', on, header: header.toString('hex'), bound: { cmdSN: 0, expStatSN: 0 } }
}

/** What is not a PDU: time, memory, the network, the disks. */
export function anySurrounding(random: SeededRandom, on: number): Step {
  switch (random.below(9)) {
    case 0:
      return { do: 'pass', ms: random.pick([500, 3000, 6000, 20_000, 70_000]) }
    case 1:
      return { do: 'block', on }
    case 2:
      return { do: 'unblock', on }
    case 3:
      return { do: 'hangUp', on }
    case 4:
      return { do: 'fail', disk: random.below(2), operation: random.pick(OPERATIONS), times: random.between(1, 3) }
    case 5:
    case 6:
      return { do: 'slow', disk: random.below(2), turns: random.pick([0, 1, 2, 5, -1]) }
    default:
      return { do: 'settle' }
  }
}

/** Answers to the R2Ts that are open, right or nearly. */
export function anyAnswer(random: SeededRandom, on: number): Step {
  const answer = { do: 'answer', on, parts: random.pick([1, 1, 2, 5]) } as const
  return random.once(2) ? answer : { ...answer, twist: { field: random.pick(TWISTS), by: random.between(-2, 3) } }
}

/** Any step of a session. */
export function anyStep(random: SeededRandom, on: number, digests: boolean): Step {
  switch (random.below(16)) {
    case 0:
      return anyManagement(random, on)
    case 1:
      return anyAnswer(random, on)
    case 2:
    case 3:
      return anyRequest(random, on)
    case 4:
      return ping(random, on)
    case 5:
    case 6:
      return anySurrounding(random, on)
    case 7:
      return { do: 'login', on, keys: loginKeys(random, digests), isid: random.below(3) + 1 }
    case 8:
      return { do: 'settle' }
    default:
      return anyCommand(random, on)
  }
}
