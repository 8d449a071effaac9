import { createTarget, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDisk, SIZE, TARGET } from './testing/served-disk.ts'

const SERIAL = '11111111-2222-3333-4444-555555555555'

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open([
    ramdisk({ sizeBytes: SIZE, identity: { serial: SERIAL } }),
    ramdisk({ sizeBytes: 2 * SIZE, readOnly: true }),
  ])
})
afterAll(() => served.close())

describe('inquiry', () => {
  it('says in words what a LUN says of itself', async () => {
    const { out, code } = await served.bench.run(['inquiry', served.url()])
    expect(code).toBe(0)
    expect(out).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^is a +disk$/),
        expect.stringMatching(/^vendor +LIO-ORG$/),
        expect.stringMatching(/^VPD pages +00 80 83 86 b0 b1 b2$/),
        expect.stringMatching(new RegExp(`^serial number +${SERIAL}$`)),
        expect.stringMatching(/^logical unit \(83h\) +NAA 6001405111111112222333344445555/),
        expect.stringMatching(/^medium +does not rotate$/),
        expect.stringMatching(/^size +4 MiB \(4194304 bytes\)$/),
        expect.stringMatching(/^blocks +8192 of 512 bytes, 512 physically$/),
      ]),
    )
  })

  it('says all of it to programs', async () => {
    const { out } = await served.bench.run(['--json', 'inquiry', served.url()])
    expect(JSON.parse(out.join(''))).toMatchObject({
      ...{ lun: 0, serial: SERIAL, deviceType: 0, capacity: { blocks: 8192, blockSizeBytes: 512 } },
      limits: { maxUnmapDescriptors: expect.any(Number) as number },
    })
  })

  it('lists the LUNs of a target where none is said', async () => {
    const { out } = await served.bench.run(['inquiry', `iscsi://${served.portal}/${TARGET}`])
    expect(out.map(line => line.split(/ {2,}/))).toEqual([
      ['LUN', 'is a', 'vendor', 'product', 'serial number', 'size', 'URL'],
      ['0', 'disk', 'LIO-ORG', 'RAMDISK-MCP', SERIAL, '4 MiB', served.url(0)],
      ['1', 'disk', 'LIO-ORG', 'RAMDISK-MCP', expect.any(String) as string, '8 MiB', served.url(1)],
    ])
  })

  it('says what a refused login means, and what mends it', async () => {
    await using closed = await createTarget({ luns: [ramdisk({ sizeBytes: SIZE })], initiators: [] })
    const { err, code } = await served.bench.run([
      'inquiry',
      closed.url(),
      '--initiator-name=iqn.2026-11.com.example:me',
    ])
    expect(code).toBe(1)
    expect(err[0]).toBe('The login was refused: authorization failure')
    expect(err[1]).toContain(`lunkit /iscsi/${closed.name}/tpg1/acls create iqn.2026-11.com.example:me`)
  })

  it('says that a target of another name is not there', async () => {
    const { err, code } = await served.bench.run(['inquiry', `iscsi://${served.portal}/iqn.2026-11.com.example:none/0`])
    expect({ code, err: err[0] }).toEqual({ code: 1, err: 'The login was refused: not found' })
  })

  it('says that a LUN is not there', async () => {
    const { out, code } = await served.bench.run(['inquiry', served.url(7)])
    expect(code).toBe(0)
    expect(out[1]).toMatch(/^is a +unknown, and there can be none at this LUN$/)
  })

  it('refuses a URL that names no target', async () => {
    const { err, code } = await served.bench.run(['inquiry', `iscsi://${served.portal}`])
    expect({ code, err: err[0] }).toEqual({ code: 2, err: `iscsi://${served.portal} names no target` })
  })
})
