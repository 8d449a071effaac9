import { LoginStage } from '@lunkit/pdu'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import { GUARDED_TARGET_NAME, INITIATOR, ITSELF } from '../oracle/guarded-target.ts'
import type { SayStep, Step } from './case.ts'
import { testUnitReady } from './command.ts'
import { mutatedText } from './text-mutation.ts'

const { securityNegotiation, operationalNegotiation, fullFeaturePhase } = LoginStage

/**
 * What a response is made of: `right` of the secret, `base64` the same so written, `other` of another secret, `reflected` of the target's own
 * secret, `before` right for the challenge that another connection was asked, `hashed` right by another hash, `near` right but for a bit,
 * `short` and `long` a byte less and more; `theirs` is the challenge of the target, `identifier` what goes with it.
 */
const placeholders = [
  'right',
  'base64',
  'other',
  'reflected',
  'before',
  'hashed',
  'near',
  'short',
  'long',
  'theirs',
  'identifier',
] as const
/** One of these words. */
export type Placeholder = (typeof placeholders)[number]

const METHODS = ['CHAP,None', 'None,CHAP', 'None', 'KRB5,CHAP', 'KRB5', 'chap', 'CHAP,CHAP', '', 'Reject']
const ALGORITHMS = ['5', '7', '8,5', '5,6', '6', '4711,5', '0', '4', '5,5', '', 'MD5', '-5', '0x5', '99999999999', ',']
const NAMES = [ITSELF.name, 'bob', 'Alice', 'alice ', '', 'a'.repeat(255), 'a'.repeat(256), GUARDED_TARGET_NAME]
const BINARIES = [
  '0x',
  '0b',
  '',
  '0x0',
  '0xg',
  '0b!!!!',
  '0b====',
  '00',
  '0xf00d',
  `0x${'5a'.repeat(1024)}`,
  `0b${'A'.repeat(1400)}`,
]
const IDENTIFIERS = ['1', '{identifier}', '255', '256', '-1', '0x1f', '', '1.5']
const KEYS = [
  'CHAP_A',
  'CHAP_I',
  'CHAP_C',
  'CHAP_N',
  'CHAP_R',
  'AuthMethod',
  'TargetName',
  'InitiatorName',
  'KRB_AP_REQ',
]

/** One of these, or more often what is right. */
const mostly = (random: SeededRandom, right: string, others: readonly string[]): string =>
  random.once(5) ? random.pick(others) : right

const braced = (random: SeededRandom): string => `{${random.pick(placeholders)}}`
const anyBinary = (random: SeededRandom): string => (random.once(2) ? braced(random) : random.pick(BINARIES))

interface Request {
  readonly on: number
  readonly entries: readonly string[]
  readonly operational?: boolean
  readonly transit: boolean
}

function say({ on, entries, operational = false, transit }: Request): SayStep {
  const currentStage = operational ? operationalNegotiation : securityNegotiation
  const nextStage = operational ? fullFeaturePhase : operationalNegotiation
  return { do: 'say', on, entries, currentStage, nextStage, transit }
}

const namesOf = (on: number): string[] => [
  `InitiatorName=iqn.1993-08.org.debian:01:fuzz${on}`,
  `TargetName=${GUARDED_TARGET_NAME}`,
  'SessionType=Normal',
]

/** So that nothing is left for the target to ask for. */
const PARAMETERS = [
  'HeaderDigest=None',
  'DataDigest=None',
  'InitialR2T=No',
  'ImmediateData=Yes',
  'MaxBurstLength=131072',
]

/** The text that must prove who it is, right more often than not. */
function proof(random: SeededRandom): string[] {
  const response = random.once(2) ? anyBinary(random) : random.once(6) ? '{base64}' : '{right}'
  const entries = [`CHAP_N=${mostly(random, INITIATOR.name, NAMES)}`, `CHAP_R=${response}`]
  if (!random.once(3)) return entries
  const challenge = random.once(2) ? '0xf00dcafe' : anyBinary(random)
  return [...entries, `CHAP_I=${mostly(random, '17', IDENTIFIERS)}`, `CHAP_C=${challenge}`]
}

