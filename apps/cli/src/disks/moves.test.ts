import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { LunkitTarget } from 'lunkit'
import { connect, createTarget, openBlockDevice, ramdisk } from 'lunkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ServedDisk, SIZE } from './testing/served-disk.ts'

const content = randomBytes(SIZE)

let served: ServedDisk
let other: LunkitTarget
beforeAll(async () => {
  served = await ServedDisk.open()
})
beforeEach(async () => {
  other = await createTarget({ luns: [ramdisk({ sizeBytes: SIZE }), ramdisk({ sizeBytes: SIZE, readOnly: true })] })
  return async () => other.close()
})
afterAll(() => served.close())

/** What a disk holds, by the initiator itself. */
async function heldBy(url: string): Promise<Buffer> {
  await using session = await connect(url)
  const disk = await openBlockDevice(session.unit)
  return Buffer.from(await disk.read(0, disk.sizeBytes))
}

async function fill(url: string, data: Uint8Array): Promise<void> {
  await using session = await connect(url)
  await (await openBlockDevice(session.unit)).write(0, data)
}

const file = (name: string, data: Uint8Array = content): string => {
  const path = served.bench.path(name)
  writeFileSync(path, data)
  return path
}

describe('read', () => {
  beforeAll(() => fill(served.url(), content))

  it('copies a disk into a file', async () => {
    const path = served.bench.path('disk.img')
    const { out, err, code } = await served.bench.run(['read', served.url(), path])
    expect({ err, code }).toEqual({ err: [], code: 0 })
    expect(out[0]).toMatch(/: 4 MiB \(4194304 bytes\), in \d+\.\d s, \d+\.\d MB\/s$/)
    expect(readFileSync(path).equals(content)).toBe(true)
  })

  it('writes a part of it to standard output, and speaks on standard error', async () => {
    const args = ['--json', 'read', served.url(), '-', 'offset=1M', 'length=1536']
    const written: Buffer[] = []
    const { out, err, code } = await served.bench.run(args, { written })
    expect({ out, code }).toEqual({ out: [], code: 0 })
    expect(Buffer.concat(written).equals(content.subarray(1024 * 1024, 1024 * 1024 + 1536))).toBe(true)
    expect(err.map(line => JSON.parse(line) as unknown)).toMatchObject([{ to: 'standard output', bytes: 1536 }])
  })

  it('leaves holes in a file where the disk has zeroes', async () => {
    await fill(other.url(0), content.subarray(0, 65_536))
    const path = served.bench.path('sparse.img')
    const { out } = await served.bench.run(['read', other.url(0), path])
    expect(out[0]).toContain('of it zeroes that were not sent')
    expect(statSync(path).blocks * 512).toBeLessThan(SIZE / 8)
    expect(readFileSync(path).equals(await heldBy(other.url(0)))).toBe(true)
  })

  it.each([
    [['offset=100'], 'offset=100 is no whole number of blocks of 512 bytes'],
    [['length=700'], 'length=700 is no whole number of blocks of 512 bytes'],
    [['offset=5M'], /^offset=5242880 is beyond .*, which has 4 MiB/],
    [['offset=3M', 'length=2M'], /^length=2097152 is more than .* has from there on: 1 MiB/],
  ])('refuses %j, and writes nothing', async (more, message) => {
    const written: Buffer[] = []
    const { err, code } = await served.bench.run(['read', served.url(), '-', ...more], { written })
    expect({ code, written }).toEqual({ code: 1, written: [] })
    expect(err[0]).toMatch(message)
  })

  it('shows whoever looks how far it is, and takes it away at the end', async () => {
    const shown: string[] = []
    await served.bench.run(['read', served.url()], { looks: text => shown.push(text) })
    expect(shown.at(-1)).toBe('')
  })
})

