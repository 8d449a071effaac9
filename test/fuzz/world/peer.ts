import { BasicHeader, DataOut, encodeText, LoginRequest, LoginStage, RESERVED_TAG } from '@lunkit/pdu'
import { bit, dataView, layout, serialAdd, u32 } from '@lunkit/wire'
import type { AnswerStep, PduStep, SayStep, Twist } from '../cases/case.ts'
import { assemble, headerOf, patternData } from '../cases/pdu-bytes.ts'
import { Finding, FindingKind } from '../finding.ts'
import { Conversation, type OpenR2t } from '../oracle/conversation.ts'
import { NUMBERED } from '../oracle/request-ledger.ts'
import type { ServedLun } from '../oracle/served-disk.ts'
import { withValues } from './placeholder-values.ts'
import type { Wire } from './wire.ts'
import type { World } from './world.ts'

const Bindable = layout({
  name: 'what is bound when a request is sent',
  spec: 'RFC 7143 11.3',
  size: 48,
  fields: { immediate: bit(0, 6), cmdSN: u32(24), expStatSN: u32(28) },
})

/** So that nothing is left for the target to ask for. */
const USUAL_KEYS = {
  HeaderDigest: 'None',
  DataDigest: 'None',
  InitialR2T: 'No',
  ImmediateData: 'Yes',
  MaxBurstLength: '262144',
  FirstBurstLength: '65536',
  MaxOutstandingR2T: '4',
}

/** What a peer may be given. */
export interface PeerOptions {
  /** The disks that it sees. */
  readonly luns?: ReadonlyMap<number, ServedLun>
  /** Lengths of the pieces in which it sends, over and over. */
  readonly cuts?: readonly number[]
  /** Hears of a NOP-In that asks for an answer. */
  readonly pinged?: (targetTransferTag: number) => void
}

/** A peer's side of one connection: sends what a case wants, and has a conversation judge what comes. */
export class Peer {
  readonly wire: Wire
  readonly conversation: Conversation
  readonly #world: World
  readonly #cuts: readonly number[]
  #cut = 0
  #gathered: Buffer[] = []
  #over = false

  constructor(world: World, wire: Wire, options: PeerOptions = {}) {
    this.#world = world
    this.wire = wire
    this.#cuts = options.cuts ?? []
    const { luns = world.luns, pinged } = options
    this.conversation = new Conversation({
      luns,
      asked: world.asked,
      management: world.management,
      nowMs: () => world.nowMs,
      feature: words => world.feature(words),
      ...(pinged && { pinged }),
    })
    wire.received = bytes => this.#received(bytes)
  }

  #received(bytes: Uint8Array): void {
    try {
      this.conversation.receive(bytes)
    } catch (error) {
      // Thrown here, it would go through the target.
      this.#world.wrong(error instanceof Finding ? error : new Finding(FindingKind.protocol, String(error), error))
    }
  }

  /** Sends bytes as they are, after what was gathered. */
  send(bytes: Uint8Array): void {
    this.#send(bytes, bytes)
  }

  /** `claimed` is what the conversation hears of. */
  #send(bytes: Uint8Array, claimed: Uint8Array): void {
    const all = Buffer.concat([...this.#gathered, bytes])
    this.#gathered = []
    this.conversation.send(claimed)
    try {
      for (let at = 0; at < all.length; ) {
        const length = this.#cuts.length > 0 ? (this.#cuts[this.#cut++ % this.#cuts.length] as number) : all.length
        this.wire.send(all.subarray(at, at + length))
        at += length
      }
    } catch (error) {
      throw new Finding(FindingKind.threw, error instanceof Error ? String(error.stack) : String(error), error)
    }
  }

  /** Sends one PDU. */
  pdu(step: PduStep): void {
    const header = this.#bound(step)
    const claimed = assemble(step, Buffer.from(header), this.conversation)
    const { wrongDigest: _, ...right } = step
    const bytes = this.#world.options.mendsDigests ? assemble(right, header, this.conversation) : claimed
    if (step.gathers) {
      this.#gathered.push(bytes)
      this.conversation.send(claimed)
    } else this.#send(bytes, claimed)
  }

  #bound(step: PduStep): Buffer {
    const header = headerOf(step)
    const { cmdSN, expStatSN } = step.bound ?? {}
    const fields = Bindable.fields
    const view = dataView(header)
    const { conversation } = this
    if (cmdSN !== undefined) {
      const numbered = NUMBERED.has(BasicHeader.view(view).opcode) && !fields.immediate.get(view, 0)
      const isNext = numbered && cmdSN === 0
      fields.cmdSN.set(view, 0, isNext ? conversation.takeCmdSN() : serialAdd(conversation.nextCmdSN, cmdSN))
    }
    if (expStatSN !== undefined)
      fields.expStatSN.set(view, 0, serialAdd(conversation.numbering.expStatSN ?? 0, expStatSN))
    return header
  }

  /** Asks for a login from the operational stage to the full feature phase. */
  login(keys: Readonly<Record<string, string>>, isid: number): void {
    const header = LoginRequest.encode({
      immediate: true,
      transit: true,
      currentStage: LoginStage.operationalNegotiation,
      nextStage: LoginStage.fullFeaturePhase,
      isid,
      initiatorTaskTag: 1,
      cmdSN: 1,
    })
    const all = keys['SessionType'] === 'Discovery' ? keys : { ...USUAL_KEYS, ...keys }
    const data = Buffer.from(encodeText(Object.entries(all))).toString('hex')
    this.pdu({ do: 'pdu', on: 0, header: Buffer.from(header).toString('hex'), data })
  }

  /** Sends a Login Request of the security stage, or after it. */
  say({ entries, currentStage, nextStage, transit, continues = false }: SayStep): void {
    const header = LoginRequest.encode({
      immediate: true,
      transit,
      continues,
      currentStage,
      nextStage,
      isid: 1,
      initiatorTaskTag: 1,
      cmdSN: 1,
    })
    const said = entries.map(entry => withValues(entry, this.conversation.security))
    const claimed = loginStep(header, said)
    const { mendsSecurity } = this.#world.options
    this.#send(
      bytesOf(mendsSecurity ? loginStep(header, mendsSecurity(said, this.conversation.security)) : claimed),
      bytesOf(claimed),
    )
  }

  /** Answers R2Ts that are open. */
  answer({ parts, most, twist }: Pick<AnswerStep, 'parts' | 'most' | 'twist'>): void {
    const { openR2ts } = this.conversation
    const rest = openR2ts.slice(most ?? openR2ts.length)
    for (const r2t of openR2ts.slice(0, most)) {
      const steps = answerSteps(r2t, parts)
      for (const step of twist ? twisted(steps, twist) : steps) this.pdu(step)
    }
    openR2ts.splice(0, openR2ts.length, ...rest)
  }

  get closed(): boolean {
    return this.wire.closed || this.#over
  }

  hangUp(): void {
    this.wire.hangUp()
    if (!this.#over) this.conversation.over()
    this.#over = true
  }

  /** After everything has settled: a stream that cannot be followed must have ended the connection. */
  checkFollowed(): void {
    const { failure } = this.conversation.sent
    if (failure === undefined || this.closed) return
    const kind = failure === 'headerDigest' ? FindingKind.digestIgnored : FindingKind.followed
    throw new Finding(kind, `the connection goes on after ${failure}`)
  }
}

