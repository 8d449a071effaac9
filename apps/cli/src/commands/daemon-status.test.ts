import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const SCREEN = { columns: 80, rows: 24 }

function troubled(count: number): void {
  const troubles = Array.from({ length: count }, (_, at) => ({
    path: `/iscsi/iqn.2026-11.com.example:disks/tpg1/portals/10.0.0.${at}:3260`,
    wrong: 'it does not listen: the address is not one of this machine',
    remedy: 'mend that, and have the configuration read again',
  }))
  bench.model.status = { ...bench.model.status, troubles }
}

describe('status on a terminal', () => {
  it('has all that is wrong where it fits, in lines no longer than the terminal', async () => {
    troubled(2)
    const { out } = await bench.line('status', { size: SCREEN })
    expect(out.slice(3)).toEqual([
      '/iscsi/iqn.2026-11.com.example:disks/tpg1/portals/10.0.0.0:3260: it does not',
      '  listen: the address is not one of this machine; right is: mend that, and have',
      '  the configuration read again',
      '/iscsi/iqn.2026-11.com.example:disks/tpg1/portals/10.0.0.1:3260: it does not',
      '  listen: the address is not one of this machine; right is: mend that, and have',
      '  the configuration read again',
    ])
  })

  it('says how many more troubles there are than its screen has room for', async () => {
    troubled(30)
    const { out } = await bench.line('status', { size: SCREEN })
    expect(out.every(line => line.length <= 80)).toBe(true)
    expect(out).toHaveLength(22)
    expect(out.at(-1)).toBe('24 more: lunkit status | less')
  })

  it('fits into any terminal that has room for how the daemon is', async () => {
    troubled(3)
    for (const size of [
      { columns: 132, rows: 7 },
      { columns: 40, rows: 12 },
      { columns: 200, rows: 100 },
    ]) {
      const { out } = await bench.line('status', { size })
      expect([size, out.length < size.rows, out.every(line => line.length <= size.columns)]).toEqual([size, true, true])
    }
  })
})

it('status says lunkitd of a trouble that is of no node', async () => {
  bench.model.status = { ...bench.model.status, troubles: [{ path: '', wrong: 'it is old', remedy: 'start it anew' }] }
  const { out } = await bench.line('status')
  expect(out.at(-1)).toBe('lunkitd: it is old; right is: start it anew')
})

it('status without a terminal has a line for each trouble, however many there are', async () => {
  troubled(30)
  const { out } = await bench.line('status')
  expect(out).toHaveLength(33)
})
