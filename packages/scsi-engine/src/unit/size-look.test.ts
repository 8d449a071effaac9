import { describe, expect, it } from 'vitest'
import { hex, settled, TestDevice } from '../testing/device.ts'

const capacity = { cdb: hex('25 00 00000000 0000 00 00'), readBytes: 8 }

/** A device whose store looks when the test says so. */
function setUp() {
  const device = new TestDevice()
  const looks: ((sizeBytes: number) => void)[] = []
  device.store.checkSize = () =>
    new Promise(resolve =>
      looks.push(sizeBytes => {
        device.store.sizeBytes = sizeBytes
        resolve()
      }),
    )
  return { device, looks, nexus: device.nexus() }
}

describe('READ CAPACITY', () => {
  it('waits for the store to look at its medium, and says what it found', async () => {
    const { looks, nexus } = setUp()
    const task = nexus.submit(capacity)
    await settled()
    expect([task.ending, looks.length]).toEqual([undefined, 1])
    looks[0]?.(2 * 1024 * 1024)
    expect((await task.ended()).sent.toString('hex')).toBe('00000fff00000200')
  })

  it('has it look once a second', async () => {
    const { device, looks, nexus } = setUp()
    const first = nexus.submit(capacity)
    looks[0]?.(1024 * 1024)
    await first.ended()
    expect(nexus.submit(capacity).sent.toString('hex')).toBe('000007ff00000200')
    device.clock.advance(999)
    expect(nexus.submit(capacity).ending).toBe(0)
    device.clock.advance(1)
    const last = nexus.submit(capacity)
    expect(looks).toHaveLength(2)
    looks[1]?.(512)
    expect((await last.ended()).sent.toString('hex')).toBe('0000000000000200')
  })

  it('waits a quarter of a second at most for a medium that hangs', async () => {
    const { device, nexus } = setUp()
    const task = nexus.submit(capacity)
    device.clock.advance(249)
    await settled()
    expect(task.ending).toBeUndefined()
    device.clock.advance(1)
    expect((await task.ended()).sent.toString('hex')).toBe('000007ff00000200')
  })
})
