import { connect } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { serveDemo } from './demo.ts'

describe('the demo', () => {
  it('is a disk of 1 GiB by the name of the demo, that does not turn and takes UNMAP and WRITE SAME', async () => {
    await using target = await serveDemo({ host: '127.0.0.1', port: 0 }, {})
    await using session = await connect({ ...target.address, target: target.name })
    const unit = session.lun(0)
    await unit.ready()
    expect((await unit.inquiry()).product).toBe('demo')
    expect(await unit.readCapacity()).toMatchObject({ blocks: 2_097_152, blockSizeBytes: 512 })
    // SBC-4 6.6.2: a medium rotation rate of 1 is a medium that does not turn.
    expect(Buffer.from((await unit.vitalProductData(0xb1)).body).readUInt16BE(0)).toBe(1)
    // SBC-4 6.6.6: LBPU, LBPWS and LBPWS10.
    expect(((await unit.vitalProductData(0xb2)).body[1] ?? 0) & 0xe0).toBe(0xe0)
  })

  it('is called the same whenever it is at one portal of one machine, and otherwise at another portal', async () => {
    const names: string[] = []
    let port = 0
    for (let run = 0; run < 3; run++) {
      await using target = await serveDemo({ host: '127.0.0.1', port }, {})
      names.push(target.name)
      ;({ port } = target.address)
    }
    expect(names[1]).toMatch(/^iqn\.2026-11\.io\.lunkit:demo\.[0-9a-z]+$/)
    expect(names[2]).toBe(names[1])
    expect(names[0]).not.toBe(names[1])
  })
})
