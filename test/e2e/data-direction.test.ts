import { DataIn, dataBytes, isPacket, type Offers, R2T, Reject, ScsiResponse } from '@lunkit/pdu'
import {
  Control,
  decodeAllCommands,
  decodeModeData,
  decodeSense,
  ModeForm,
  type SenseCode,
  senseName,
} from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'
import { ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BLOCK_BYTES,
  BLOCKS,
  type CommandSample,
  everyCommand,
  Takes,
  type UnitContents,
} from './harness/every-command.ts'
import { pattern } from './harness/pattern.ts'
import { answerR2t, readBack, ready } from './harness/raw-disk.ts'
import type { RawSession } from './harness/raw-session.ts'
import { TestServer } from './harness/test-server.ts'

/** R, W and ExpectedDataTransferLength of a SCSI Command. */
interface Expectation {
  readonly read: boolean
  readonly write: boolean
  readonly expectedBytes: number
}

/** How a command ended: a reason of a Reject, or a status with its residual, which counts an overflow as negative. */
interface Ending {
  readonly rejected?: number
  readonly outcome?: string
  readonly underflowBytes?: number
  readonly dataIn?: number
}

const GOOD = 'good'
// SPC-5: INVALID FIELD IN COMMAND INFORMATION UNIT, and INVALID FIELD IN CDB.
const CONTRARY = 'illegalRequest 0E/03'
const INVALID_CDB = 'illegalRequest 24/00'

/** What RFC 7143 11.3.1 and 11.4.5 say of a command that is expected so; `unasked` is what comes without being asked for. */
function rightEnding(sample: CommandSample, { read, write, expectedBytes }: Expectation, unasked: boolean): Ending {
  const { way, bytes, takes, isRead } = sample
  if (expectedBytes > 0 && read && write) return { rejected: 0x05 }
  if (expectedBytes > 0 && !read && !write) return { rejected: 0x09 }
  const inBytes = read ? expectedBytes : 0
  const outBytes = write ? expectedBytes : 0
  const ends = (outcome: string, dataIn = 0, of = bytes): Ending => ({
    outcome,
    underflowBytes: expectedBytes - of,
    dataIn,
  })
  const nothing = (outcome: string) => ends(outcome, 0, 0)
  if (takes === Takes.exactly && bytes === 0 && outBytes > 0) return nothing(INVALID_CDB)
  if (bytes === 0) return nothing(GOOD)
  if (way === 'in') {
    if (outBytes > 0) return nothing(isRead ? GOOD : CONTRARY)
    return ends(GOOD, Math.min(bytes, inBytes))
  }
  if (inBytes > 0) return nothing(CONTRARY)
  if (outBytes >= bytes && takes !== Takes.exactly) return ends(GOOD)
  if (takes === Takes.exactly && outBytes !== bytes)
    return outBytes > bytes && !unasked ? nothing(INVALID_CDB) : ends(INVALID_CDB)
  if (takes === Takes.part && outBytes % BLOCK_BYTES === 0) return ends(GOOD)
  return takes === Takes.exactly ? ends(GOOD) : ends(CONTRARY)
}

/** The bytes of data-out that a command is done with, if it is done. */
const movedBytes = ({ way, bytes }: CommandSample, { write, expectedBytes }: Expectation): number =>
  way === 'out' && write ? Math.min(bytes, expectedBytes) : 0

/** Every combination of R and W with a length that is nothing, too little, right, and too much. */
function expectations({ bytes }: CommandSample): Expectation[] {
  const lengths = [...new Set([0, 1, BLOCK_BYTES, bytes, bytes + BLOCK_BYTES])]
  return lengths.flatMap(expectedBytes =>
    [false, true].flatMap(read => [false, true].map(write => ({ read, write, expectedBytes }))),
  )
}

/** How the next command ends, with its data as it is asked for. */
async function ending(session: RawSession, data: Buffer): Promise<Ending> {
  let dataIn = 0
  for (;;) {
    const packet = await session.receive()
    if (isPacket(packet, R2T)) answerR2t(session, packet.values, data)
    else if (isPacket(packet, Reject)) return { rejected: packet.values.reason }
    else if (isPacket(packet, DataIn)) {
      dataIn += dataBytes(packet.data).length
      if (packet.values.hasStatus) return { outcome: GOOD, underflowBytes: underflow(packet.values), dataIn }
    } else if (isPacket(packet, ScsiResponse)) {
      const { status } = packet.values
      const sense = packet.data.kind === 'sense' ? decodeSense(packet.data.sense) : undefined
      const outcome = sense ? senseOf(sense.code) : status === 0 ? GOOD : `status ${status}`
      return { outcome, underflowBytes: underflow(packet.values), dataIn }
    } else throw new Error(`${packet.pdu.name} came`)
  }
}

function senseOf({ key, asc, ascq }: SenseCode): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')
  return key === 5 ? `illegalRequest ${hex(asc)}/${hex(ascq)}` : senseName({ key, asc, ascq })
}

