import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import {
  DataOut,
  NopOut,
  R2T,
  RESERVED_TAG,
  ScsiResponse,
  TaskManagementFunction,
  TaskManagementRequest,
} from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { POISON } from '@lunkit/wire'
import { describe, expect, it, vi } from 'vitest'
import { AdoptedSocket } from '../server/adopted-socket.ts'
import { collect, pattern, TAG, writing } from '../testing/data-out-driver.ts'
import { settled, type TestClient } from '../testing/test-client.ts'

const KIB = 1024
const SOLICITED = { InitialR2T: 'Yes', ImmediateData: 'No' }

/** A write of 64 KiB whose Data-Out is on its way: its header and the first 20 KiB are in. */
async function halfWay() {
  const bytes = 64 * KIB
  const { target, client, data } = await writing({ bytes }, SOLICITED)
  const collector = collect(target, bytes)
  const { values } = await client.expect(R2T)
  const sent = client.bytesOf(
    DataOut,
    { initiatorTaskTag: TAG, targetTransferTag: values.targetTransferTag, bufferOffset: 0, final: true },
    { data },
  )
  return { target, client, data, collector, first: sent.subarray(0, 20 * KIB), rest: sent.subarray(20 * KIB) }
}

/** A NOP-Out that wants an answer. */
const pingBytes = (client: TestClient): Buffer =>
  client.bytesOf(NopOut, {
    immediate: true,
    initiatorTaskTag: 0x99,
    targetTransferTag: RESERVED_TAG,
    cmdSN: client.cmdSN,
  })

describe('data that is read where it belongs', () => {
  it('is whole, however many reads it takes', async () => {
    const { target, client, data, collector, first, rest } = await halfWay()
    client.stream.feed(first)
    for (let at = 0; at < rest.length; at += 7 * KIB) client.stream.feed(rest.subarray(at, at + 7 * KIB))
    expect(collector.bytes.equals(data)).toBe(true)
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values.status).toBe(Status.good)
  })

  it('is answered at the end of the turn, together with what else was read in it', async () => {
    const { target, client, first, rest } = await halfWay()
    client.stream.feed(first)
    const before = client.stream.writes
    client.stream.pause()
    for (const part of [rest, pingBytes(client), pingBytes(client)]) client.stream.feed(part)
    client.stream.resume()
    expect(client.stream.writes).toBe(before + 1)
    await settled()
    expect(client.stream.writes).toBe(before + 1)
    expect(client.packets).toHaveLength(2)
    target.hand.nexus.last.terminate()
  })

  it('is answered even where the transport has nothing more to read after all', async () => {
    const { target } = await halfWay()
    const client = await target.loggedIn()
    const connection = new Promise<void>(resolve => {
      client.stream.received = () => resolve()
    })
    client.stream.deliver(pingBytes(client), true)
    await connection
    expect(client.stream.writes).toBeGreaterThan(0)
    target.hand.nexuses[0]?.last.terminate()
  })

  it('is what is missing of it, as long as that is 16 KiB or more: what is less is copied', async () => {
    const { target, client, first, rest } = await halfWay()
    const placeBytes = () => target.connections[0]?.place()?.length
    expect(placeBytes()).toBeUndefined()
    client.stream.feed(first)
    expect(placeBytes()).toBe(rest.length)
    client.stream.feed(rest.subarray(0, rest.length - 16 * KIB))
    expect(placeBytes()).toBe(16 * KIB)
    client.stream.feed(rest.subarray(rest.length - 16 * KIB, rest.length - 16 * KIB + 1))
    expect(placeBytes()).toBeUndefined()
    target.hand.nexus.last.terminate()
  })

  it('of a task that is aborted meanwhile goes to memory that nobody else has', async () => {
    const { target, client, first, rest } = await halfWay()
    client.stream.feed(first)
    target.hand.nexus.last.terminate()
    const other = target.slab.take(64 * KIB)
    client.stream.feed(rest)
    expect(other?.bytes.every(byte => byte === POISON || byte === 0)).toBe(true)
    other?.release()
  })

  it('is not written any more once the connection has ended with what it had to say', async () => {
    const { target, client, first, rest } = await halfWay()
    let reset = (): void => {}
    target.hand.onManage = request => {
      reset = () => request.done('complete')
    }
    const { cmdSN } = client
    const values = { immediate: true, function: TaskManagementFunction.targetColdReset, initiatorTaskTag: 0x77, cmdSN }
    client.send(TaskManagementRequest, values)
    client.stream.feed(first)
    reset()
    await settled()
    // The task's memory is free, and another's by now.
    const slots = Array.from({ length: 8 }, () => target.slab.take(64 * KIB))
    client.stream.feed(rest)
    for (const slot of slots) {
      expect(slot?.bytes.every(byte => byte === POISON || byte === 0)).toBe(true)
      slot?.release()
    }
  })
})

/** An adopted socket, and the peer that it is connected to. */
async function adopted(): Promise<{ socket: AdoptedSocket; peer: Socket }> {
  const server = createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a listener without a port')
  const accepted = once(server, 'connection')
  const peer = connect(address.port, '127.0.0.1')
  const [connection] = (await accepted) as [Socket]
  server.close()
  return { socket: new AdoptedSocket(connection), peer }
}

describe('AdoptedSocket', () => {
  it('reads where its listener says, and nowhere else', async () => {
    const { socket, peer } = await adopted()
    const place = new Uint8Array(8)
    const received: string[] = []
    let missing = 0
    socket.start({
      receive: (memory, lengthBytes) => {
        received.push(Buffer.from(memory.subarray(0, lengthBytes)).toString())
        missing = 8
      },
      place: () => (missing > 0 ? place.subarray(8 - missing) : undefined),
      landed: lengthBytes => {
        missing -= lengthBytes
      },
      closed: () => {},
    })
    peer.write('header')
    await vi.waitFor(() => expect(received).toEqual(['header']))
    peer.write('datadata')
    await vi.waitFor(() => expect(Buffer.from(place).toString()).toBe('datadata'))
    peer.write('next')
    await vi.waitFor(() => expect(received).toEqual(['header', 'next']))
    socket.destroy()
    peer.destroy()
  })

  it('does not write to a place that it was told to forget, and still hands over what comes', async () => {
    const { socket, peer } = await adopted()
    const place = new Uint8Array(pattern(64 * KIB))
    const received: string[] = []
    let wanted = true
    socket.start({
      receive: (memory, lengthBytes) => received.push(Buffer.from(memory.subarray(0, lengthBytes)).toString()),
      place: () => (wanted ? place : undefined),
      landed: () => received.push('landed'),
      closed: () => {},
    })
    peer.write('first')
    await vi.waitFor(() => expect(received).toEqual(['first']))
    wanted = false
    socket.forgetPlace()
    peer.write('second')
    await vi.waitFor(() => expect(received).toEqual(['first', 'second']))
    expect(Buffer.from(place).equals(pattern(64 * KIB))).toBe(true)
    socket.destroy()
    peer.destroy()
  })
})
