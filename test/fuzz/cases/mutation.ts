import { BasicHeader, pduOf } from '@lunkit/pdu'
import { dataView } from '@lunkit/wire'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import { everyCdb } from '../oracle/command-effect.ts'
import type { LiveCase, PduStep, Step } from './case.ts'
import { bitsOf, boundaryValue, LUN_FIELDS, setBits, widthOf } from './field-value.ts'
import { assemble, dataOf, headerOf } from './pdu-bytes.ts'
import { mutatedSay } from './security.ts'
import { anyStep, anySurrounding } from './step.ts'
import { mutatedText } from './text-mutation.ts'

/** More steps than this add nothing but time. */
const MOST_STEPS = 48
const CDB_BYTE = 32

type MutatePdu = (random: SeededRandom, step: PduStep) => Step

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function changedField(random: SeededRandom, step: PduStep): PduStep {
  const header = headerOf(step)
  const pdu = pduOf(BasicHeader.view(dataView(header)).opcode)
  const fields = Object.entries(pdu?.fields ?? BasicHeader.fields)
  const [name, field] = random.pick(fields)
  const current = bitsOf(header, field)
  setBits(header, field, name === 'lun' ? random.pick(LUN_FIELDS) : boundaryValue(random, widthOf(field), current))
  // A number that is changed is meant.
  const { bound: _, ...rest } = step
  return name === 'cmdSN' || name === 'expStatSN' ? { ...rest, header: hex(header) } : { ...step, header: hex(header) }
}

function changedCdb(random: SeededRandom, step: PduStep): PduStep {
  const header = headerOf(step)
  const cdb = header.subarray(CDB_BYTE)
  const declared = everyCdb.filter(each => each.opcode === cdb[0])
  if (declared.length === 0) return changedField(random, step)
  const field = random.pick(Object.values(random.pick(declared).fields))
  setBits(cdb, field, boundaryValue(random, widthOf(field), bitsOf(cdb, field)))
  return { ...step, header: hex(header) }
}

function changedData(random: SeededRandom, step: PduStep): PduStep {
  const data = dataOf(step)
  const { patternBytes: _, ...rest } = step
  const pdu = pduOf(BasicHeader.view(dataView(headerOf(step))).opcode)
  if (pdu?.data === 'text' && !random.once(4)) return { ...rest, data: hex(mutatedText(random, data)) }
  if (data.length === 0 || random.once(4))
    return { ...rest, data: hex(random.bytes(random.pick([1, 2, 3, 4, 16, 512, 600]))) }
  if (random.once(2)) return { ...rest, data: hex(data.subarray(0, random.below(data.length))) }
  data[random.below(data.length)] = random.next()
  return { ...rest, data: hex(data) }
}

/** AHS types of RFC 7143 11.2.2 with lengths that fit, and ones that do not. */
function changedAhs(random: SeededRandom, step: PduStep): PduStep {
  const words = random.pick([1, 1, 2, 4, 8, 63, 64, 65])
  const ahs = random.bytes(words * 4)
  ahs[0] = 0
  ahs[1] = random.pick([words * 4 - 3, words * 4 - 4, 1, 5, 0, 255])
  ahs[2] = random.pick([1, 1, 2, 3])
  return { ...step, ahs: hex(ahs) }
}

const flipped: MutatePdu = (random, step) => {
  const header = headerOf(step)
  const at = random.below(header.length)
  header[at] = (header[at] as number) ^ (2 ** random.below(8))
  return { ...step, header: hex(header) }
}

const pduMutations: readonly MutatePdu[] = [
  changedField,
  changedField,
  changedField,
  changedCdb,
  changedCdb,
  changedData,
  changedData,
  flipped,
  changedAhs,
  (random, step) => ({
    ...step,
    saysDataBytes: random.pick([0, 1, 47, 48, 512, 8192, 8193, 32_768, 32_769, 0xff_ffff]),
  }),
  (random, step) => ({ ...step, saysAhsWords: random.pick([0, 1, 2, 63, 64, 65, 255]) }),
  (random, step) => ({ ...step, wrongDigest: random.pick(['header', 'data', 'data'] as const) }),
  (random, step) => ({ ...step, bound: { ...step.bound, cmdSN: random.between(-2, 18) } }),
  (random, step) => ({ ...step, bound: { ...step.bound, expStatSN: random.between(-2, 3) } }),
  (_, step) => ({ ...step, gathers: true }),
  (random, step) => {
    const bytes = assemble(step, headerOf(step), { headerDigest: false, dataDigest: false })
    return { do: 'bytes', on: step.on, bytes: hex(bytes.subarray(0, random.below(bytes.length))) }
  },
]

/** How many connections a case has at the most. */
const MOST_CONNECTIONS = 3

function mutatedStep(random: SeededRandom, step: Step, digests: boolean): Step {
  if (step.do === 'pdu' && !random.once(12)) return random.pick(pduMutations)(random, step)
  if (step.do === 'say' && !random.once(12)) return mutatedSay(random, step)
  if ('on' in step && random.once(2)) return { ...step, on: random.below(MOST_CONNECTIONS) }
  return anyStep(random, 0, digests)
}

/** Lengths of pieces, short and odd ones mostly; none half of the time. */
export function anyCuts(random: SeededRandom): number[] {
  if (random.once(2)) return []
  return Array.from({ length: random.between(1, 5) }, () =>
    random.pick([1, 3, 7, 47, 48, 49, 52, 100, 512, 1460, 4096]),
  )
}

/** A case like this one, and not quite. `other` lends steps. */
export function mutated(random: SeededRandom, from: LiveCase, other: LiveCase, digests: boolean): LiveCase {
  let steps = [...from.steps]
  let { cuts } = from
  for (let changes = random.between(1, 4); changes > 0; changes--) {
    const at = random.below(Math.max(1, steps.length))
    const step = steps[at]
    switch (random.below(12)) {
      case 0:
        steps = steps.toSpliced(at, 1)
        break
      case 1:
        if (step) steps = steps.toSpliced(at, 0, step)
        break
      case 2:
        if (step) steps = steps.toSpliced(at, 1).toSpliced(random.below(steps.length), 0, step)
        break
      case 3:
        steps = steps.toSpliced(at, 0, anySurrounding(random, random.below(2)))
        break
      case 4: {
        const start = random.below(Math.max(1, other.steps.length))
        steps = [...steps.slice(0, at + 1), ...other.steps.slice(start, start + random.between(1, 12))]
        break
      }
      case 5:
        cuts = anyCuts(random)
        break
      case 6:
      case 7:
        steps = steps.toSpliced(at, 0, anyStep(random, random.once(4) ? 1 : 0, digests))
        break
      default:
        if (step) steps[at] = mutatedStep(random, step, digests)
    }
  }
  return { ...from, steps: steps.slice(0, MOST_STEPS), cuts }
}
