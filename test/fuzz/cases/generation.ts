import { encodeText, LoginRequest, LoginStage } from '@lunkit/pdu'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import { Area, type DecoderCase, Door, type FuzzCase, type LiveCase, type PduStep, type Step } from './case.ts'
import { anyCommand, ping, testUnitReady } from './command.ts'
import { anyCuts, mutated } from './mutation.ts'
import { assemble, headerOf } from './pdu-bytes.ts'
import { anyScenario } from './scenario.ts'
import { securityCase } from './security.ts'
import { anyAnswer, anyStep } from './step.ts'
import { loginKeys, mutatedText } from './text-mutation.ts'
import { loginTranscripts, sessionTranscripts, wholeTranscripts } from './transcripts.ts'

/** One case of so many goes over TCP: it costs ten times as much as one in memory. */
const TCP_ONCE_IN = 60

/** What cases are made of. */
export interface Making {
  readonly random: SeededRandom
  /** Whether every session has digests. */
  readonly digests: boolean
}

const loginStep = ({ random, digests }: Making, on = 0): Step => ({
  do: 'login',
  on,
  keys: loginKeys(random, digests),
  isid: on + 1,
})

/** Part of what a Linux initiator asked for. */
function transcriptPart(random: SeededRandom): readonly Step[] {
  const all = random.pick(sessionTranscripts.filter(steps => steps.length > 0))
  const start = random.below(all.length)
  return all.slice(start, start + random.between(1, 12))
}

/** So many commands take the unit attentions of a new nexus, most of the time. */
const READY_COMMANDS = 2

/** A login, and the commands that find the units ready. */
function ready(making: Making, on = 0): Step[] {
  const { random } = making
  const asked = random.once(3) ? [] : [0n, SECOND_LUN].flatMap(lun => Array.from({ length: READY_COMMANDS }, () => lun))
  return [loginStep(making, on), ...asked.map(lun => testUnitReady(random, on, lun))]
}

const SECOND_LUN = 0x0001_0000_0000_0000n

/** A login that takes the place of the first session's, by another connection. */
const again = (making: Making): Step => ({ ...loginStep(making, 2), isid: 1 }) as Step

/** Operations of a disk that fail, and commands that need them. */
function faultAndCommands(random: SeededRandom, on: number): Step[] {
  const disk = random.below(2)
  const operation = random.pick(['read', 'write', 'write', 'flush', 'zero', 'discard'])
  const commands = Array.from({ length: random.between(1, 4) }, () => anyCommand(random, on))
  const answer: Step = { do: 'answer', on, parts: 1 }
  return [{ do: 'fail', disk, operation, times: random.between(1, 3) }, ...commands, answer, { do: 'settle' }]
}

function loginCase(making: Making): readonly Step[] {
  const { random, digests } = making
  if (random.once(2)) return random.pick(loginTranscripts)
  const stages = random.between(1, 4)
  return Array.from({ length: stages }, (_, i) => loginPdu(random, { digests, i, last: i === stages - 1 })).flatMap(
    step => [step, { do: 'settle' } as const],
  )
}

function loginPdu(random: SeededRandom, { digests, i, last }: { digests: boolean; i: number; last: boolean }): PduStep {
  const { securityNegotiation, operationalNegotiation, fullFeaturePhase } = LoginStage
  const currentStage = random.once(3) ? securityNegotiation : operationalNegotiation
  const header = LoginRequest.encode({
    immediate: true,
    transit: last || random.once(4),
    continues: random.once(10),
    currentStage,
    nextStage: last ? fullFeaturePhase : operationalNegotiation,
    isid: random.between(1, 3),
    tsih: random.once(10) ? random.below(4) : 0,
    cid: random.below(2),
    initiatorTaskTag: 1,
    cmdSN: 1,
  })
  const named = Buffer.from(encodeText(Object.entries(loginKeys(random, digests))))
  const data = i === 0 ? named : mutatedText(random, Buffer.from('MaxBurstLength=4096\0'))
  return { do: 'pdu', on: 0, header: Buffer.from(header).toString('hex'), data: data.toString('hex') }
}

