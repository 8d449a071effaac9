import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice } from '../../testing/device.ts'

const raw = (text: string): Buffer => Buffer.from(text, 'hex')
const RESERVATION_CONFLICT = 0x18
const RESERVE_6 = { cdb: raw('160000000000') }
const RELEASE_6 = { cdb: raw('170000000000') }
const RESERVE_10 = { cdb: raw('56000000000000000000') }
const RELEASE_10 = { cdb: raw('57000000000000000000') }

function twoNexuses(attributes = {}) {
  const device = new TestDevice({ attributes })
  return { device, one: device.nexus('a'), other: device.nexus('b') }
}

describe.each([
  ['(6)', RESERVE_6, RELEASE_6],
  ['(10)', RESERVE_10, RELEASE_10],
])('RESERVE and RELEASE %s', (_form, reserve, release) => {
  it('keep a unit for one nexus until it lets go', async () => {
    const { one, other } = twoNexuses()
    expect((await one.run(reserve)).ending).toBe(0)
    expect((await one.run(reserve)).ending).toBe(0)
    expect((await other.run(reserve)).ending).toBe(RESERVATION_CONFLICT)
    expect((await one.run(release)).ending).toBe(0)
    expect((await other.run(reserve)).ending).toBe(0)
  })

  it('let a RELEASE by another nexus pass without effect', async () => {
    const { one, other } = twoNexuses()
    await one.run(reserve)
    expect((await other.run(release)).ending).toBe(0)
    expect((await other.run(reserve)).ending).toBe(RESERVATION_CONFLICT)
  })

  it('are unknown where emulate_pr is 0', async () => {
    const { one } = twoNexuses({ emulatePr: false })
    for (const command of [reserve, release]) expect(senseOf(await one.run(command)).code.asc).toBe(0x20)
  })
})

describe('a reservation', () => {
  it.each([
    ['TEST UNIT READY', '000000000000'],
    ['MODE SENSE (6)', '1a003f00ff00'],
    ['MODE SELECT (6)', '151000000000'],
    ['START STOP UNIT', '1b0000000100'],
    ['READ (10)', '28000000000000000100'],
    ['WRITE (10)', '2a000000000000000100'],
  ])('keeps others from %s', async (_name, cdb) => {
    const { one, other } = twoNexuses()
    await one.run(RESERVE_6)
    expect((await other.run({ cdb: raw(cdb) })).ending).toBe(RESERVATION_CONFLICT)
  })

  it.each([
    ['INQUIRY', '120000002400'],
    ['REQUEST SENSE', '030000001200'],
    ['REPORT LUNS', 'a00000000000000000200000'],
    ['READ CAPACITY (10)', '25000000000000000000'],
    ['REPORT SUPPORTED OPERATION CODES', 'a30c00000000000000200000'],
  ])('lets %s of others pass', async (_name, cdb) => {
    const { one, other } = twoNexuses()
    await one.run(RESERVE_6)
    expect((await other.run({ cdb: raw(cdb), readBytes: 64 })).ending).toBe(0)
  })

  it.each([
    ['a third party', '161000000000', { byte: 1, bit: 4 }],
    ['an extent', '160100000000', { byte: 1, bit: 0 }],
    ['a third party by (10)', '56100000000000000000', { byte: 1, bit: 4 }],
    ['a list of extents', '16000000ff00', { byte: 4, bit: 7 }],
  ])('is not made for %s', async (_what, cdb, pointer) => {
    const { device, one } = twoNexuses()
    expect(senseOf(await one.run({ cdb: raw(cdb) }))).toMatchObject({ code: { asc: 0x24 }, pointer })
    expect(device.unit.reservation.holder).toBeUndefined()
  })
})
