import { connect } from 'lunkit'
import { describe, expect, it, vi } from 'vitest'
import { addressOf, withLun } from '../testing/client.ts'
import { Lunkitd } from '../testing/lunkitd.ts'
import { faultOf, managerOf } from '../testing/managed.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const startDemo = (port = 0): Lunkitd => new Lunkitd(['--demo', '--portal', `127.0.0.1:${port}`])

describe('the demo', () => {
  it('is a disk of 1 GiB by the name of the demo, that does not turn and takes UNMAP and WRITE SAME', async () => {
    await using lunkitd = startDemo()
    const [url = ''] = await lunkitd.urls(1)
    await using session = await connect(addressOf(url))
    const unit = session.lun(0)
    await unit.ready()
    expect((await unit.inquiry()).product).toBe('demo')
    expect(await unit.readCapacity()).toMatchObject({ blocks: 2_097_152, blockSizeBytes: 512 })
    // SBC-4 6.6.2: a medium rotation rate of 1 is a medium that does not turn.
    expect(Buffer.from((await unit.vitalProductData(0xb1)).body).readUInt16BE(0)).toBe(1)
    // SBC-4 6.6.6: LBPU, LBPWS and LBPWS10.
    expect(((await unit.vitalProductData(0xb2)).body[1] ?? 0) & 0xe0).toBe(0xe0)
    expect(lunkitd.log.filter(({ level }) => level > 30)).toEqual([])
  })

  it('is called the same whenever it is at one portal of one machine, and otherwise at another portal', async () => {
    const names: string[] = []
    let port = 0
    for (let run = 0; run < 3; run++) {
      await using lunkitd = startDemo(port)
      const [url = ''] = await lunkitd.urls(1)
      names.push(addressOf(url).target)
      ;({ port } = addressOf(url))
    }
    expect(names[1]).toMatch(/^iqn\.2026-11\.io\.lunkit:demo\.[0-9a-z]+$/)
    expect(names[2]).toBe(names[1])
    expect(names[0]).not.toBe(names[1])
  })

  it('is managed as any other, but for the file that there is none of', async () => {
    await using lunkitd = startDemo()
    const [url = ''] = await lunkitd.urls(1)
    const client = managerOf(lunkitd)
    const { health, configuration, counts } = await client.call('status')
    expect({ health, configuration }).toEqual({ health: 'ok', configuration: { path: null, unsaved: false } })
    expect(counts).toMatchObject({ storageObjects: 1, targets: 1, portals: 1, luns: 1 })
    const storage_object = '/backstores/ramdisk/more'
    const { target } = addressOf(url)
    await client.call('edit', {
      edits: [
        { name: 'createRamdisk', given: { name: 'more', size: 1_048_576 } },
        { name: 'createLun', given: { target, tag: 1, storage_object } },
      ],
    })
    expect(await withLun(url, unit => unit.reportLuns())).toEqual([0, 1])
    const right = 'to start lunkitd with a configuration'
    for (const call of ['save', 'reload', 'generations'] as const)
      expect(await faultOf(client.call(call))).toMatchObject({ kind: 'refused', right })
    expect(await client.call('unsaved')).toMatchObject({ changedOutside: false })
  })
})
