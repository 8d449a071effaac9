import { NopIn, NopOut, RESERVED_TAG } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { TargetLimits } from '../limits.ts'
import { pattern } from '../testing/data-out-driver.ts'
import { bytesOf, settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const PINGS = 6
const PING_BYTES = 7000

/** A session that has two PDUs a turn, unless said otherwise, and a chunk of six pings with data of their own. */
async function setUp(limits: Partial<TargetLimits> = { pdusPerTurn: 2 }) {
  const target = new TestTarget({ limits })
  const client = await target.loggedIn()
  const data = pattern(PINGS * PING_BYTES)
  const pings = Array.from({ length: PINGS }, (_, i) => {
    const values = { immediate: true, initiatorTaskTag: i, targetTransferTag: RESERVED_TAG, cmdSN: client.cmdSN }
    return client.bytesOf(NopOut, values, { data: data.subarray(i * PING_BYTES, (i + 1) * PING_BYTES) })
  })
  return { target, client, data, chunk: Buffer.concat(pings) }
}

describe('what waits for the turn of its connection', () => {
  it('lies in transfer memory, comes whole and in order, and gives the memory back', async () => {
    const { target, client, data, chunk } = await setUp()
    client.stream.feed(chunk)
    expect(target.slab.takenBytes).toBeGreaterThanOrEqual(4 * PING_BYTES)
    await settled()
    const answers = client.packets.splice(0)
    expect(answers.map(({ pdu }) => pdu)).toEqual(Array(PINGS).fill(NopIn))
    expect(Buffer.concat(answers.map(bytesOf)).equals(data)).toBe(true)
    expect(target.slab.takenBytes).toBe(0)
  })

  it('waits as well where its answers are more than a turn may have', async () => {
    const { target, client, chunk } = await setUp({ outputBytesPerTurn: 2 * PING_BYTES })
    client.stream.feed(chunk)
    expect(client.packets).toHaveLength(2)
    await settled()
    expect([client.packets.length, target.counted('turnsCut')]).toEqual([PINGS, 2])
  })

  it('leaves transfer memory where the peer does not read, which may take any time, and comes when it does', async () => {
    const { target, client } = await setUp({ pdusPerTurn: 5, dataInBytes: 256 * 1024, outputBytes: 64 * 1024 })
    const ping = { immediate: true, initiatorTaskTag: 1, targetTransferTag: RESERVED_TAG, cmdSN: client.cmdSN }
    const bytes = client.bytesOf(NopOut, ping, { data: Buffer.alloc(8000) })
    client.stream.blocked = true
    for (let sent = 0; sent < 30; sent++) client.stream.feed(bytes)
    client.stream.feed(Buffer.concat(Array(25).fill(bytes)))
    expect(target.slab.takenBytes).toBeGreaterThan(0)
    await settled()
    expect([target.counted('connectionsUnread'), target.slab.takenBytes]).toEqual([1, 0])
    client.stream.unblock()
    while (client.packets.length < 55) await settled()
    expect([client.packets.length, target.slab.takenBytes]).toEqual([55, 0])
  })

  it('gives the memory back when the connection ends first', async () => {
    const { target, client, chunk } = await setUp()
    client.stream.feed(chunk)
    client.stream.hangUp()
    await settled()
    expect(target.slab.takenBytes).toBe(0)
  })

  it('comes whole where there is no transfer memory', async () => {
    const { target, client, data, chunk } = await setUp()
    const slots = []
    for (let slot = target.slab.take(4096); slot; slot = target.slab.take(4096)) slots.push(slot)
    slots.splice(0, 2 * PINGS).forEach(slot => slot.release())
    client.stream.feed(chunk)
    await settled()
    const answers = client.packets.splice(0)
    expect(Buffer.concat(answers.map(bytesOf)).subarray(0, PING_BYTES).equals(data.subarray(0, PING_BYTES))).toBe(true)
    for (const slot of slots) slot.release()
  })
})

it('what was composed when a connection ends at once is not sent, and not counted as sent', async () => {
  const target = new TestTarget()
  const client = await target.loggedIn()
  const ping = client.bytesOf(NopOut, { immediate: true, initiatorTaskTag: 1, cmdSN: client.cmdSN })
  const tooLong = Buffer.from(ping)
  tooLong.writeUIntBE(0xff_ffff, 5, 3)
  const before = [client.stream.writes, target.counted('bytesOut')]
  client.stream.feed(Buffer.concat([ping, tooLong]))
  await settled()
  expect(client.stream.closed).toBe(true)
  expect([client.stream.writes, target.counted('bytesOut')]).toEqual(before)
})
