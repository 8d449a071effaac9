import { readFileSync } from 'node:fs'
import { type LogicalUnit, openBlockDevice } from '@lunkit/initiator'
import type { Offers } from '@lunkit/pdu'
import { Read16, Write16 } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { type Disk, fileio, openAccess, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { pattern } from './harness/pattern.ts'
import { TestServer } from './harness/test-server.ts'

const KIB = 1024
const MIB = 1024 * KIB
const DISK_BYTES = 40 * MIB
/** The lengths of data segments that targets here receive; one that is no multiple of four has padding. */
const SEGMENTS = [512, 4101, 8192, 262_144] as const
const LONGEST = 0xff_ffff
/** As long as commands of wrong expectations may be. */
const CUT_BYTES = 1200 * 512

const choice = fc.record({
  lun: fc.nat(4),
  targetTakes: fc.constantFrom(...SEGMENTS),
  offers: fc.record({
    HeaderDigest: fc.constantFrom(['None' as const], ['CRC32C' as const]),
    DataDigest: fc.constantFrom(['None' as const], ['CRC32C' as const]),
    InitialR2T: fc.boolean(),
    ImmediateData: fc.boolean(),
    MaxRecvDataSegmentLength: fc.constantFrom(...SEGMENTS),
    MaxBurstLength: fc.constantFrom(512, 65_536, 262_144, MIB, LONGEST),
    FirstBurstLength: fc.constantFrom(512, 4101, 65_536, 262_144),
    MaxOutstandingR2T: fc.constantFrom(1, 8),
  }),
  sizeBytes: fc
    .constantFrom(1, 4 * KIB, 64 * KIB - 512, 64 * KIB, 64 * KIB + 512, 256 * KIB - 512, 256 * KIB)
    .map(Number),
  large: fc.constantFrom(0, 0, 256 * KIB + 512, MIB, 4 * MIB, 8 * MIB),
  firstBlock: fc.nat(300),
  commands: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
})

let scratch: Scratch
beforeAll(async () => {
  scratch = await Scratch.create('parameters')
})
afterAll(() => scratch.remove())

const nameOf = (segmentBytes: number): string => `iqn.2026-11.io.lunkit:takes-${segmentBytes}`

/** Five disks, served by one target for each length of data segment that it receives. */
async function serveAll(): Promise<TestServer> {
  const file = (name: string, writeBack: boolean, blockSizeBytes: number) =>
    fileio({ path: scratch.path(name), sizeBytes: DISK_BYTES, writeBack, attributes: { blockSizeBytes } })
  const luns = [
    file('back', true, 512),
    file('back-4096', true, 4096),
    file('through', false, 512),
    ramdisk({ sizeBytes: DISK_BYTES }),
    ramdisk({ sizeBytes: DISK_BYTES, attributes: { blockSizeBytes: 4096 } }),
  ]
  const test = await TestServer.serve({ luns })
  for (const segmentBytes of SEGMENTS)
    await test.serveGroup(
      {
        access: openAccess,
        luns: test.disks.map((disk, lun) => ({ lun, disk })),
        parameters: {
          InitialR2T: false,
          MaxRecvDataSegmentLength: segmentBytes,
          MaxBurstLength: LONGEST,
          FirstBurstLength: LONGEST,
        },
      },
      nameOf(segmentBytes),
    )
  return test
}

/** What the disk's file holds; undefined where it has none. */
function inFile({ store }: Disk, offset: number, lengthBytes: number): Buffer | undefined {
  const { path } = store as { path?: string }
  return path === undefined ? undefined : readFileSync(path).subarray(offset, offset + lengthBytes)
}

interface Run {
  readonly test: TestServer
  readonly lun: number
  readonly targetTakes: number
  readonly offers: Offers
}

/** Writes several stretches at once, reads them back at once, and as parts of one read; the bytes must be the same. */
async function writeAndRead(
  { test, lun, targetTakes, offers }: Run,
  { sizeBytes, firstBlock, commands, seed }: { sizeBytes: number; firstBlock: number; commands: number; seed: number },
): Promise<void> {
  await using session = await test.connect({ target: nameOf(targetTakes), offers })
  const unit = session.lun(lun)
  await unit.ready()
  const block = await unit.blockSizeBytes()
  const lengthBytes = Math.ceil(sizeBytes / block) * block
  const places = Array.from({ length: commands }, (_, i) => firstBlock * block + i * lengthBytes)
  const wanted = places.map(offset => pattern(lengthBytes, { seed, offset }))
  await Promise.all(places.map((offset, i) => unit.write(offset / block, wanted[i] as Buffer)))
  const found = await Promise.all(places.map(offset => unit.read(offset / block, lengthBytes / block)))
  for (const [i, data] of found.entries()) expect(Buffer.compare(data, wanted[i] as Buffer)).toBe(0)
  const whole = Buffer.concat(wanted)
  const file = inFile(test.disks[lun] as Disk, firstBlock * block, whole.length) ?? whole
  expect(Buffer.compare(file, whole)).toBe(0)
  const device = await openBlockDevice(unit)
  expect(Buffer.compare(await device.read(firstBlock * block, whole.length), whole)).toBe(0)
}

/** Commands whose CDB and whose expected length disagree: what both have in common is moved, and the rest is counted. */
async function cutShort(
  unit: LogicalUnit,
  { lengthBytes, expectedBytes, seed }: { lengthBytes: number; expectedBytes: number; seed: number },
): Promise<void> {
  await unit.ready()
  const { session } = unit
  const moved = Math.min(lengthBytes, expectedBytes)
  const residual = { underflowBytes: expectedBytes - moved, overflowBytes: lengthBytes - moved }
  const before = pattern(CUT_BYTES, { seed: seed + 1 })
  await unit.write(0, before)
  const sent = pattern(expectedBytes, { seed })
  const blocks = lengthBytes / 512
  const cdb = Write16.encode({ lba: 0, blocks })
  const written = await session.execute({ lun: unit.number, cdb, write: sent }).result
  expect(written).toMatchObject({ status: Status.good, ...residual })
  const now = Buffer.concat([sent.subarray(0, moved), before.subarray(moved)])
  expect(Buffer.compare(await unit.read(0, CUT_BYTES / 512), now)).toBe(0)
  const read = { lun: unit.number, cdb: Read16.encode({ lba: 0, blocks }), read: expectedBytes }
  const { data, ...result } = await session.execute(read).result
  expect(result).toMatchObject({ status: Status.good, ...residual })
  expect(Buffer.compare(data, now.subarray(0, moved))).toBe(0)
}

describe('data', () => {
  it('is the same after its way there and back, whatever was negotiated', async () => {
    await using test = await serveAll()
    const found = await fc.check(
      fc.asyncProperty(choice, async ({ lun, targetTakes, offers, sizeBytes, large, firstBlock, commands, seed }) => {
        await writeAndRead(
          { test, lun, targetTakes, offers },
          { sizeBytes: large || sizeBytes, firstBlock, commands, seed },
        )
      }),
      { numRuns: 40 },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  })

  it('is cut to what the initiator expects, and residuals say by how much', async () => {
    await using test = await serveAll()
    const lengths = fc.integer({ min: 0, max: 1200 }).map(blocks => blocks * 512)
    const found = await fc.check(
      fc.asyncProperty(choice, lengths, lengths, async ({ targetTakes, offers, seed }, lengthBytes, expectedBytes) => {
        await using session = await test.connect({ target: nameOf(targetTakes), offers })
        await cutShort(session.lun(3), { lengthBytes, expectedBytes, seed })
      }),
      { numRuns: 40 },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  })
})