function underflow({
  overflow,
  underflow: under,
  residualCount,
}: {
  overflow: boolean
  underflow: boolean
  residualCount: number
}) {
  expect(overflow && under).toBe(false)
  if (!overflow && !under) expect(residualCount).toBe(0)
  return overflow ? -residualCount : residualCount
}

/** What the unit holds. */
async function contentsOf(session: RawSession): Promise<UnitContents> {
  const medium = await readBack(session, 0, BLOCKS * BLOCK_BYTES)
  session.command({ cdb: Buffer.from('1a080a00ff00', 'hex'), read: 255 })
  const { data } = await session.expect(DataIn)
  const [page] = decodeModeData(ModeForm.six, dataBytes(data)).pages
  if (!page) throw new Error('the unit has no control mode page')
  return { medium, descriptorSense: Control.view(dataView(page.bytes)).descriptorSense }
}

const attributes = { emulateTpu: true, emulateTpws: true, unmapZeroesData: true }
const sessions: readonly (readonly [string, boolean, Offers])[] = [
  ['whose data comes with it', true, { ImmediateData: true, InitialR2T: false }],
  ['whose data is asked for', false, { ImmediateData: false, InitialR2T: true }],
]

describe.each(sessions)('a command %s', (_name, unasked, offers) => {
  let test: TestServer
  let session: RawSession

  beforeAll(async () => {
    test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: BLOCKS * BLOCK_BYTES, attributes })] })
    session = await test.raw({ offers })
    await ready(session)
  })
  afterAll(() => test[Symbol.asyncDispose]())

  it.each(everyCommand)('is done as R, W and the expected length let it, or not GOOD: $name', async sample => {
    const contents = await contentsOf(session)
    pattern(contents.medium.length, { seed: 7 }).copy(contents.medium)
    await rewrite(session, contents.medium)
    for (const wish of expectations(sample)) {
      const { read, write, expectedBytes } = wish
      const data = Buffer.alloc(expectedBytes, 0xee)
      sample.data(contents).copy(data)
      const immediate = unasked && write && expectedBytes > 0 && !read
      session.command(
        { cdb: sample.cdb, ...(immediate && { data }) },
        { read, write, expectedDataTransferLength: expectedBytes },
      )
      const right = rightEnding(sample, wish, unasked)
      const what = `R=${Number(read)} W=${Number(write)} ${expectedBytes} bytes`
      expect({ what, ...(await ending(session, data)) }).toEqual({ what, ...right })
      if (right.rejected !== undefined) session.cmdSN--
      if (right.outcome === GOOD && (movedBytes(sample, wish) > 0 || sample.way === 'none'))
        sample.does(contents, data.subarray(0, movedBytes(sample, wish)))
      const { medium, descriptorSense } = await contentsOf(session)
      expect([what, medium.equals(contents.medium), descriptorSense]).toEqual([what, true, contents.descriptorSense])
    }
  })
})

async function rewrite(session: RawSession, medium: Buffer): Promise<void> {
  const blocks = medium.length / BLOCK_BYTES
  const cdb = Buffer.from(`2a000000000000${blocks.toString(16).padStart(4, '0')}00`, 'hex')
  session.command({ cdb, write: medium.length })
  expect(await ending(session, medium)).toMatchObject({ outcome: GOOD })
}

describe('the samples', () => {
  it('are of every command that the unit reports, and of no other', async () => {
    await using test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: BLOCKS * BLOCK_BYTES, attributes })] })
    const session = await test.raw()
    await ready(session)
    session.command({ cdb: Buffer.from('a30c0000000000010000', 'hex'), read: 0x10000 })
    const { data } = await session.expect(DataIn)
    const reported = decodeAllCommands(dataBytes(data)).map(
      ({ opcode, serviceAction }) => `${opcode}/${serviceAction ?? ''}`,
    )
    const services = new Set([0x9e, 0xa3])
    const sampled = everyCommand.map(({ cdb }) => {
      const [opcode = 0, second = 0] = cdb
      return `${opcode}/${services.has(opcode) ? second & 0x1f : ''}`
    })
    expect([...new Set(sampled)].sort()).toEqual([...reported].sort())
  })
})

describe('a command that the unit does not have', () => {
  it.each([
    ['with data-in', { read: true, write: false, expectedBytes: 512 }, 'C1 00 00000000 0000 00', 512],
    ['with data-out', { read: false, write: true, expectedBytes: 512 }, 'C1 00 00000000 0000 00', 512],
    ['without data', { read: false, write: false, expectedBytes: 0 }, 'C1 00 00000000 0000 00', 0],
  ] as const)('moves nothing %s, and its residual says so', async (_name, wish, cdb, underflowBytes) => {
    await using test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: BLOCKS * BLOCK_BYTES })] })
    const session = await test.raw()
    await ready(session)
    const { read, write, expectedBytes } = wish
    session.command(
      { cdb: Buffer.from(cdb.replaceAll(' ', ''), 'hex') },
      { read, write, expectedDataTransferLength: expectedBytes },
    )
    expect(await ending(session, Buffer.alloc(512))).toEqual({
      outcome: 'illegalRequest 20/00',
      underflowBytes,
      dataIn: 0,
    })
  })
})
