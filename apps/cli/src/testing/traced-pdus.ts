import type { ControlPdu } from '@lunkit/control/client'
import { encodeText, LoginRequest, LoginStage, type Pdu, ScsiCommand, type TextPair } from '@lunkit/pdu'
import { dataView, type Fields, type Values } from '@lunkit/wire'

/** What a PDU is told with, beside its header. */
type Told = { readonly data?: Uint8Array } & Partial<Omit<ControlPdu, 'data'>>

const CDB_BYTES = 16
const TOLD = {
  at: '1796000000000000001',
  initiator: '192.0.2.7:40000',
  target: '192.0.2.1:3260',
  headerDigest: false,
  dataDigest: false,
  digestRight: true,
  offset: 0,
} as const

/** A LUN as headers have it. */
export const LUN_3 = 3n << 48n

/** A PDU as a daemon tells it. */
export function pduOf<F extends Fields>(
  of: Pdu<F>,
  values: Partial<Values<F>>,
  { data, ...more }: Told = {},
): ControlPdu {
  const header = new Uint8Array(of.size)
  Object.assign(of.compose(dataView(header), 0), values)
  const shown = Buffer.from(data ?? [])
  return {
    ...TOLD,
    from: of.opcode < 0x20 ? 'initiator' : 'target',
    header: Buffer.from(header).toString('base64'),
    dataLength: shown.length,
    data: shown.toString('base64'),
    ...more,
  }
}

/** A command at LUN 3. */
export function command(
  cdb: readonly number[],
  values: Partial<Values<typeof ScsiCommand.fields>> = {},
  told: Told = {},
): ControlPdu {
  const bytes = new Uint8Array(CDB_BYTES)
  bytes.set(cdb)
  return pduOf(ScsiCommand, { initiatorTaskTag: 7, cmdSN: 5, lun: LUN_3, cdb: bytes, ...values }, told)
}

/** A Login Request that says this. */
export function loginOf(pairs: readonly TextPair[]): ControlPdu {
  const stages = { currentStage: LoginStage.operationalNegotiation, nextStage: LoginStage.fullFeaturePhase }
  return pduOf(LoginRequest, stages, { data: encodeText(pairs) })
}
