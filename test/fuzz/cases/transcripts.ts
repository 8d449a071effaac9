import { readFileSync } from 'node:fs'
import { BasicHeader, InitiatorOpcode } from '@lunkit/pdu'
import { dataView } from '@lunkit/wire'
import { Door, type LiveCase, type PduStep, type Step } from './case.ts'

interface KeptPdu {
  readonly header: string
  readonly dataBytes: number
  readonly data?: string
}

interface KeptConnection {
  readonly digests: boolean
  readonly pdus: readonly KeptPdu[]
}

const FILE = new URL('../../fixtures/lio/initiator-pdus.json', import.meta.url)
const connections = JSON.parse(readFileSync(FILE, 'utf8')) as readonly KeptConnection[]

const isLogin = ({ header }: KeptPdu): boolean =>
  BasicHeader.view(dataView(Buffer.from(header, 'hex'))).opcode === InitiatorOpcode.loginRequest

const stepOf = ({ header, data, dataBytes }: KeptPdu, bound: boolean): PduStep => ({
  do: 'pdu',
  on: 0,
  header,
  ...(data !== undefined ? { data } : dataBytes > 0 && { patternBytes: Math.min(dataBytes, LONGEST_DATA_BYTES) }),
  ...(bound && { bound: { cmdSN: 0, expStatSN: 0 } }),
})

/** As much as the target takes in one PDU. */
const LONGEST_DATA_BYTES = 32 * 1024

/** The login of every connection that a Linux initiator made. */
export const loginTranscripts: readonly (readonly Step[])[] = connections.map(({ pdus }) =>
  pdus.filter(isLogin).flatMap(pdu => [stepOf(pdu, false), { do: 'settle' } as const]),
)

/** What the initiator asked for after it. */
export const sessionTranscripts: readonly (readonly PduStep[])[] = connections.map(({ pdus }) =>
  pdus.filter(pdu => !isLogin(pdu)).map(pdu => stepOf(pdu, true)),
)

/** A whole connection as it was. */
export const wholeTranscripts: readonly LiveCase[] = loginTranscripts.map((login, i) => ({
  area: 'full-feature',
  door: Door.memory,
  steps: [...login, ...(sessionTranscripts[i] ?? [])],
  cuts: [],
}))