describe('write', () => {
  it('writes a file onto a disk, and reads it back', async () => {
    const { out, code } = await served.bench.run(['write', other.url(0), file('content'), '--verify'])
    expect({ code, last: out.at(-1) }).toEqual({ code: 0, last: 'All of it was read back and is right.' })
    expect((await heldBy(other.url(0))).equals(content)).toBe(true)
  })

  it('writes standard input from an offset on, however it comes', async () => {
    const part = content.subarray(0, 1024 * 1024 + 512)
    const chunks = Readable.from([part.subarray(0, 7), part.subarray(7, 700_000), part.subarray(700_000)])
    const { code } = await served.bench.run(['write', other.url(0), '-', 'offset=1M'], { data: chunks })
    const held = await heldBy(other.url(0))
    expect(code).toBe(0)
    expect(held.subarray(1024 * 1024, 1024 * 1024 + part.length).equals(part)).toBe(true)
    expect(held.subarray(0, 1024 * 1024).equals(Buffer.alloc(1024 * 1024))).toBe(true)
  })

  it('says where standard input ends within a block', async () => {
    const { err, code } = await served.bench.run(['write', other.url(0), '-'], {
      data: Readable.from([content.subarray(0, 1000)]),
    })
    expect(code).toBe(1)
    expect(err[0]).toBe('standard input ended within a block: its last 488 bytes were not written, a block has 512')
    expect((await heldBy(other.url(0))).subarray(0, 512).equals(content.subarray(0, 512))).toBe(true)
  })

  it('ends where standard input has more than the disk', async () => {
    const data = Readable.from([content, content.subarray(0, 512)])
    const { err, code } = await served.bench.run(['write', other.url(0), '-'], { data })
    expect(code).toBe(1)
    expect(err[0]).toMatch(/^There is more to write than .* has room for: 4 MiB/)
  })

  it('writes nothing of a file that is too large', async () => {
    const path = file('large', Buffer.concat([content, content]))
    const { err, code } = await served.bench.run(['write', other.url(0), path])
    expect({ code, last: err.at(-1) }).toEqual({ code: 1, last: 'Nothing was written.' })
    expect((await heldBy(other.url(0))).equals(Buffer.alloc(SIZE))).toBe(true)
  })

  it('says that a disk is write-protected, and what mends it', async () => {
    const { err, code } = await served.bench.run(['write', other.url(1), file('content')])
    expect({ code, first: err[0] }).toEqual({
      code: 1,
      first: 'WRITE (16) was refused by the disk: write protected',
    })
    expect(err[1]).toContain('write_protect=false')
  })

  it.each([
    [['write', '-'], 'Standard input cannot be read again to compare it'],
    [['copy', '-'], 'Standard input cannot be read again to compare it'],
    [['copy', 'FROM', '-'], 'Standard output cannot be read back to compare it'],
  ])('is no place for what comes or goes once and is to be compared: %j', async ([name = '', ...ends], message) => {
    const urls = name === 'write' ? [other.url(0), ...ends] : [...ends, other.url(0)].slice(0, 2)
    const args = urls.map(each => (each === 'FROM' ? other.url(0) : each))
    const { err, code } = await served.bench.run([name, ...args, '--verify'])
    expect({ code, err }).toEqual({ code: 2, err: [message, 'Right is a file, or no --verify.'] })
  })

  it('writes a part of a file, as long as it is told, at a place of the disk', async () => {
    const args = ['write', other.url(0), file('content'), 'offset=512', 'length=1024']
    expect((await served.bench.run(args)).code).toBe(0)
    const held = await heldBy(other.url(0))
    expect(held.subarray(512, 1536).equals(content.subarray(0, 1024))).toBe(true)
    expect(held.subarray(1536, 4096).equals(Buffer.alloc(2560))).toBe(true)
  })

  it('fills a disk to its last block, and no further', async () => {
    const at = `offset=${SIZE - 512}`
    expect((await served.bench.run(['write', other.url(0), file('content'), at, 'length=512'])).code).toBe(0)
    expect((await heldBy(other.url(0))).subarray(SIZE - 512).equals(content.subarray(0, 512))).toBe(true)
    const { err } = await served.bench.run(['write', other.url(0), file('content'), at, 'length=1024'])
    expect(err).toEqual([
      expect.stringMatching(/content has 1 KiB \(1024 bytes\), and .* has room for 512 bytes$/),
      'Nothing was written.',
    ])
  })

  it.each([
    [['length=700'], ['length=700 is no whole number of blocks of 512 bytes', 'Right is 512, or 1024.']],
    [
      ['length=5M'],
      [expect.stringMatching(/^length=5242880 is more than .*content has: 4 MiB \(4194304 bytes\)$/) as string],
    ],
  ])('refuses %j of a file', async (more, said) => {
    const { err, code } = await served.bench.run(['write', other.url(0), file('content'), ...more])
    expect({ code, err }).toEqual({ code: 1, err: said })
    expect((await heldBy(other.url(0))).equals(Buffer.alloc(SIZE))).toBe(true)
  })
})

