import { createTarget, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDisk, SIZE } from '../testing/served-disk.ts'

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open()
})
afterAll(() => served.close())

describe('bench', () => {
  it('reads at random, and says how many commands a second that were and how long each took', async () => {
    const { out, err, code } = await served.bench.run(['bench', served.url()])
    expect({ err, code, first: out[0] }).toEqual({
      ...{ err: [], code: 0 },
      first: 'random reads of 4 KiB, 32 at a time, 10.0 s',
    })
    expect(out[1]).toMatch(/^\d+ IOPS, \d+\.\d MB\/s$/)
    expect(out[2]).toMatch(/^p50 .*, p99 .*, p99\.9 .*$/)
  })

  it('says the same to programs', async () => {
    const args = ['--json', 'bench', served.url(), 'pattern=sequential', 'block_size=64k', 'depth=4', 'seconds=2']
    const { out } = await served.bench.run(args)
    expect(JSON.parse(out.join(''))).toMatchObject({
      ...{ operation: 'read', pattern: 'sequential', block_size: 65_536, depth: 4, seconds: 2 },
      latencyNs: { p50: expect.any(Number) as number, p999: expect.any(Number) as number },
    })
  })

  it('shows whoever looks how it goes and how long it takes yet, and takes it away at the end', async () => {
    const shown: string[] = []
    await served.bench.run(['bench', served.url(), 'seconds=1'], { looks: text => shown.push(text) })
    expect(shown[0]).toMatch(/^0 operations, 0 a second, 0:01 left$/)
    expect(shown[2]).toMatch(/^\d+ operations, \d+ a second, 0:0[01] left$/)
    expect([shown.length, shown.at(-1)]).toEqual([5, ''])
  })

  it('is at LUN 0 where its URL has none', async () => {
    const { out, code } = await served.bench.run(['bench', served.url().replace(/\/0$/, ''), 'seconds=1'])
    expect({ code, first: out[0] }).toEqual({ code: 0, first: 'random reads of 4 KiB, 32 at a time, 1.0 s' })
  })

  it('does not write unless it is told that this destroys what is there', async () => {
    const { err, code } = await served.bench.run(['bench', served.url(), 'operation=write'])
    expect({ code, err }).toEqual({
      code: 2,
      err: [`Writing destroys what is on ${served.url()}`, 'Right is --destroys-data, where that may go.'],
    })
    const written = await served.bench.run(['bench', served.url(), 'operation=write', '--destroys-data', 'seconds=1'])
    expect(written.out[0]).toBe('random writes of 4 KiB, 32 at a time, 1.0 s')
  })

  it('says why a disk has refused it', async () => {
    await using closed = await createTarget({ luns: [ramdisk({ sizeBytes: SIZE, readOnly: true })] })
    const { err, code } = await served.bench.run(['bench', closed.url(), 'operation=write', '--destroys-data'])
    expect({ code, first: err[0] }).toEqual({
      code: 1,
      first: 'WRITE (16) was refused by the disk: write protected',
    })
  })

  it.each([
    [['block_size=1000'], 1, 'block_size=1000 is no whole number of blocks of 512 bytes'],
    [['block_size=1G'], 1, 'block_size=1073741824 is more than the disk takes at once'],
    [['depth=0'], 2, 'depth, seconds and block_size are at least 1'],
    [['pattern=zigzag'], 2, "'zigzag' is no pattern"],
  ])('refuses %j', async (more, code, message) => {
    const said = await served.bench.run(['bench', served.url(), ...more])
    expect({ code: said.code, first: said.err[0] }).toEqual({ code, first: message })
  })

  it('moves as much at once as the disk has, and no block more', async () => {
    const args = ['bench', served.url(), 'depth=1', 'seconds=1']
    const [all, more] = [SIZE, SIZE + 512].map(bytes => served.bench.run([...args, `block_size=${bytes}`]))
    expect((await all)?.out[0]).toBe('random reads of 4 MiB, 1 at a time, 1.0 s')
    expect((await more)?.err).toEqual([
      `block_size=${SIZE + 512} is more than the disk takes at once`,
      'Right is 4 MiB (4194304 bytes) at the most.',
    ])
  })

  it('is interrupted by Ctrl-C in a shell, which goes on', async () => {
    const { bench, target } = served
    bench.clock.isHeld = true
    const { type, shows, err, ended } = bench.types()
    await shows('/> ')
    type(`bench ${served.url()}\r`)
    for await (const { kind } of target.events) if (kind === 'sessionStarted') break
    type('\x03')
    await shows('/> ')
    expect(err[0]).toBe('Interrupted.')
    type('read iscsi://127.0.0.1/iqn.2026-11.com.example:a -\r')
    await shows('"-" is no file here')
    type('\x04')
    expect(await ended).toBe(0)
    expect(target.sessions).toEqual([])
  })
})
