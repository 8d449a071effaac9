import { LoginStage } from '@lunkit/pdu'
import { Finding, FindingKind } from '../finding.ts'
import { type AskedChallenge, binaryOf, digestBytes, numberOf, responseTo, strongestFirst } from './chap-reading.ts'
import { GUARDED_TARGET_NAME, INITIATOR, ITSELF } from './guarded-target.ts'

type Pairs = readonly (readonly [string, string])[]

/** What a Login Response says beside its text. */
export interface LoginStages {
  readonly status: number
  readonly continues: boolean
  readonly transit: boolean
  readonly currentStage: number
  readonly nextStage: number
}

/** RFC 7143 6.2: what is answered to a key that has no place. */
const NO_VALUES: readonly string[] = ['Reject', 'NotUnderstood', 'Irrelevant']

/** What every connection of a world was asked: nobody may be asked the same again. */
export type AskedChallenges = AskedChallenge[]

/** What an initiator wants to have shown. */
interface OwnChallenge {
  readonly identifier: number
  readonly bytes: Buffer
}

/**
 * Who may get into the guarded target, by the texts of both sides alone: who has answered its challenge by the right secret under the
 * right name, and nobody else. What the target asks and shows itself is judged too, RFC 7143 12.1.3 and 9.2.1.
 */
export class SecurityJudge {
  readonly #all: AskedChallenges
  #guarded: boolean | undefined
  #algorithms: readonly number[] = []
  #answered = false
  #wanted: OwnChallenge | undefined
  /** What this connection was asked. */
  asked: AskedChallenge | undefined
  /** Whether the initiator has shown who it is. */
  proven = false

  constructor(all: AskedChallenges) {
    this.#all = all
  }

  /** The challenge that another connection was asked last. */
  get before(): AskedChallenge | undefined {
    return this.#all.findLast(each => each !== this.asked)
  }

  /** The initiator has said a text, all of it. */
  initiatorSaid(pairs: Pairs): void {
    const said = new Map(pairs)
    this.#guarded ??=
      said.get('TargetName')?.toLowerCase() === GUARDED_TARGET_NAME &&
      (said.get('SessionType') ?? 'Normal') === 'Normal'
    this.#algorithms = said.get('CHAP_A')?.split(',').map(numberOf) ?? []
    this.#wanted = undefined
    this.#answered = this.asked !== undefined && !this.proven && said.has('CHAP_R')
    if (!this.asked || !this.#answered) return
    this.proven = isProof(this.asked, said)
    const [identifier, challenge] = [said.get('CHAP_I'), said.get('CHAP_C')]
    if (identifier !== undefined && challenge !== undefined)
      this.#wanted = { identifier: numberOf(identifier), bytes: binaryOf(challenge) }
  }

  /** The target has answered that, all of it. @throws {Finding} where it must not. */
  targetSaid(stages: LoginStages, pairs: Pairs): void {
    if (!this.#guarded || stages.status !== 0) return
    this.#checkStage(stages)
    const said = new Map(pairs.filter(([, value]) => !NO_VALUES.includes(value)))
    if (said.has('CHAP_C')) this.#ask(said)
    if (said.has('CHAP_R')) this.#checkShown(said)
    else if (this.proven && this.#wanted)
      wrong(FindingKind.protocol, 'the target was asked who it is, and says nothing')
    this.#wanted = undefined
  }

  #checkStage({ transit, currentStage, nextStage }: LoginStages): void {
    if (this.proven) return
    const stays = currentStage === LoginStage.securityNegotiation && (!transit || nextStage === currentStage)
    if (!stays) wrong(FindingKind.letIn, `stage ${currentStage}${transit ? ` to ${nextStage}` : ''} without a proof`)
    if (this.#answered) wrong(FindingKind.letIn, 'a login goes on after a wrong response')
  }

  #ask(said: ReadonlyMap<string, string>): void {
    const [algorithm = Number.NaN, identifier = Number.NaN] = ['CHAP_A', 'CHAP_I'].map(key =>
      numberOf(said.get(key) ?? ''),
    )
    const bytes = binaryOf(said.get('CHAP_C') as string)
    const strongest = strongestFirst.find(each => this.#algorithms.includes(each))
    if (algorithm !== strongest) wrong(FindingKind.protocol, `algorithm ${algorithm} of ${this.#algorithms.join()}`)
    if (bytes.length !== digestBytes(algorithm)) wrong(FindingKind.protocol, `a challenge of ${bytes.length} bytes`)
    if (!(identifier >= 0 && identifier <= 255)) wrong(FindingKind.protocol, `the identifier ${identifier}`)
    if (this.asked) wrong(FindingKind.protocol, 'a login was asked a second time')
    if (this.#all.some(each => each.bytes.equals(bytes)))
      wrong(FindingKind.askedAgain, 'a challenge that was asked before')
    this.asked = { algorithm, identifier, bytes }
    this.#all.push(this.asked)
  }

  #checkShown(said: ReadonlyMap<string, string>): void {
    const { asked } = this
    const wanted = this.#wanted
    if (!asked || !this.proven || !wanted)
      return wrong(FindingKind.letIn, 'the target shows who it is to whoever it is')
    if (wanted.bytes.equals(asked.bytes)) wrong(FindingKind.letIn, 'the target answers its own challenge')
    const right = responseTo({ algorithm: asked.algorithm, ...wanted }, ITSELF.secret)
    if (said.get('CHAP_N') !== ITSELF.name || !binaryOf(said.get('CHAP_R') as string).equals(right))
      wrong(FindingKind.protocol, 'the target shows something else than who it is')
  }
}

/** RFC 7143 9.2.1: what the target would have said itself proves nothing. */
function isProof(asked: AskedChallenge, said: ReadonlyMap<string, string>): boolean {
  const response = binaryOf(said.get('CHAP_R') as string)
  if (said.get('CHAP_N') !== INITIATOR.name || response.equals(responseTo(asked, ITSELF.secret))) return false
  return response.equals(responseTo(asked, INITIATOR.secret))
}

function wrong(kind: FindingKind, detail: string): void {
  throw new Finding(kind, detail)
}
