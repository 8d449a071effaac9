import { ScsiError, Sense, Status } from '@lunkit/initiator'
import type { ModePageCode } from '@lunkit/scsi'
import { encodeSense, encodeSerialNumber, VpdPageCode } from '@lunkit/scsi'
import { ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../testing/fake-clock.ts'
import { type Odd, oddSession } from '../testing/odd-units.ts'
import { ServedDisk, SIZE } from '../testing/served-disk.ts'
import { Report } from './report.ts'
import { checkUnits } from './unit-checks.ts'

const BLOCKS = SIZE / 512

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open([0, 1, 2].map(() => ramdisk({ sizeBytes: SIZE })))
})
afterAll(() => served.close())

/** What is found of units that answer otherwise than they would; those that are right are as they are. */
async function found(odds: readonly Odd[], clock = new FakeClock()) {
  await using session = await oddSession(served.url(), odds)
  const report = new Report()
  await checkUnits(session, 'URL', { report, clock, identities: new Map(), patience: {} })
  const { checks } = report
  const of = (which: string) => checks.filter(({ verdict }) => verdict === which).map(({ text }) => text)
  return { checks, wrong: of('wrong'), notes: of('note'), ok: of('ok') }
}

const refusal = (command: string, code: Parameters<typeof encodeSense>[0]['code']): ScsiError =>
  new ScsiError(command, Status.checkCondition, encodeSense({ code }, false))

const serial = (text: string): Odd => ({
  pages: { [VpdPageCode.unitSerialNumber]: encodeSerialNumber(text) },
})

/** A unit whose reads from a block on go otherwise. */
const readsFrom = (first: number, last: number, instead: () => Promise<Uint8Array>): Odd => ({
  read: async lba => {
    if (lba >= first && lba <= last) return instead()
    if (lba < BLOCKS) return new Uint8Array(512)
    throw refusal('READ (16)', Sense.logicalBlockAddressOutOfRange)
  },
})

describe('who a LUN says to be', () => {
  it('is wrong where it has no serial number', async () => {
    const { wrong, ok } = await found([serial('')])
    expect(wrong).toEqual(['LUN 0 has no serial number'])
    expect(ok).toContain('LUN 0: its first block can be read')
  })

  it('is wrong where page 83h has no name of the unit itself, and said nevertheless', async () => {
    const port = Buffer.from('0194000400000001', 'hex')
    const { wrong, ok } = await found([serial('one'), { pages: { [VpdPageCode.deviceIdentification]: port } }])
    expect(wrong).toEqual(['LUN 1 has no name of its own in VPD page 83h'])
    expect(ok).toContain('LUN 0 is LIO-ORG RAMDISK-MCP, serial number one')
    expect(ok.filter(text => text.startsWith('LUN 1 is LIO-ORG'))).toHaveLength(1)
  })

  it('is right with each kind of name that tells it apart, of the unit and not of its port', async () => {
    const designator = (association: number, type: number) =>
      Buffer.from([1, association * 16 + type, 0, 8, ...Buffer.from('5001405000000001', 'hex')])
    const kinds = [1, 2, 3].map(type => designator(0, type))
    for (const page of kinds)
      expect((await found([{ pages: { [VpdPageCode.deviceIdentification]: page } }])).wrong).toEqual([])
    const { wrong } = await found([{ pages: { [VpdPageCode.deviceIdentification]: designator(1, 3) } }])
    expect(wrong).toEqual(['LUN 0 has no name of its own in VPD page 83h'])
  })

  it('is noted where another LUN of its size says the same, and wrong where that has another size', async () => {
    const smaller: Odd = {
      ...serial('same'),
      readCapacity: async () => ({ ...(await capacity()), blocks: BLOCKS - 8 }),
    }
    const { notes, wrong, ok } = await found([serial('same'), serial('same'), smaller])
    expect(notes).toEqual(['LUN 1 has the serial number of LUN 0: same'])
    expect(wrong[0]).toBe('LUN 2 has the serial number of LUN 0, and another size: same')
    expect(ok.filter(text => text.includes('LIO-ORG'))).toEqual(['LUN 0 is LIO-ORG RAMDISK-MCP, serial number same'])
  })
})

async function capacity() {
  await using session = await oddSession(served.url(), [])
  return await session.lun(0).readCapacity()
}

