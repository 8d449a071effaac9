import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { BlockLimitsPage, LogicalBlockProvisioning, VpdPageCode } from '@lunkit/scsi'
import { ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Odd, oddSession } from '../testing/odd-units.ts'
import { ServedDisk, SIZE } from '../testing/served-disk.ts'
import { Comparison } from './comparison.ts'
import { DiskEnd } from './disk-end.ts'
import { FileEnd } from './file-end.ts'
import { InputEnd, OutputEnd } from './stream-end.ts'

const never = new AbortController().signal
/** What a command ends with that has no data. */
const GOOD = { status: 0, sense: new Uint8Array(), data: new Uint8Array(), underflowBytes: 0, overflowBytes: 0 }
const MIB = 1024 * 1024

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open([ramdisk({ sizeBytes: SIZE })])
})
afterAll(() => served.close())

/** Pages of a unit: the limits that it tells, and how it is provisioned. */
const pages = (
  limits: Parameters<typeof BlockLimitsPage.encode>[0],
  provisioning: Parameters<typeof LogicalBlockProvisioning.encode>[0] = {},
): Odd => ({
  pages: {
    [VpdPageCode.blockLimits]: BlockLimitsPage.encode(limits),
    [VpdPageCode.logicalBlockProvisioning]: LogicalBlockProvisioning.encode(provisioning),
  },
})

async function disk<T>(odd: Odd, work: (disk: DiskEnd) => T | Promise<T>, offset = 0): Promise<T> {
  await using session = await oddSession(served.url(), [odd])
  return await work(await DiskEnd.open(session, { name: 'the disk', lun: 0, offset }, never))
}

describe('a disk as an end', () => {
  it.each([
    ['a mebibyte at once where it tells no longest transfer', 0, MIB],
    ['no more than its longest transfer', 16, 8192],
    ['one block where that is its longest', 1, 512],
    ['a mebibyte where it takes more', 4096, MIB],
  ])('moves %s', async (_what, maxTransferBlocks, bytes) => {
    expect(await disk(pages({ maxTransferBlocks }), ({ pieceBytes }) => pieceBytes)).toBe(bytes)
  })

  it.each([
    ['its longest WRITE SAME makes zeroes of a whole piece', 2048, false, MIB],
    ['its longest WRITE SAME makes less than a piece', 2047, true, undefined],
    ['it tells no longest one, and has it', 0, true, MIB],
    ['nothing says that it has it', 0, false, undefined],
  ])('is zeroed by WRITE SAME where %s', async (_what, maxWriteSameBlocks, writeSame16, grain) => {
    const odd = pages({ maxWriteSameBlocks }, { writeSame16 })
    expect(await disk(odd, ({ zeroGrainBytes }) => zeroGrainBytes)).toBe(grain)
  })

  it.each([
    [0, 0x00],
    [1, 0x08],
  ])('gives blocks back where LBPRZ %i says that they read as zeroes then', async (readZeroes, flags) => {
    const sent: Uint8Array[] = []
    const ends: Odd['ends'] = ({ name, cdb }) => {
      if (name !== 'WRITE SAME (16)') return undefined
      sent.push(cdb)
      return GOOD
    }
    await disk({ ...pages({ maxWriteSameBlocks: 2048 }, { readZeroes }), ends }, end => end.zero(MIB, 4096, never))
    expect(sent.map(cdb => Buffer.from(cdb).toString('hex'))).toEqual([
      `93${flags.toString(16).padStart(2, '0')}0000000000000800000000080000`,
    ])
  })

  it('refuses a read that ended with less than all of it', async () => {
    const ends: Odd['ends'] = ({ name }) => (name === 'READ (16)' ? { ...GOOD, data: new Uint8Array(511) } : undefined)
    const read = disk({ ends }, end => end.read(new Uint8Array(512), 0, never))
    await expect(read).rejects.toThrow('READ (16): GOOD with 511 of 512 bytes')
  })

  it('may begin at its very end, and no block beyond', async () => {
    expect(await disk({}, ({ sizeBytes }) => sizeBytes, SIZE)).toBe(0)
    await expect(disk({}, () => {}, SIZE + 512)).rejects.toThrow(/^offset=4194816 is beyond the disk, which has 4 MiB/)
  })

  it('takes what fills it to the last block, and nothing beyond', async () => {
    const data = Buffer.alloc(1024, 7)
    await disk({}, end => end.write(data, SIZE - 2048, never), 1024)
    await expect(disk({}, end => end.write(data, SIZE - 1536, never), 1024)).rejects.toThrow(
      /^There is more to write than the disk has room for: .*\(4193280 bytes\)/,
    )
  })
})

