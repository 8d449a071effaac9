import { connect, createTarget, DiskServer, openBlockDevice, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDisk, SIZE, TARGET } from '../testing/served-disk.ts'

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open([
    ramdisk({ sizeBytes: SIZE, identity: { serial: 'aaaaaaaaaaaaaaaaaaaa' } }),
    ramdisk({ sizeBytes: SIZE, readOnly: true, identity: { serial: 'bbbbbbbbbbbbbbbbbbbb' } }),
  ])
})
afterAll(() => served.close())

describe('selftest', () => {
  it('finds a target well, check by check, and writes nothing', async () => {
    const { out, err, code } = await served.bench.run(['selftest', served.portal])
    expect({ err, code, last: out.at(-1) }).toEqual({ err: [], code: 0, last: '19 checks: all is well.' })
    expect(out).toEqual(
      expect.arrayContaining([
        `ok     ${served.portal} answers, and discovery tells 1 target`,
        `ok     iscsi://${served.portal}/${TARGET}: login done`,
        expect.stringMatching(/^ok {5}negotiated: HeaderDigest=None DataDigest=None MaxBurstLength=\d+ /),
        'ok     LUN 0 is LIO-ORG RAMDISK-MCP, serial number aaaaaaaaaaaaaaaaaaaa',
        'ok     LUN 0 has 4 MiB (4194304 bytes), in blocks of 512 bytes',
        'ok     LUN 0: its last block can be read',
        'ok     LUN 0: a block beyond its end is refused',
        'ok     LUN 0 may be written',
        'note   LUN 1 is write-protected for this initiator',
      ]),
    )
    await using session = await connect(served.url())
    const held = await (await openBlockDevice(session.unit)).read(0, SIZE)
    expect(Buffer.alloc(SIZE).equals(held)).toBe(true)
  })

  it('offers the digest of headers that a URL says, at discovery and at the target', async () => {
    const { out, code } = await served.bench.run(['selftest', `iscsi://${served.portal}?header_digest=crc32c`])
    expect(code).toBe(0)
    expect(out.join('\n')).toMatch(/^ok {5}negotiated: HeaderDigest=CRC32C DataDigest=None /m)
  })

  it('tells it to programs in one line', async () => {
    const { out } = await served.bench.run(['--json', 'selftest', served.portal, TARGET])
    expect(JSON.parse(out.join(''))).toMatchObject({ portal: served.portal, wrong: 0, checks: expect.any(Array) as [] })
  })

  it('says where nothing listens, what that means and what to do', async () => {
    const { out, code } = await served.bench.run(['selftest', '127.0.0.1:1'])
    expect(code).toBe(1)
    expect(out[0]).toMatch(/^wrong {2}discovery at 127\.0\.0\.1:1: No target answers: .*ECONNREFUSED/)
    expect(out[1]).toMatch(/^ {7}Nothing listens there: right is a lunkitd that runs/)
    expect(out.at(-1)).toBe('1 of 1 checks are wrong.')
  })

  it('says that a target has no ACL for the initiator, and the command that makes one', async () => {
    await using closed = await createTarget({ luns: [ramdisk({ sizeBytes: SIZE })], initiators: [] })
    const me = 'iqn.2026-11.com.example:me'
    const args = ['selftest', `127.0.0.1:${closed.address.port}`, closed.name, `--initiator-name=${me}`]
    const { out, code } = await served.bench.run(args)
    expect(code).toBe(1)
    expect(out.filter(line => line.startsWith('wrong'))).toEqual([
      `wrong  iscsi://127.0.0.1:${closed.address.port}/${closed.name}: The login was refused: authorization failure`,
    ])
    expect(out.join('\n')).toContain(`lunkit /iscsi/${closed.name}/tpg1/acls create ${me}`)
  })

  it('says that a portal has no target for the initiator, and the command that makes it one', async () => {
    await using server = new DiskServer()
    const asked = { host: '127.0.0.1', port: 0 }
    const group = { tag: 1, portals: [asked], access: () => undefined, luns: [], demoModeDiscovery: false }
    await server.serve({ name: `${TARGET}-hidden`, portalGroups: [group] })
    const [portal, me] = [`127.0.0.1:${server.addressOf(asked)?.port}`, 'iqn.2026-11.com.example:me']
    const { out, code } = await served.bench.run(['selftest', portal, `--initiator-name=${me}`])
    expect(code).toBe(1)
    expect(out).toContain(`wrong  ${portal} has no target for ${me}`)
    expect(out.join('\n')).toContain(`lunkit /iscsi/TARGET/tpg1/acls create ${me}`)
  })

  it('says that a target is not there', async () => {
    const { out, code } = await served.bench.run(['selftest', served.portal, 'iqn.2026-11.com.example:none'])
    expect(code).toBe(1)
    expect(out.filter(line => line.startsWith('wrong'))).toEqual([
      'wrong  discovery does not tell iqn.2026-11.com.example:none',
      `wrong  iscsi://${served.portal}/iqn.2026-11.com.example:none: The login was refused: not found`,
    ])
  })
})