describe('the blocks of a LUN', () => {
  it.each([
    ['first', 0],
    ['last', BLOCKS - 1],
  ] as const)('are wrong where the %s ends with less than a block', async (name, lba) => {
    const { wrong } = await found([readsFrom(lba, lba, async () => new Uint8Array(511))])
    expect(wrong).toEqual([`LUN 0: READ of its ${name} block ended with GOOD and 511 of 512 bytes`])
  })

  it('are wrong where one beyond the end can be read', async () => {
    const { wrong } = await found([readsFrom(BLOCKS, BLOCKS, async () => new Uint8Array(512))])
    expect(wrong).toEqual(['LUN 0: a block beyond its end can be read'])
  })

  it.each([
    [refusal('READ (16)', Sense.invalidFieldInCdb), 'invalid field in CDB'],
    [new ScsiError('READ (16)', Status.busy, new Uint8Array()), 'busy'],
  ])('are wrong where one beyond the end is refused with %s', async (error, said) => {
    const { wrong } = await found([readsFrom(BLOCKS, BLOCKS, () => Promise.reject(error))])
    expect(wrong).toEqual([`LUN 0: a block beyond its end is refused with ${said}`])
  })

  it('are looked at no further where there is no session any more', async () => {
    const gone = readsFrom(BLOCKS, BLOCKS, () => Promise.reject(new Error('gone')))
    await expect(found([gone])).rejects.toThrow('gone')
  })
})

describe('a LUN', () => {
  it('that is no disk is noted, and nothing more is asked of it', async () => {
    await using session = await oddSession(served.url(), [])
    const real = await session.lun(0).inquiry()
    const inquiry: Odd['inquiry'] = async () => Object.create(real, { deviceType: { value: 13 } }) as typeof real
    const { checks } = await found([{ inquiry }])
    expect(checks.filter(({ text }) => text.startsWith('LUN 0'))).toEqual([
      { verdict: 'note', text: 'LUN 0 is no disk, but enclosure services', right: undefined },
    ])
  })

  it('whose command is refused is wrong, with what mends it, and the next one is looked at', async () => {
    const error = refusal('READ (16)', Sense.logicalUnitNotSupported)
    const { checks, ok } = await found([readsFrom(0, 0, () => Promise.reject(error))])
    expect(checks.find(({ verdict }) => verdict === 'wrong')).toEqual({
      verdict: 'wrong',
      text: 'LUN 0: READ (16) was refused by the disk: logical unit not supported',
      right: 'The target has no such LUN for this initiator: right is one that lunkit inquiry lists.',
    })
    expect(ok).toContain('LUN 1: its last block can be read')
  })

  it('is missed where there is none', async () => {
    const { checks } = await found([{ reportLuns: async () => [] }])
    expect(checks).toMatchObject([
      {
        verdict: 'wrong',
        text: 'URL has no LUN for this initiator',
        right: expect.stringMatching(/^Right is one: /) as string,
      },
    ])
  })

  it.each([
    [4, 'a write is durable after a flush (write cache)'],
    [0, 'a write is durable when it is answered'],
  ])('says by byte 2 of its caching page, %i, when %s', async (flags, said) => {
    const { ok } = await found([modes([8, 18, flags, ...new Uint8Array(17)])])
    expect(ok.filter(text => text.includes('durable'))[0]).toBe(`LUN 0: ${said}`)
  })

  it.each([
    ['another page', [10, 18, ...new Uint8Array(18)]],
    ['a caching page that is too short', [8, 17, ...new Uint8Array(17)]],
  ])('says nothing of durable writes where it has %s', async (_what, page) => {
    const { ok } = await found([modes(page)])
    expect(ok.filter(text => text.startsWith('LUN 0') && text.includes('durable'))).toEqual([])
  })
})

const modes = (page: readonly number[]): Odd => ({
  modeSense: async () => ({
    ...{ writeProtected: false, dpoFua: false, mediumType: 0, blockDescriptors: [] },
    pages: [{ page: (page[0] ?? 0) as ModePageCode, subpage: 0, savable: false, at: 0, bytes: Uint8Array.from(page) }],
  }),
})

describe('how long a read takes', () => {
  it('is said of the one in the middle and of the longest, of sixteen all over the disk', async () => {
    const clock = new FakeClock()
    const lbas: number[] = []
    const timed: Odd = {
      read: async lba => {
        if (lba === BLOCKS) throw refusal('READ (16)', Sense.logicalBlockAddressOutOfRange)
        lbas.push(lba)
        await clock.pause(20 - lbas.length, new AbortController().signal)
        return new Uint8Array(512)
      },
    }
    const { ok } = await found([timed], clock)
    expect(lbas.slice(2)).toEqual(Array.from({ length: 16 }, (_, at) => (at * BLOCKS) / 16))
    expect(ok).toContain('LUN 0: a read takes 10.00 ms, 17.00 ms at the most of 16')
  })
})
