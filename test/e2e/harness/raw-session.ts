import { inspect } from 'node:util'
import { type OpenTransport, RawConnection, tcp } from '@lunkit/initiator'
import {
  DataOut,
  encodeText,
  isPacket,
  LogoutReason,
  LogoutRequest,
  NopOut,
  type Offers,
  type Packet,
  type Parameters,
  type Pdu,
  RESERVED_TAG,
  ScsiCommand,
  ScsiResponse,
  TaskManagementRequest,
  TaskManagementResponse,
  type TextPair,
  TextRequest,
} from '@lunkit/pdu'
import { decodeSense, type SenseData, senseName } from '@lunkit/scsi'
import { statusName } from '@lunkit/scsi/transport'
import { type Fields, serialAdd, type Values } from '@lunkit/wire'

/** Any values for the fields of a PDU. */
export type FieldsOf<P> = P extends Pdu<infer F extends Fields> ? Partial<Values<F>> : never

/** How a raw session logs in. */
export interface RawSessionOptions {
  readonly offers?: Offers
  readonly initiatorName?: string
  readonly isid?: number
  /** The session in which the connection takes the place of another one; 0, a new one, when left out. */
  readonly tsih?: number
  readonly cid?: number
  readonly cmdSN?: number
  readonly transport?: OpenTransport
}

/** How a command ended, as the wire has it. */
export interface RawStatus {
  readonly status: number
  readonly sense: SenseData | undefined
}

/** The initiator of raw sessions that do not name one. */
const RAW_INITIATOR = 'iqn.2026-11.io.lunkit:raw'
let lastIsid = 0x8000_0100_0000

/** A session that logs in by the rules and then does what a test wants; numbers are right where a test gives none. */
export class RawSession {
  readonly raw: RawConnection
  readonly parameters: Parameters
  readonly tsih: number
  cmdSN: number
  expStatSN: number
  #nextTag = 0x1000

  private constructor(raw: RawConnection, outcome: Awaited<ReturnType<RawConnection['login']>>) {
    this.raw = raw
    this.parameters = outcome.parameters
    this.tsih = outcome.tsih
    this.cmdSN = outcome.sequence.cmdSN
    this.expStatSN = outcome.sequence.expStatSN
  }

  /** Connects and logs in. */
  static async login(
    address: { host: string; port: number; target: string },
    options: RawSessionOptions = {},
  ): Promise<RawSession> {
    const {
      offers,
      initiatorName = RAW_INITIATOR,
      isid = ++lastIsid,
      tsih = 0,
      cid = 0,
      cmdSN = 1,
      transport,
    } = options
    const raw = await RawConnection.open(transport ?? tcp(address))
    const names = { InitiatorName: initiatorName, TargetName: address.target, SessionType: 'Normal' } as const
    const outcome = await raw.login({ ...names, ...offers }, { isid, tsih, cid, cmdSN })
    raw.headerDigest = outcome.parameters.HeaderDigest === 'CRC32C'
    raw.dataDigest = outcome.parameters.DataDigest === 'CRC32C'
    return new RawSession(raw, outcome)
  }

  newTag(): number {
    return this.#nextTag++
  }

  /** The number of the next command. */
  takeCmdSN(): number {
    const { cmdSN } = this
    this.cmdSN = serialAdd(cmdSN, 1)
    return cmdSN
  }

  /** Fields of a SCSI Command for LUN 0; `write` and `read` are expected lengths. */
  commandFields(
    { cdb, read = 0, write = 0 }: { cdb: Uint8Array; read?: number; write?: number },
    more: FieldsOf<typeof ScsiCommand> = {},
  ): FieldsOf<typeof ScsiCommand> & { initiatorTaskTag: number } {
    const { immediate = false, initiatorTaskTag = this.newTag() } = more
    return {
      final: true,
      read: read > 0,
      write: write > 0,
      attribute: 1,
      expectedDataTransferLength: write || read,
      cmdSN: more.cmdSN ?? (immediate ? this.cmdSN : this.takeCmdSN()),
      expStatSN: this.expStatSN,
      cdb: cdb.subarray(0, 16),
      ...more,
      initiatorTaskTag,
    }
  }

  /** Sends a SCSI Command; answers its tag. */
  command(
    what: { cdb: Uint8Array; read?: number; write?: number; data?: Uint8Array },
    more: FieldsOf<typeof ScsiCommand> = {},
  ): number {
    const fields = this.commandFields(what, more)
    this.raw.send(ScsiCommand, fields, what.data ? { data: what.data } : {})
    return fields.initiatorTaskTag
  }

  /** Sends one Data-Out PDU: unsolicited and final, unless said otherwise. */
  dataOut(initiatorTaskTag: number, data: Uint8Array, more: FieldsOf<typeof DataOut> = {}): void {
    const fields = {
      final: true,
      initiatorTaskTag,
      targetTransferTag: RESERVED_TAG,
      expStatSN: this.expStatSN,
      ...more,
    }
    this.raw.send(DataOut, fields, data.length > 0 ? { data } : {})
  }