/** A login at the guarded target with each of its steps, as an initiator would say them that knows the secret. */
export const rightLogin = (on: number): SayStep[] => [
  say({ on, entries: [...namesOf(on), 'AuthMethod=CHAP'], transit: false }),
  say({ on, entries: ['CHAP_A=5,6,7,8'], transit: false }),
  say({ on, entries: [`CHAP_N=${INITIATOR.name}`, 'CHAP_R={right}'], transit: true }),
  say({ on, entries: PARAMETERS, operational: true, transit: true }),
]

/** The same, with some of it otherwise. */
function nearlyRight(random: SeededRandom, on: number): SayStep[] {
  const method = mostly(random, 'CHAP', METHODS)
  return [
    say({ on, entries: [...namesOf(on), `AuthMethod=${method}`], transit: random.once(6) }),
    say({ on, entries: [`CHAP_A=${mostly(random, '5,6,7,8', ALGORITHMS)}`], transit: random.once(6) }),
    say({ on, entries: proof(random), transit: !random.once(6) }),
    say({ on, entries: random.once(4) ? [] : PARAMETERS, operational: true, transit: true }),
  ]
}

/** Changes what a request says, its stages, or how its text comes. */
export function mutatedSay(random: SeededRandom, step: SayStep): SayStep {
  const { entries } = step
  const at = random.below(Math.max(1, entries.length))
  const key = (entries[at] ?? 'CHAP_R=').split('=', 1)[0] as string
  const stage = () => random.pick([securityNegotiation, operationalNegotiation, fullFeaturePhase])
  switch (random.below(10)) {
    case 0:
      return { ...step, transit: !step.transit }
    case 1:
      return { ...step, currentStage: stage(), nextStage: stage() }
    case 2:
      return { ...step, continues: !step.continues, transit: false }
    case 3:
      return { ...step, entries: entries.toSpliced(at, 1) }
    case 4:
      return { ...step, entries: [...entries, `${random.pick(KEYS)}=${anyBinary(random)}`] }
    case 5:
      return { ...step, entries: [...entries, ...proof(random)] }
    case 6:
      return { ...step, entries: split(mutatedText(random, Buffer.from(entries.map(each => `${each}\0`).join('')))) }
    default:
      return { ...step, entries: entries.toSpliced(at, 1, `${key}=${anyBinary(random)}`) }
  }
}

const split = (text: Buffer): string[] =>
  text
    .toString('latin1')
    .split('\0')
    .filter(entry => entry !== '')

/** Steps left out, said again, in another order, or of another connection. */
function disturbed(random: SeededRandom, steps: SayStep[]): SayStep[] {
  const at = random.below(steps.length)
  const step = steps[at] as SayStep
  switch (random.below(6)) {
    case 0:
      return steps.toSpliced(at, 1)
    case 1:
      return steps.toSpliced(at, 0, step)
    case 2:
      return steps.toSpliced(at, 1).toSpliced(random.below(steps.length), 0, step)
    case 3:
      return steps.with(at, mutatedSay(random, step))
    default:
      return steps
  }
}

/** The steps of two logins, one after the other in each, and mixed. */
function interleaved<T>(random: SeededRandom, one: readonly T[], other: readonly T[]): T[] {
  const [left, right] = [[...one], [...other]]
  const mixed: T[] = []
  while (left.length + right.length > 0) mixed.push(...(random.once(2) ? left : right).splice(0, 1))
  return mixed
}

/** Logins at the guarded target: right ones, nearly right ones, and what no initiator would say. */
export function securityCase(random: SeededRandom): readonly Step[] {
  const login = (on: number) => disturbed(random, random.once(6) ? rightLogin(on) : nearlyRight(random, on))
  const steps: Step[] = random.once(3) ? interleaved(random, login(0), login(1)) : login(0)
  if (random.once(4)) steps.push({ do: 'pass', ms: random.pick([500, 1000, 1500]) })
  if (random.once(3)) steps.push(testUnitReady(random, 0, 0n))
  if (random.once(6)) steps.push({ do: 'hangUp', on: 0 }, ...login(2))
  return steps
}
