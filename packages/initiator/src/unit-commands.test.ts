import { ModeForm, Sense } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import type { LogicalUnit } from './logical-unit.ts'
import { beginAnswering } from './testing/answering-target.ts'

const capacity16 = Buffer.from(`00000000000007ff00000200${'00'.repeat(20)}`, 'hex')
const block = Buffer.alloc(512, 0x5a)
const page = Buffer.from('8a020000', 'hex')
const select = { writeProtected: false, dpoFua: false, pages: [page] }

/** The CDB and the expected length of the one command that `run` sends; how it ends does not matter. */
async function sent(run: (unit: LogicalUnit) => Promise<unknown>): Promise<string> {
  const { session, received } = await beginAnswering(({ cdb }) => (cdb.startsWith('9e10') ? capacity16 : undefined))
  await run(session.lun(0)).catch(() => undefined)
  await session.close()
  const own = received.filter(({ cdb }) => !cdb.startsWith('9e10'))
  return own.map(({ cdb, written }) => `${cdb} ${written.length}`).join()
}

describe('a command is sent in all of its bytes:', () => {
  it.each<[what: string, cdb: string, written: number, run: (unit: LogicalUnit) => Promise<unknown>]>([
    ['READ CAPACITY (10)', '25', 0, unit => unit.readCapacity10()],
    ['GET LBA STATUS of 256 runs', '9e12 0000000000000005 00001008', 0, unit => unit.getLbaStatus(5)],
    ['REPORT LUNS', 'a000 00 000000 00020000', 0, unit => unit.reportLuns()],
    ['REPORT LUNS of others', 'a000 ff 000000 00020000', 0, unit => unit.reportLuns(0xff as 0)],
    ['REQUEST SENSE', '0300 0000 ff', 0, unit => unit.requestSense()],
    ['REQUEST SENSE of descriptors', '0301 0000 ff', 0, unit => unit.requestSense({ descriptorFormat: true })],
    ['INQUIRY', '1200 00 00ff', 0, unit => unit.inquiry()],
    ['INQUIRY of page FFh', '1201 ff ffff', 0, unit => unit.vitalProductData(0xff)],
    ['MODE SENSE (10)', '5a00 08 00 000000 ffff', 0, unit => unit.modeSense(8)],
    [
      'MODE SENSE (10) of saved values',
      '5a08 ff ff 000000 ffff',
      0,
      unit => unit.modeSense(0x3f, { subpageCode: 0xff, pageControl: 3, noBlockDescriptors: true }),
    ],
    ['MODE SENSE (10) of page 0', '5a00 00 00 000000 ffff', 0, unit => unit.modeSense(0, { pageControl: 0 })],
    [
      'REPORT SUPPORTED OPERATION CODES of service action 0',
      'a30c 02 00 0000 0000ffff',
      0,
      unit => unit.supportedCommand(0, 0),
    ],
    ['MODE SENSE (6)', '1a00 08 00 ff', 0, unit => unit.modeSense(8, { form: ModeForm.six })],
    ['MODE SELECT (10)', '5510 0000000000 000c', 12, unit => unit.modeSelect(select)],
    ['MODE SELECT (6)', '1510 0000 08', 8, unit => unit.modeSelect(select, { form: ModeForm.six })],
    ['REPORT SUPPORTED OPERATION CODES', 'a30c 00 00 0000 0000ffff', 0, unit => unit.supportedCommands()],
    [
      'REPORT SUPPORTED OPERATION CODES with timeouts',
      'a30c 80 00 0000 0000ffff',
      0,
      unit => unit.supportedCommands({ timeouts: true }),
    ],
    ['REPORT SUPPORTED OPERATION CODES of one', 'a30c 01 ff 0000 0000ffff', 0, unit => unit.supportedCommand(0xff)],
    [
      'REPORT SUPPORTED OPERATION CODES of a service action',
      'a30c 02 9e ffff 0000ffff',
      0,
      unit => unit.supportedCommand(0x9e, 0xffff),
    ],
    [
      'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
      'a30d 00 000000 000000ff',
      0,
      unit => unit.supportedTaskManagementFunctions(),
    ],
    ['WRITE (10) with FUA', '2a08 00000000 00 0001', 512, unit => unit.write(0, block, { form: 10, fua: true })],
    ['WRITE (12) with DPO', 'aa10 00000000 00000001', 512, unit => unit.write(0, block, { form: 12, dpo: true })],
    [
      'READ (16) with FUA and DPO',
      '8818 0000000000000000 00000001',
      0,
      unit => unit.read(0, 1, { fua: true, dpo: true }),
    ],
    ['READ (10) with DPO', '2810 00000000 00 0001', 0, unit => unit.read(0, 1, { form: 10, dpo: true })],
    ['VERIFY (12) with DPO', 'af12 00000005 00000001', 512, unit => unit.verify(5, block, { form: 12, dpo: true })],
    ['VERIFY (16) of the medium', '8f00 0000000000000005 00000009', 0, unit => unit.verifyMedium(5, 9)],
    ['VERIFY (10) of equal blocks', '2f06 00000005 00 0009', 512, unit => unit.verifySame(5, 9, block, { form: 10 })],
    ['WRITE AND VERIFY (16)', '8e00 0000000000000005 00000001', 512, unit => unit.writeAndVerify(5, block)],
    [
      'WRITE AND VERIFY (10) with DPO',
      '2e12 00000005 00 0001',
      512,
      unit => unit.writeAndVerify(5, block, { form: 10, dpo: true, compare: true }),
    ],
    ['WRITE AND VERIFY (12)', 'ae00 00000005 00000001', 512, unit => unit.writeAndVerify(5, block, { form: 12 })],
    [
      'WRITE SAME (16) that unmaps',
      '9308 0000000000000005 00000009',
      512,
      unit => unit.writeSame(5, 9, block, { unmap: true }),
    ],
    ['WRITE SAME (10)', '4100 00000005 00 0009', 512, unit => unit.writeSame(5, 9, block, { form: 10 })],
    [
      'WRITE SAME (16) of zeroes, whatever the block',
      '9301 0000000000000005 00000009',
      0,
      unit => unit.writeSame(5, 9, new Uint8Array(7), { noDataOut: true }),
    ],
    [
      'SYNCHRONIZE CACHE (16) of a range',
      '9102 0000000000000005 00000009',
      0,
      unit => unit.synchronizeCache(5, 9, { immediate: true }),
    ],
    ['SYNCHRONIZE CACHE (10)', '3500 00000000 00 0000', 0, unit => unit.synchronizeCache(0, 0, { form: 10 })],
    ['START STOP UNIT', '1b00 0000 00', 0, unit => unit.startStop(false)],
  ])('%s', async (_what, cdb, written, run) => {
    expect(await sent(run)).toBe(`${cdb.replaceAll(' ', '').padEnd(32, '0')} ${written}`)
  })

  it('READ (6) and WRITE (6) are not sent with flags that they do not have', async () => {
    const { session, received } = await beginAnswering(() => capacity16)
    const unit = session.lun(0)
    for (const flags of [{ fua: true }, { dpo: true }]) {
      await expect(unit.read(0, 1, { form: 6, ...flags })).rejects.toThrow(
        'read: form is 6, which has no fua and no dpo',
      )
      await expect(unit.write(0, block, { form: 6, ...flags })).rejects.toThrow('write: form is 6, which has no fua')
    }
    await expect(unit.writeSame(0, 1, block, { form: 10, noDataOut: true })).rejects.toThrow('form is 10, which always')
    expect(received).toEqual([])
    await session.close()
  })
})

describe('the length of a block', () => {
  it('is asked for again after a unit attention, which may have changed it', async () => {
    const attentions = [Sense.modeParametersChanged]
    const { session, received } = await beginAnswering(({ cdb }) => {
      if (cdb.startsWith('9e10')) return capacity16
      return cdb.startsWith('00') ? attentions.shift() : block
    })
    const unit = session.lun(0)
    await unit.read(0, 1)
    await unit.testUnitReady()
    await unit.read(0, 1)
    await unit.read(0, 1)
    expect(received.filter(({ cdb }) => cdb.startsWith('9e10'))).toHaveLength(2)
    await session.close()
  })
})