function sessionCase(making: Making): readonly Step[] {
  const { random, digests } = making
  if (random.once(10)) return random.pick(wholeTranscripts).steps
  const steps: Step[] = ready(making)
  if (random.once(3)) steps.push(...ready(making, 1))
  if (random.once(3)) return [...steps, ...anyScenario(random, again(making))]
  for (let left = random.between(1, 20); left > 0; left--) {
    if (random.once(8)) steps.push(...transcriptPart(random))
    else if (random.once(10)) steps.push(...faultAndCommands(random, 0))
    else steps.push(anyStep(random, random.once(8) ? 1 : 0, digests))
    if (random.once(3)) steps.push(anyAnswer(random, 0))
  }
  return steps
}

function cdbCase(making: Making): readonly Step[] {
  const { random } = making
  const steps: Step[] = ready(making)
  for (let left = random.between(4, 24); left > 0; left--) {
    steps.push(anyCommand(random, 0))
    if (random.once(4)) steps.push({ do: 'answer', on: 0, parts: 1 })
    if (random.once(12)) steps.push(...faultAndCommands(random, 0))
  }
  return random.once(2) ? [...steps, ping(random, 0)] : steps
}

const makers: Readonly<Record<LiveCase['area'], (making: Making) => readonly Step[]>> = {
  login: loginCase,
  'full-feature': sessionCase,
  cdb: cdbCase,
  security: ({ random }) => securityCase(random),
}

function decoderCase(making: Making, base: DecoderCase | undefined): DecoderCase {
  const { random, digests } = making
  if (base && !random.once(3)) return spoiltBytes(random, base)
  const headerDigest = digests || random.once(2)
  const dataDigest = digests || random.once(2)
  const steps: DecoderCase['steps'][number][] = []
  const source = random.pick(wholeTranscripts)
  const live = mutated(random, { ...source, steps: transcriptPart(random) }, source, digests)
  for (const step of live.steps) {
    if (step.do === 'bytes') steps.push({ ...step, on: 0 })
    if (step.do !== 'pdu' || (step.patternBytes ?? 0) > 4096) continue
    const bytes = assemble(step, headerOf(step), { headerDigest, dataDigest }).toString('hex')
    steps.push({ do: 'bytes', on: 0, bytes })
  }
  const maxDataSegmentLength = random.pick([8192, 8192, 512, 0, 0xff_ffff])
  const how = { headerDigest, dataDigest, maxDataSegmentLength, places: random.once(2) }
  return { area: Area.decoder, ...how, steps, cuts: anyCuts(random) }
}

function spoiltBytes(random: SeededRandom, base: DecoderCase): DecoderCase {
  const bytes = Buffer.concat(base.steps.map(step => Buffer.from(step.bytes, 'hex')))
  if (bytes.length > 0)
    for (let left = random.below(4); left > 0; left--) bytes[random.below(bytes.length)] = random.next()
  const end = random.once(4) ? random.below(bytes.length + 1) : bytes.length
  return {
    ...base,
    steps: [{ do: 'bytes', on: 0, bytes: bytes.subarray(0, end).toString('hex') }],
    cuts: anyCuts(random),
    places: random.once(2),
    dataDigest: random.once(10) ? !base.dataDigest : base.dataDigest,
  }
}

/** A case of an area: anew, or from one that showed something before. */
export function anyCase(making: Making, area: Area, corpus: readonly FuzzCase[]): FuzzCase {
  const { random, digests } = making
  const base = corpus.length > 0 && !random.once(4) ? random.pick(corpus) : undefined
  if (area === Area.decoder) return decoderCase(making, base?.area === Area.decoder ? base : undefined)
  if (base && base.area !== Area.decoder) {
    const other = random.pick(corpus)
    return mutated(random, base, other.area === Area.decoder ? base : other, digests)
  }
  const door = random.once(TCP_ONCE_IN) ? Door.tcp : Door.memory
  const fresh: LiveCase = { area, door, steps: makers[area](making), cuts: anyCuts(random) }
  return random.once(3) ? fresh : mutated(random, fresh, fresh, digests)
}