const loginStep = (header: Uint8Array, entries: readonly string[]): PduStep => ({
  do: 'pdu',
  on: 0,
  header: Buffer.from(header).toString('hex'),
  data: Buffer.from(entries.map(entry => `${entry}\0`).join(''), 'latin1').toString('hex'),
})

/** A PDU of a login has no digests. */
const bytesOf = (step: PduStep): Buffer => assemble(step, headerOf(step), { headerDigest: false, dataDigest: false })

/** The Data-Out PDUs that an R2T asks for. */
function answerSteps(r2t: OpenR2t, parts: number): PduStep[] {
  const { initiatorTaskTag, targetTransferTag, lun, bufferOffset, desiredDataTransferLength: length } = r2t
  const each = Math.min(MAX_PART_BYTES, Math.max(1, Math.ceil(length / parts)))
  const steps: PduStep[] = []
  for (let at = 0, dataSN = 0; at < length; at += each, dataSN++) {
    const bytes = Math.min(each, length - at)
    const place = { initiatorTaskTag, targetTransferTag, lun, dataSN, bufferOffset: bufferOffset + at }
    const header = DataOut.encode({ ...place, final: at + bytes === length })
    const data = patternData(bytes, initiatorTaskTag, bufferOffset + at).toString('hex')
    steps.push({ do: 'pdu', on: 0, header: Buffer.from(header).toString('hex'), data, bound: { expStatSN: 0 } })
  }
  return steps
}

const MAX_PART_BYTES = 32 * 1024

/** The same with something wrong about one of them. */
function twisted(steps: readonly PduStep[], { field, by }: Twist): PduStep[] {
  const at = Math.abs(by) % steps.length
  const step = steps[at] as PduStep
  if (field === 'missing') return steps.filter((_, i) => i !== at)
  if (field === 'twice') return [...steps, step]
  if (field === 'order') return [...steps].reverse()
  const changed = { ...step, ...changedStep(step, field, by) }
  return steps.map((each, i) => (i === at ? changed : each))
}

function changedStep(
  step: PduStep,
  field: Exclude<Twist['field'], 'missing' | 'twice' | 'order'>,
  by: number,
): Partial<PduStep> {
  if (field === 'digest') return { wrongDigest: by % 2 === 0 ? 'data' : 'header' }
  if (field === 'length') return { data: (step.data ?? '').slice(0, 2 * (Math.abs(by) % 1000)) }
  const header = headerOf(step)
  const view = dataView(header)
  if (field === 'final') DataOut.fields.final.set(view, 0, !DataOut.fields.final.get(view, 0))
  else if (field === 'lun') DataOut.fields.lun.set(view, 0, BigInt(Math.abs(by)))
  else if (by === 0) DataOut.fields[field].set(view, 0, RESERVED_TAG)
  else DataOut.fields[field].set(view, 0, serialAdd(DataOut.fields[field].get(view, 0), by))
  return { header: header.toString('hex') }
}