  /** Sends a NOP-Out that asks for an answer. */
  ping(data: Uint8Array = new Uint8Array(0), more: FieldsOf<typeof NopOut> = {}): number {
    const { immediate = true, initiatorTaskTag = this.newTag() } = more
    const cmdSN = immediate ? this.cmdSN : (more.cmdSN ?? this.takeCmdSN())
    const fields = { immediate, initiatorTaskTag, targetTransferTag: RESERVED_TAG, cmdSN, expStatSN: this.expStatSN }
    this.raw.send(NopOut, { ...fields, ...more }, data.length > 0 ? { data } : {})
    return initiatorTaskTag
  }

  /** Sends a task management function, immediate. */
  manage(fields: FieldsOf<typeof TaskManagementRequest>): number {
    const initiatorTaskTag = fields.initiatorTaskTag ?? this.newTag()
    const { cmdSN, expStatSN } = this
    const usual = { immediate: true, referencedTaskTag: RESERVED_TAG, cmdSN, expStatSN }
    this.raw.send(TaskManagementRequest, { ...usual, ...fields, initiatorTaskTag })
    return initiatorTaskTag
  }

  /** Sends a Logout Request, immediate. */
  logout(fields: FieldsOf<typeof LogoutRequest> = {}): number {
    const initiatorTaskTag = this.newTag()
    const { cmdSN, expStatSN } = this
    const usual = { immediate: true, reason: LogoutReason.closeSession, cmdSN, expStatSN }
    this.raw.send(LogoutRequest, { ...usual, ...fields, initiatorTaskTag })
    return initiatorTaskTag
  }

  /** Sends a Text Request, immediate. */
  text(pairs: readonly TextPair[] | Uint8Array, more: FieldsOf<typeof TextRequest> = {}): number {
    const { initiatorTaskTag = this.newTag() } = more
    const { cmdSN, expStatSN } = this
    const usual = { immediate: true, final: true, targetTransferTag: RESERVED_TAG, cmdSN, expStatSN }
    const data = pairs instanceof Uint8Array ? pairs : encodeText(pairs)
    this.raw.send(TextRequest, { ...usual, ...more, initiatorTaskTag }, data.length > 0 ? { data } : {})
    return initiatorTaskTag
  }

  /** The next PDU; its StatSN has to be the next one where it counts. */
  async receive(): Promise<Packet> {
    const packet = await this.raw.receive()
    const { statSN } = packet.values as { statSN?: number }
    if (statSN === undefined || !countsAsStatus(packet)) return packet
    if (statSN !== this.expStatSN)
      throw new Error(`${packet.pdu.name} has StatSN ${statSN}, ${this.expStatSN} was next`)
    this.expStatSN = serialAdd(statSN, 1)
    return packet
  }

  /** The next PDU, which has to be this one. */
  async expect<F extends Fields>(pdu: Pdu<F>): Promise<Packet<F>> {
    const packet = await this.receive()
    if (isPacket(packet, pdu)) return packet
    throw new Error(
      `${packet.pdu.name} came, ${pdu.name} was expected: ${inspect(packet.values, { breakLength: 200 })}`,
    )
  }

  /** How the command with this tag ended; a SCSI Response has to come next. */
  async status(tag: number): Promise<RawStatus> {
    const { values, data } = await this.expect(ScsiResponse)
    if (values.initiatorTaskTag !== tag)
      throw new Error(`task ${values.initiatorTaskTag} ended, that of task ${tag} was expected`)
    const sense = data.kind === 'sense' ? decodeSense(data.sense) : undefined
    return { status: values.status, sense }
  }

  /** How the command with this tag ended, in a word: a status, or what its sense data says. */
  async outcome(tag: number): Promise<string> {
    const { status, sense } = await this.status(tag)
    return sense ? senseName(sense.code) : statusName(status)
  }

  /** The response to the task management function with this tag, which has to come next. */
  async managed(tag: number): Promise<number> {
    const { values } = await this.expect(TaskManagementResponse)
    if (values.initiatorTaskTag !== tag) throw new Error(`function ${values.initiatorTaskTag} ended before ${tag}`)
    return values.response
  }

  /** Ends the connection without a logout. */
  destroy(): void {
    this.raw.destroy()
  }
}

/** RFC 7143 11.7.3, 11.8.3, 11.19.4: which PDUs take a StatSN. */
function countsAsStatus(packet: Packet): boolean {
  const { hasStatus, initiatorTaskTag } = packet.values as { hasStatus?: boolean; initiatorTaskTag?: number }
  if (packet.pdu.name === 'SCSI Data-In') return hasStatus === true
  if (packet.pdu.name === 'R2T') return false
  return packet.pdu.name !== 'NOP-In' || initiatorTaskTag !== RESERVED_TAG
}