describe('copy', () => {
  it('copies a disk to another, zeroes without sending them', async () => {
    const sparse = Buffer.alloc(SIZE)
    content.copy(sparse, 0, 0, 512)
    await fill(served.url(), sparse)
    await fill(other.url(0), content)
    const { out, code } = await served.bench.run(['--json', 'copy', served.url(), other.url(0), '--verify'])
    expect({ code, said: JSON.parse(out.join('')) as unknown }).toMatchObject({
      code: 0,
      said: { bytes: SIZE, zeroBytes: SIZE - 1024 * 1024, verified: true },
    })
    expect((await heldBy(other.url(0))).equals(sparse)).toBe(true)
  })

  it('copies a file to a file', async () => {
    const to = served.bench.path('copied')
    expect((await served.bench.run(['copy', file('content'), to])).code).toBe(0)
    expect(readFileSync(to).equals(content)).toBe(true)
    // Now there is one beside it already.
    expect((await served.bench.run(['copy', file('content'), to])).code).toBe(0)
    expect(readFileSync(to).equals(content)).toBe(true)
  })

  it('copies a disk to standard output, and standard input into a file', async () => {
    await fill(other.url(0), content)
    const written: Buffer[] = []
    expect((await served.bench.run(['copy', other.url(0), '-'], { written })).code).toBe(0)
    expect(Buffer.concat(written).equals(content)).toBe(true)
    const to = served.bench.path('from-input')
    const data = Readable.from([content.subarray(0, 700), content.subarray(700, 1000)])
    expect((await served.bench.run(['copy', '-', to], { data })).out[0]).toMatch(
      /^standard input to .*: 1000 bytes, in /,
    )
    expect(readFileSync(to).equals(content.subarray(0, 1000))).toBe(true)
  })

  it('refuses a file as its own destination under another name too', async () => {
    const [path, linked] = [file('content'), served.bench.path('linked')]
    linkSync(path, linked)
    expect((await served.bench.run(['copy', path, linked])).err[0]).toBe(`${path} and ${linked} are the same`)
    expect(statSync(path).size).toBe(SIZE)
  })

  it('refuses a file as its own destination, and leaves it', async () => {
    const path = file('content')
    const { err, code } = await served.bench.run(['copy', path, path])
    expect({ code, first: err[0] }).toEqual({ code: 2, first: `${path} and ${path} are the same` })
    expect(statSync(path).size).toBe(SIZE)
  })

  it('says no password of a URL', async () => {
    const url = 'iscsi://me%geheim@127.0.0.1:1/iqn.2026-11.com.example:a/0'
    const runs = [
      ['copy', url, url],
      ['bench', url, 'operation=write'],
      ['write', url, file('content')],
    ]
    for (const args of runs) {
      const { err, out } = await served.bench.run(args)
      expect(err.join()).toMatch(/\.\.\.@127\.0\.0\.1:1|No target answers/)
      expect([...err, ...out].join()).not.toContain('geheim')
    }
  })

  it('refuses a disk that has no room', async () => {
    await using small = await createTarget({ luns: [ramdisk({ sizeBytes: SIZE / 2 })] })
    const { err, code } = await served.bench.run(['copy', served.url(), small.url(0)])
    expect({ code, last: err.at(-1) }).toEqual({ code: 1, last: 'Nothing was written.' })
  })

  it('ends in order where it is interrupted, and says how far it came', async () => {
    const stop = new AbortController()
    const endless = new Readable({
      read() {
        this.push(content.subarray(0, 65_536))
        stop.abort()
      },
    })
    const { err, code } = await served.bench.run(['copy', '-', other.url(0)], {
      data: endless,
      interrupted: stop.signal,
    })
    expect(code).toBe(1)
    expect(err[0]).toBe('Interrupted.')
    expect(err[1]).toMatch(/ had gone to iscsi:/)
    expect(other.sessions).toEqual([])
  })

  it('says of a file that cannot be read why', async () => {
    const { err, code } = await served.bench.run(['copy', '/nosuch', other.url(0)])
    expect({ code, first: err[0] }).toEqual({ code: 1, first: 'Cannot read /nosuch' })
  })
})
