import { ModeForm, ParameterDataError, Sense, SenseKey } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { openBlockDevice } from './block-device.ts'
import { ScsiError } from './error.ts'
import type { LogicalUnit } from './logical-unit.ts'
import { type Answer, beginAnswering, type ReceivedCommand } from './testing/answering-target.ts'

/** READ CAPACITY (16): 2048 blocks of 512 bytes, eight to a physical block, thinly provisioned. */
const capacity16 = Buffer.from(`00000000000007ff0000020000${'03'}c000${'00'.repeat(16)}`, 'hex')
const capacity10 = Buffer.from('000007ff00000200', 'hex')

const isCapacity = ({ cdb }: ReceivedCommand): boolean => cdb.startsWith('9e10')
const block = Buffer.alloc(512, 0x5a)

/** Runs something on LUN 1; what came for it beside the question for the block size. */
async function sent(
  run: (unit: LogicalUnit) => Promise<unknown>,
  answer: (command: ReceivedCommand) => Answer = () => undefined,
): Promise<{ cdbs: string[]; written: Buffer; result: unknown }> {
  const { session, received } = await beginAnswering(command => (isCapacity(command) ? capacity16 : answer(command)))
  const result = await run(session.lun(1))
  await session.close()
  const own = received.filter(command => !isCapacity(command))
  expect(own.every(({ lun }) => lun === 0x0001_0000_0000_0000n)).toBe(true)
  return { cdbs: own.map(({ cdb }) => cdb), written: Buffer.concat(own.map(({ written }) => written)), result }
}

const padded = (cdb: string): string => cdb.replaceAll(' ', '').padEnd(32, '0')

describe('a unit that says that its blocks have no bytes', () => {
  it.each<[string, (unit: LogicalUnit) => Promise<unknown>]>([
    ['read', unit => unit.read(0, 1)],
    ['write', unit => unit.write(0, block)],
    ['writeSame', unit => unit.writeSame(0, 1, block)],
    ['blockSizeBytes', unit => unit.blockSizeBytes()],
    ['openBlockDevice', unit => openBlockDevice(unit)],
  ])('is blamed for it, and not the caller of %s', async (_, run) => {
    const { session } = await beginAnswering(command => (isCapacity(command) ? Buffer.alloc(32) : undefined))
    await expect(run(session.lun(1))).rejects.toThrow(ParameterDataError)
    await expect(run(session.lun(1))).rejects.toThrow('READ CAPACITY (16) parameter data says that a block has 0 bytes')
    await session.close()
  })
})

it('nothing is sent for a COMPARE AND WRITE with options that there are not', async () => {
  const { session, received } = await beginAnswering(command => (isCapacity(command) ? capacity16 : undefined))
  const options = { thereIsNoSuchOption: 1 } as object
  await expect(session.lun(1).compareAndWrite(0, block, block, options)).rejects.toThrow(
    /^compareAndWrite has no option/,
  )
  expect(received).toEqual([])
  await session.close()
})

