import { connect, discover, type Session } from '@lunkit/initiator'
import { TaskManagementFunction } from '@lunkit/pdu'
import { nodeAccess, openAccess } from '@lunkit/target'
import { type PortalGroupOptions, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { pattern } from './harness/pattern.ts'
import { TestServer } from './harness/test-server.ts'

const WRITER = 'iqn.2026-11.io.lunkit:writer'
const READER = 'iqn.2026-11.io.lunkit:reader'
const STRANGER = 'iqn.2026-11.io.lunkit:stranger'
const data = pattern(4096, { seed: 1 })
const TEST_UNIT_READY = new Uint8Array(6)

/** Two disks: the writer has them as LUN 0 and 1, the reader has the second alone, as LUN 7, and may not write. */
async function serve(more: Partial<PortalGroupOptions> = {}) {
  const test = await TestServer.serve({
    luns: [1, 2].map(() => ramdisk({ sizeBytes: 1024 * 1024, attributes: { emulateTpu: true, emulateTpws: true } })),
  })
  const [first, second] = test.disks
  if (!first || !second) throw new Error('two disks were asked for')
  await test.serveGroup({
    access: nodeAccess({
      acls: { [WRITER]: {}, [READER]: {} },
      generateNodeAcls: false,
    }),
    luns: [],
    lunsOf: new Map([
      [
        WRITER,
        [
          { lun: 0, disk: first },
          { lun: 1, disk: second },
        ],
      ],
      [READER, [{ lun: 7, disk: second, writeProtected: true }]],
    ]),
    ...more,
  })
  return test
}

async function connected(test: TestServer, initiatorName: string, luns: readonly number[]): Promise<Session> {
  const session = await test.connect({ initiatorName })
  for (const lun of luns) await session.lun(lun).ready()
  return session
}

describe('discovery', () => {
  it('finds portals that a login takes as they are', async () => {
    await using test = await serve()
    const [target] = await discover({ ...test.address, initiatorName: WRITER })
    const [portal] = target?.portals ?? []
    if (!target || !portal) throw new Error('nothing was found')
    await using session = await connect({ ...portal, target: target.name, initiatorName: WRITER })
    await session.lun(0).ready()
    expect(await session.lun(0).reportLuns()).toEqual([0, 1])
  })
})

describe('a LUN of a number from 256 on', () => {
  async function serveFar(lun: number) {
    const test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
    const [disk] = test.disks
    if (!disk) throw new Error('a disk was asked for')
    await test.serveGroup({ access: openAccess, luns: [{ lun, disk }] })
    return test
  }

  it.each([256, 300, 16_383])('is served as %i, and reported so', async lun => {
    await using test = await serveFar(lun)
    const session = await connected(test, WRITER, [lun])
    await session.lun(lun).write(0, data)
    expect(await session.lun(lun).read(0, 8)).toEqual(data)
    expect(await session.lun(lun).reportLuns()).toEqual([lun])
  })

  it.each([
    ['as LIO and libiscsi write it', 0x012c_0000_0000_0000n],
    ['in flat space addressing', 0x412c_0000_0000_0000n],
    ['in extended flat space addressing', 0xd200_012c_0000_0000n],
  ])('is addressed %s', async (_form, lun) => {
    await using test = await serveFar(300)
    const raw = await test.raw()
    expect(await raw.outcome(raw.command({ cdb: TEST_UNIT_READY }, { lun }))).toBe(
      'powerOnResetOrBusDeviceResetOccurred',
    )
    expect(await raw.outcome(raw.command({ cdb: TEST_UNIT_READY }, { lun }))).toBe('good')
    const clearTaskSet = { function: TaskManagementFunction.clearTaskSet, lun }
    expect(await raw.managed(raw.manage(clearTaskSet))).toBe(0)
  })

  it('is not reached by the numbers beside it, nor by its low byte', async () => {
    await using test = await serveFar(300)
    const session = await connected(test, WRITER, [300])
    for (const lun of [0x2c, 0x100, 0x200 + 0x2c, 301, 0x412c])
      expect(await outcomeOf(session.lun(lun).read(0, 1))).toBe('logicalUnitNotSupported')
  })
})

describe('a login', () => {
  it('of an initiator without an ACL is refused, and counted', async () => {
    await using test = await serve()
    await expect(test.connect({ initiatorName: STRANGER })).rejects.toMatchObject({ status: 0x0202 })
    expect(test.server.statistics.get('loginsAuthorizationFailed')).toBe(1)
    expect(test.events).toContainEqual(expect.objectContaining({ kind: 'loginRefused', initiatorName: STRANGER }))
  })

  it('finds the ACL of its initiator however the name is written', async () => {
    await using test = await serve()
    const session = await connected(test, WRITER.toUpperCase(), [0])
    expect(await session.lun(0).reportLuns()).toEqual([0, 1])
  })

  it('of an initiator that would have to prove who it is is refused', async () => {
    const access = nodeAccess({ acls: { [WRITER]: { authenticationRequired: true } }, generateNodeAcls: false })
    await using test = await serve({ access })
    await expect(test.connect({ initiatorName: WRITER })).rejects.toMatchObject({ status: 0x0201 })
    expect(test.server.statistics.get('loginsAuthenticationFailed')).toBe(1)
  })
})

describe('discovery', () => {
  it.each([
    ['lists the target to whoever may log in', WRITER, false, 1],
    ['does not list it to others, where demo mode does not', STRANGER, false, 0],
    ['lists it to all, where demo mode does', STRANGER, true, 1],
  ] as const)('%s', async (_what, initiatorName, demoModeDiscovery, targets) => {
    await using test = await serve({ demoModeDiscovery })
    const { host, port } = test.address
    expect(await discover({ host, port, initiatorName })).toHaveLength(targets)
  })
})

describe('LUNs of an initiator', () => {
  it('are those that are mapped to it, and no others', async () => {
    await using test = await serve()
    const [writer, reader] = [await connected(test, WRITER, [0, 1]), await connected(test, READER, [7])]
    expect([await writer.lun(0).reportLuns(), await reader.lun(7).reportLuns()]).toEqual([[0, 1], [7]])
    for (const lun of [0, 1, 8]) expect(await outcomeOf(reader.lun(lun).read(0, 1))).toBe('logicalUnitNotSupported')
    expect(await outcomeOf(writer.lun(7).read(0, 1))).toBe('logicalUnitNotSupported')
  })

  it('lead to the same disk by different numbers', async () => {
    await using test = await serve()
    const [writer, reader] = [await connected(test, WRITER, [0, 1]), await connected(test, READER, [7])]
    await writer.lun(1).write(0, data)
    expect(await reader.lun(7).read(0, 8)).toEqual(data)
    expect(await writer.lun(0).read(0, 8)).toEqual(Buffer.alloc(4096))
    const [one, other] = [await writer.lun(1).inquiry(), await reader.lun(7).inquiry()]
    expect(other).toEqual(one)
  })

  it.each([
    ['WRITE', (unit: ReturnType<Session['lun']>) => unit.write(0, data)],
    ['a large WRITE that would be asked for', unit => unit.write(0, pattern(524_288, { seed: 2 }))],
    ['WRITE SAME', unit => unit.writeSame(0, 8, data.subarray(0, 512))],
    ['UNMAP', unit => unit.unmap([{ lba: 0, blocks: 8 }])],
    ['COMPARE AND WRITE', unit => unit.compareAndWrite(0, Buffer.alloc(512), data.subarray(0, 512))],
    ['WRITE AND VERIFY', unit => unit.writeAndVerify(0, data)],
  ] as [string, (unit: ReturnType<Session['lun']>) => Promise<void>][])(
    'that are write-protected refuse %s, and keep what is there',
    async (_what, write) => {
      await using test = await serve()
      const [writer, reader] = [await connected(test, WRITER, [0, 1]), await connected(test, READER, [7])]
      await writer.lun(1).write(0, data)
      expect(await outcomeOf(write(reader.lun(7)))).toBe('writeProtected')
      expect(await reader.lun(7).read(0, 8)).toEqual(data)
      expect(test.server.transferMemoryUsedBytes).toBe(0)
    },
  )
})
