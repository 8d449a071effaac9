import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

const WWN = 'iqn.2026-11.com.example:disks'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

describe('status', () => {
  it.each([
    [{}, []],
    [{ reason: null, sessions: 0 }, []],
    [{ served: false, reason: 'its file is not there' }, ['It is not served: its file is not there']],
    [{ sessions: 2 }, ['Sessions: 2']],
    [{ reason: 'why', sessions: 1 }, ['It is not served: why', 'Sessions: 1']],
  ])('of a node that is told with %j says %j below it', async (told, lines) => {
    await bench.all('/backstores/ramdisk create rd0 1M')
    bench.model.nodes.set('/backstores/ramdisk/rd0', told)
    const { out } = await bench.line('/backstores/ramdisk/rd0 status')
    expect(out[0]).toMatch(/^Status for \/backstores\/ramdisk\/rd0: /)
    expect(out.slice(1)).toEqual(lines)
  })
})

describe('info', () => {
  it('says values in the words of Python', async () => {
    await bench.all('/backstores/ramdisk create rd0 1M')
    const info = { yes: true, no: false, nothing: null, size: 7 } as unknown as Readonly<Record<string, string>>
    bench.model.nodes.set('/backstores/ramdisk/rd0', { info })
    expect((await bench.line('/backstores/ramdisk/rd0 info')).out).toEqual([
      ...['yes: True', 'no: False', 'nothing: None', 'size: 7'],
    ])
  })

  it('lists initiators below each other', async () => {
    await bench.all(`/iscsi create ${WWN}`)
    bench.model.nodes.set(`/iscsi/${WWN}`, { info: { wwns: 'one two', wwn: 'three four' } })
    expect((await bench.line(`/iscsi/${WWN} info`)).out).toEqual(['wwns:', 'one', 'two', 'wwn: three four'])
  })

  it('is no command of a node that has none', async () => {
    bench.model.nodes.set('/', { info: undefined })
    expect((await bench.line('/ info')).err).toEqual([
      'Command not found info',
      'targetcli has no such command at /; right is status.',
    ])
  })
})

describe('a path that is not there', () => {
  it.each([
    [7, 'rd0, rd1, rd2, rd3, rd4, rd5, rd6.'],
    [8, 'rd0, rd1, rd2, rd3, rd4, rd5, rd6, rd7.'],
    [10, 'rd0, rd1, rd2, rd3, rd4, rd5, rd6, rd7 and 2 more.'],
  ])('is answered with what is there of %i, as far as that fits', async (count, told) => {
    for (let at = 0; at < count; at++) await bench.all(`/backstores/ramdisk create rd${at} 1M`)
    const { err } = await bench.line('/backstores/ramdisk/something ls')
    expect(err).toEqual(['No such path /backstores/ramdisk/something', `Below /backstores/ramdisk there is ${told}`])
  })
})
