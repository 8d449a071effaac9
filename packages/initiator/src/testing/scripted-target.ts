import {
  beginNegotiation,
  DataKind,
  encodeText,
  LoginRequest,
  LoginResponse,
  LoginStage,
  negotiate,
  type Offers,
  offer,
  type Packet,
  type Pdu,
  R2T,
  ScsiCommand,
  ScsiResponse,
  type TextPair,
} from '@lunkit/pdu'
import type { Fields, Values } from '@lunkit/wire'
import { connect } from '../connect.ts'
import type { ConnectOptions } from '../connect-options.ts'
import { RawConnection, type RawExtras } from '../raw-connection.ts'
import type { Session } from '../session.ts'
import { memoryPair } from './memory-transport.ts'

/** The StatSN of a scripted target's first Login Response. */
export const FIRST_STAT_SN = 100
/** How far a scripted target's window is open after the login. */
const WINDOW = 64

/** The target's side of a connection, played by a test PDU for PDU. */
export class ScriptedTarget {
  readonly raw: RawConnection
  /** The StatSN of the next status. */
  statSN = FIRST_STAT_SN
  expCmdSN = 1
  maxCmdSN = 1 + WINDOW

  constructor(raw: RawConnection) {
    this.raw = raw
  }

  /** Sends a PDU that has a status number. */
  answer<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, extras: RawExtras = {}): void {
    this.tell(pdu, { statSN: this.statSN, ...values }, extras)
    this.statSN++
  }

  /** Sends a PDU that has none. */
  tell<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, extras: RawExtras = {}): void {
    const numbers = { statSN: this.statSN, expCmdSN: this.expCmdSN, maxCmdSN: this.maxCmdSN }
    this.raw.send(pdu, { ...numbers, ...values }, extras)
  }

  /** The next SCSI Command. */
  async command(): Promise<Packet<typeof ScsiCommand.fields>> {
    const packet = await this.raw.expect(ScsiCommand)
    if (!packet.values.immediate) this.expCmdSN = packet.values.cmdSN + 1
    return packet
  }

  /** Ends a command with GOOD, or what is said. */
  end(tag: number, values: Partial<Values<typeof ScsiResponse.fields>> = {}, extras: RawExtras = {}): void {
    this.answer(ScsiResponse, { initiatorTaskTag: tag, ...values }, extras)
  }

  /** Solicits data. */
  solicit(tag: number, values: Partial<Values<typeof R2T.fields>>): void {
    this.tell(R2T, { initiatorTaskTag: tag, ...values })
  }

  /** Answers Login Requests as a target with these wishes would, until the full feature phase. */
  async acceptLogin(ours: Offers = {}): Promise<void> {
    let negotiation = beginNegotiation('target', ours)
    for (let over = false; !over; ) {
      const request = await this.raw.expect(LoginRequest)
      const { values } = request
      const security = values.currentStage === LoginStage.securityNegotiation
      const step = negotiate(negotiation, textOf(request), security ? 'security' : 'operational')
      const made = offer(step.negotiation, { phase: security ? 'security' : 'operational', which: 'needed' })
      negotiation = made.negotiation
      this.answerLogin(values, [...step.answers, ...made.pairs])
      over = values.transit && values.nextStage === LoginStage.fullFeaturePhase
    }
    const { HeaderDigest, DataDigest } = negotiation.agreed
    this.raw.headerDigest = HeaderDigest === 'CRC32C'
    this.raw.dataDigest = DataDigest === 'CRC32C'
  }

  /** Grants what a Login Request asks for. */
  answerLogin(
    asked: Values<typeof LoginRequest.fields>,
    pairs: readonly TextPair[],
    values: Partial<Values<typeof LoginResponse.fields>> = {},
  ): void {
    const { transit, currentStage, nextStage, isid, initiatorTaskTag } = asked
    const response = { transit, currentStage, nextStage, isid, initiatorTaskTag, tsih: transit ? 7 : 0, ...values }
    this.answer(LoginResponse, response, { data: encodeText(pairs) })
  }
}

/** The pairs of a packet with text. */
export function textOf({ data }: Packet): TextPair[] {
  if (data.kind === DataKind.text) return [...data.pairs]
  if (data.kind === DataKind.none) return []
  throw new Error(`${data.kind} instead of text`)
}

/** Who a scripted target is. */
export const TARGET_NAME = 'iqn.2026-11.io.lunkit:scripted'

/** What an initiator says to a scripted target unless a test says otherwise. */
export const scripted = { host: 'memory', target: TARGET_NAME, isid: 0x8000_0001_0000, strict: true } as const

/** A target that waits for a login, and an initiator that is about to make it. */
export async function beginSession(
  options: Partial<ConnectOptions> = {},
): Promise<{ target: ScriptedTarget; connecting: Promise<Session> }> {
  const [near, far] = memoryPair()
  const target = new ScriptedTarget(await RawConnection.open(far))
  const connecting = connect({ ...scripted, transport: near, ...options })
  // The test looks at it later; it must not count as unhandled until then.
  connecting.catch(() => undefined)
  return { target, connecting }
}

/** A session in its full feature phase, and the target's side of it. */
export async function beginFullFeature(
  options: Partial<ConnectOptions> = {},
  targetWishes: Offers = {
    MaxRecvDataSegmentLength: 8192,
    InitialR2T: false,
    FirstBurstLength: 262_144,
    MaxBurstLength: 1_048_576,
  },
): Promise<{ target: ScriptedTarget; session: Session }> {
  const { target, connecting } = await beginSession(options)
  await target.acceptLogin(targetWishes)
  return { target, session: await connecting }
}
