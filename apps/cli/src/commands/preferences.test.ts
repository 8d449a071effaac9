import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const SCREEN = { columns: 60, rows: 24 }

describe('ls, as whoever asks prefers it,', () => {
  beforeEach(() => bench.all(`/iscsi create ${WWN}`))

  it('has nodes of another kind, and no summaries', async () => {
    await bench.all('set global tree_round_nodes=false tree_status_mode=false')
    expect((await bench.line('ls /iscsi 2')).out).toEqual(['+- iscsi', `  +- ${WWN}`, '    +- tpg1'])
  })

  it('goes so deep where the line does not say how deep', async () => {
    await bench.all('set global tree_max_depth=1 tree_status_mode=false')
    expect((await bench.line('ls /iscsi')).out).toEqual(['o- iscsi', `  o- ${WWN}`])
    expect((await bench.line('ls /iscsi 2')).out).toHaveLength(3)
  })

  it('leaves the node out that it is about', async () => {
    await bench.all('set global tree_show_root=false tree_status_mode=false')
    expect((await bench.line(`ls /iscsi/${WWN} 1`)).out).toEqual(['o- tpg1', '  o- acls', '  o- luns', '  o- portals'])
  })

  it('has colours on a terminal, as targetcli has them, or none', async () => {
    expect((await bench.line(`ls /iscsi/${WWN} 0`, { size: SCREEN })).out[0]).toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what steers a terminal is what is looked for
      /^o- \x1b\[35;1;4miqn\.2026-11\.com\.example:disks\x1b\[0m\x1b\[35m \.+ \x1b\[0m\x1b\[1m\[\x1b\[0mTPGs: 1\x1b\[1m\]/,
    )
    await bench.all('set global color_mode=false')
    expect((await bench.line(`ls /iscsi/${WWN}`, { size: SCREEN })).out.join('')).not.toContain('\x1b')
  })
})

it('the prompt has paths as long as whoever types prefers them', async () => {
  await bench.all(`/iscsi create ${WWN}`)
  const { type, shows, ended } = bench.types()
  await shows('/> ')
  type(`cd /iscsi/${WWN}/tpg1\r`)
  await shows('/iscsi/iqn.20...le:disks/tpg1> ')
  type('set global prompt_length=0\r')
  await shows(`/iscsi/${WWN}/tpg1> `)
  type('set global prompt_length=11\r')
  await shows('/isc...tpg1> ')
  type('\x04')
  expect(await ended).toBe(0)
})