describe('a comparison', () => {
  const heldBy = (there: Uint8Array): Comparison =>
    new Comparison('the disk', async (memory, offset) => {
      const part = there.subarray(offset, offset + memory.length)
      memory.set(part)
      return part.length
    })

  it('names the first byte that differs, by its place in all of it', async () => {
    const there = Uint8Array.from([1, 2, 3, 4, 5, 6, 9, 9])
    const comparison = heldBy(there)
    await comparison.write(there.subarray(0, 4), 0, never)
    await expect(comparison.write(Uint8Array.from([5, 6, 7, 8]), 4, never)).rejects.toThrow(
      'the disk does not have what was written to it: byte 6 differs',
    )
  })

  it('takes what is not there any more for different', async () => {
    await expect(heldBy(new Uint8Array(5)).write(new Uint8Array(4), 4, never)).rejects.toThrow('byte 5 differs')
  })

  it('compares pieces of any length, longer ones after shorter ones and shorter ones after longer ones', async () => {
    const there = Uint8Array.from({ length: 64 }, (_, at) => at)
    const comparison = heldBy(there)
    for (const [from, to] of [
      [0, 8],
      [8, 16],
      [16, 48],
      [48, 52],
      [52, 64],
    ] as const)
      await comparison.write(there.subarray(from, to), from, never)
    await expect(comparison.write(new Uint8Array(8), 8, never)).rejects.toThrow('byte 8 differs')
  })
})

describe('a file as an end', () => {
  it('is no directory and no pipe', async () => {
    const pipe = served.bench.path('pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    const { directory } = served.bench
    await expect(FileEnd.toRead(directory)).rejects.toThrow(`${directory} is no file and no block device`)
    await expect(FileEnd.toWrite(directory, 1)).rejects.toThrow(`Cannot write ${directory}`)
    await expect(FileEnd.toWrite(pipe, 1)).rejects.toThrow(`${pipe} is no file and no block device`)
  })

  it('gets its length at once, and leaves zeroes out of it, only where that is known', async () => {
    const path = served.bench.path('known')
    writeFileSync(path, 'before')
    const known = await FileEnd.toWrite(path, 100_000)
    expect({ grain: known.zeroGrainBytes, size: statSync(path).size, there: readFileSync(path)[0] }).toEqual({
      ...{ grain: 65_536, size: 100_000, there: 0 },
    })
    await known.close()
    const unknown = await FileEnd.toWrite(path, undefined)
    expect({ grain: unknown.zeroGrainBytes, size: statSync(path).size }).toEqual({ grain: undefined, size: 0 })
    await unknown.close()
    const read = await FileEnd.toRead(path)
    expect(read.zeroGrainBytes).toBeUndefined()
    await read.close()
  })

  it('is read as far as it goes', async () => {
    const path = served.bench.path('short')
    writeFileSync(path, 'abcdef')
    const end = await FileEnd.toRead(path)
    const memory = Buffer.alloc(8)
    expect([end.sizeBytes, await end.read(memory, 2), memory.toString('latin1', 0, 4)]).toEqual([6, 4, 'cdef'])
    await end.close()
  })

  it('may be a device that has nothing to be made durable, and says what else a flush fails with', async () => {
    const nothing = await FileEnd.toWrite('/dev/null', 512)
    expect(nothing.zeroGrainBytes).toBeUndefined()
    await nothing.flush()
    await nothing.close()
    await expect(nothing.flush()).rejects.toThrow(/closed/)
  })
})

describe('standard input and output', () => {
  it('are given up at once by whoever interrupts', async () => {
    const stop = new AbortController()
    const input = new InputEnd(new Readable({ read() {} }), stop.signal)
    const output = new OutputEnd(new Writable({ write() {} }))
    const waiting = [input.read(new Uint8Array(1), 0, stop.signal), output.write(new Uint8Array(1), 0, stop.signal)]
    stop.abort(new Error('stopped'))
    for (const each of waiting) await expect(each).rejects.toThrow('stopped')
    await expect(output.write(new Uint8Array(1), 0, stop.signal)).rejects.toThrow('stopped')
  })

  it('say what they end with', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('torn')) })
    await expect(new InputEnd(broken, never).read(new Uint8Array(1), 0, never)).rejects.toThrow('torn')
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) })
    full.on('error', () => {})
    await expect(new OutputEnd(full).write(new Uint8Array(1), 0, never)).rejects.toMatchObject({
      ...{ message: 'Cannot write standard output', explanation: 'full' },
    })
  })
})