describe('a logical unit', () => {
  it.each([
    ['READ (6)', 6, '08 0010 20 02 00'],
    ['READ (10)', 10, '28 00 00001020 00 0002 00'],
    ['READ (12)', 12, 'a8 00 00001020 00000002 00 00'],
    ['READ (16)', 16, '88 00 0000000000001020 00000002 00 00'],
  ] as const)('reads by %s', async (_, form, cdb) => {
    const data = Buffer.alloc(1024, 7)
    const { cdbs, result } = await sent(
      unit => unit.read(0x1020, 2, { form }),
      () => data,
    )
    expect(cdbs).toEqual([padded(cdb)])
    expect(result).toEqual(data)
  })

  it.each([
    ['WRITE (6)', 6, '0a 0010 20 01 00'],
    ['WRITE (10)', 10, '2a 00 00001020 00 0001 00'],
    ['WRITE (12)', 12, 'aa 00 00001020 00000001 00 00'],
    ['WRITE (16)', 16, '8a 00 0000000000001020 00000001 00 00'],
  ] as const)('writes by %s', async (_, form, cdb) => {
    const { cdbs, written } = await sent(unit => unit.write(0x1020, block, { form }))
    expect(cdbs).toEqual([padded(cdb)])
    expect(written).toEqual(block)
  })

  const commands: [what: string, cdb: string, run: (unit: LogicalUnit) => Promise<unknown>][] = [
    [
      'WRITE (16) with FUA and DPO',
      '8a 18 0000000000000000 00000001',
      unit => unit.write(0, block, { fua: true, dpo: true }),
    ],
    ['READ (10) with FUA', '28 08 00000000 00 0001', unit => unit.read(0, 1, { form: 10, fua: true })],
    ['VERIFY (10)', '2f 02 00000005 00 0001', unit => unit.verify(5, block, { form: 10 })],
    ['VERIFY (16)', '8f 02 0000000000000005 00000001', unit => unit.verify(5, block)],
    ['VERIFY (16) of equal blocks', '8f 06 0000000000000005 00000009', unit => unit.verifySame(5, 9, block)],
    ['VERIFY (12) of the medium', 'af 00 00000005 00000009', unit => unit.verifyMedium(5, 9, { form: 12 })],
    [
      'WRITE AND VERIFY (16)',
      '8e 02 0000000000000005 00000001',
      unit => unit.writeAndVerify(5, block, { compare: true }),
    ],
    ['WRITE SAME (10)', '41 08 00000005 00 0009', unit => unit.writeSame(5, 9, block, { form: 10, unmap: true })],
    ['WRITE SAME (16)', '93 00 0000000000000005 00000009', unit => unit.writeSame(5, 9, block)],
    [
      'WRITE SAME (16) of zeroes',
      '93 01 0000000000000005 00000009',
      unit => unit.writeSame(5, 9, block, { noDataOut: true }),
    ],
    ['UNMAP', '42 00 00000000 00 0018', unit => unit.unmap([{ lba: 5, blocks: 9 }])],
    ['COMPARE AND WRITE', '89 00 0000000000000005 000000 01', unit => unit.compareAndWrite(5, block, block)],
    ['SYNCHRONIZE CACHE (16)', '91 00 0000000000000000 00000000', unit => unit.synchronizeCache()],
    [
      'SYNCHRONIZE CACHE (10)',
      '35 02 00000005 00 0009',
      unit => unit.synchronizeCache(5, 9, { form: 10, immediate: true }),
    ],
    ['START STOP UNIT', '1b 01 00 00 01', unit => unit.startStop(true, { immediate: true })],
    ['RESERVE (6)', '16', unit => unit.reserve()],
    ['RESERVE (10)', '56', unit => unit.reserve({ form: 10 })],
    ['RELEASE (6)', '17', unit => unit.release()],
    ['RELEASE (10)', '57', unit => unit.release({ form: 10 })],
    ['TEST UNIT READY', '00', unit => unit.testUnitReady()],
    [
      'MODE SELECT (10)',
      '55 10 00 00 00 00 00 000c',
      unit => unit.modeSelect({ writeProtected: false, dpoFua: false, pages: [Buffer.from('8a020000', 'hex')] }),
    ],
    [
      'MODE SELECT (6)',
      '15 10 00 00 08',
      unit =>
        unit.modeSelect(
          { writeProtected: false, dpoFua: false, pages: [Buffer.from('8a020000', 'hex')] },
          { form: ModeForm.six },
        ),
    ],
  ]

  it.each(commands)('sends %s', async (_, cdb, run) => {
    const { cdbs } = await sent(run, command => (/^(08|28|a8|88)/.test(command.cdb) ? block : undefined))
    expect(cdbs).toEqual([padded(cdb)])
  })

  it('sends what COMPARE AND WRITE and UNMAP have to send', async () => {
    const other = Buffer.alloc(512, 1)
    expect((await sent(unit => unit.compareAndWrite(0, block, other))).written).toEqual(Buffer.concat([block, other]))
    expect((await sent(unit => unit.unmap([{ lba: 5, blocks: 9 }]))).written.toString('hex')).toBe(
      `00160010000000000000000000000005${'00000009'}00000000`,
    )
  })

  it('sends what MODE SELECT has to send, whose own length is reserved there', async () => {
    const select = { writeProtected: false, dpoFua: false, pages: [Buffer.from('8a020000', 'hex')] }
    const { written } = await sent(unit => unit.modeSelect(select))
    expect(written.toString('hex')).toBe('00000000000000008a020000')
  })

  it('asks for its block size once', async () => {
    const { session, received } = await beginAnswering(command => (isCapacity(command) ? capacity16 : block))
    const unit = session.lun(0)
    await unit.read(0, 1)
    await unit.read(1, 1)
    expect(received.filter(isCapacity).length).toBe(1)
    await session.close()
  })

  it('refuses to write parts of blocks', async () => {
    const { session } = await beginAnswering(() => capacity16)
    await expect(session.lun(0).write(0, Buffer.alloc(500))).rejects.toThrow(
      '500 bytes are no whole blocks of 512 bytes',
    )
    await session.close()
  })

  it('tells its capacity', async () => {
    const { session } = await beginAnswering(command => (isCapacity(command) ? capacity16 : capacity10))
    const unit = session.lun(0)
    expect(await unit.readCapacity()).toEqual({
      blocks: 2048,
      blockSizeBytes: 512,
      physicalBlockBytes: 4096,
      provisioningManaged: true,
      provisioningReadZeroes: true,
    })
    expect(await unit.readCapacity10()).toEqual({ blocks: 2048, blockSizeBytes: 512 })
    await session.close()
  })

  const answers: [
    what: string,
    cdb: string,
    hex: string,
    run: (unit: LogicalUnit) => Promise<unknown>,
    result: unknown,
  ][] = [
    [
      'GET LBA STATUS',
      '9e12',
      `0000001400000000${'0000000000000005'}0000000901000000`,
      unit => unit.getLbaStatus(5),
      [{ lba: 5, blocks: 9, status: 1 }],
    ],
    [
      'REPORT LUNS',
      'a000',
      '0000001000000000' + '0000000000000000' + '0001000000000000',
      unit => unit.reportLuns(),
      [0, 1],
    ],
    [
      'REQUEST SENSE',
      '0300',
      '700006000000000a00000000290000000000',
      unit => unit.requestSense(),
      { code: Sense.powerOnResetOrBusDeviceResetOccurred, deferred: false },
    ],
    [
      'INQUIRY of a page',
      '120180',
      '0080000461626364',
      unit => unit.vitalProductData(0x80).then(({ body }) => Buffer.from(body).toString()),
      'abcd',
    ],
    [
      'MODE SENSE (10)',
      '5a08',
      '000a00900000000089020102',
      unit =>
        unit.modeSense(9, { noBlockDescriptors: true }).then(({ writeProtected, dpoFua, pages }) => ({
          writeProtected,
          dpoFua,
          pages: pages.map(({ page }) => page),
        })),
      { writeProtected: true, dpoFua: true, pages: [9] },
    ],
    [
      'REPORT SUPPORTED OPERATION CODES for one',
      'a30c0112',
      '00030006120100ffff00',
      unit => unit.supportedCommand(0x12).then(({ support, usage }) => [support, usage.length]),
      [3, 6],
    ],
    [
      'REPORT SUPPORTED OPERATION CODES',
      'a30c00',
      '000000081200000000000006',
      unit => unit.supportedCommands(),
      [{ opcode: 0x12, cdbLength: 6 }],
    ],
    [
      'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
      'a30d',
      '88000000',
      unit => unit.supportedTaskManagementFunctions(),
      ['abortTask', 'logicalUnitReset'],
    ],
  ]

  it.each(answers)('reads the answer to %s', async (_, cdb, hex, run, result) => {
    const done = await sent(run, () => Buffer.from(hex, 'hex'))
    expect(done.cdbs[0]?.startsWith(cdb)).toBe(true)
    expect(done.result).toEqual(result)
  })

  it('reads standard INQUIRY data', async () => {
    const data = Buffer.alloc(36, 0x20)
    data.write('LIO-ORG ', 8)
    data.write('disk', 16)
    const { result } = await sent(
      async unit => (await unit.inquiry()).vendor,
      () => data,
    )
    expect(result).toBe('LIO-ORG')
  })

  it('throws what a command ended with, sense data decoded', async () => {
    const { session } = await beginAnswering(() => Sense.logicalBlockAddressOutOfRange)
    const error = await session
      .lun(0)
      .testUnitReady()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ScsiError)
    expect(error).toMatchObject({
      status: 2,
      sense: { code: { key: SenseKey.illegalRequest, asc: 0x21, ascq: 0 } },
      message: 'TEST UNIT READY: checkCondition, logicalBlockAddressOutOfRange',
    })
    await session.close()
  })

  it('throws a raw command by its CDB', async () => {
    const { session } = await beginAnswering(() => Sense.invalidCommandOperationCode)
    await expect(session.lun(0).command({ cdb: Uint8Array.of(0xc1, 0, 0, 0, 0, 0) })).rejects.toThrow(
      'CDB c10000000000: checkCondition, invalidCommandOperationCode',
    )
    await session.close()
  })

  it('is ready when it has said what it had to say', async () => {
    let attentions = 3
    const { session, received } = await beginAnswering(() =>
      attentions-- > 0 ? Sense.powerOnResetOrBusDeviceResetOccurred : undefined,
    )
    await session.lun(0).ready()
    expect(received.length).toBe(4)
    await session.close()
  })

  it('is not ready when it has something else to say, or never stops', async () => {
    const notReady = await beginAnswering(() => Sense.mediumNotPresent)
    await expect(notReady.session.lun(0).ready()).rejects.toThrow('mediumNotPresent')
    const talkative = await beginAnswering(() => Sense.powerOnResetOrBusDeviceResetOccurred)
    await expect(talkative.session.lun(0).ready()).rejects.toThrow('powerOnResetOrBusDeviceResetOccurred')
    await Promise.all([notReady.session.close(), talkative.session.close()])
  })
})
