import { NopIn, NopOut, type Turn } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { Connection, type ConnectionHandler } from './connection.ts'
import { ConnectionError, ProtocolError } from './error.ts'
import type { TransportEvents } from './transport.ts'

/** A transport that notes what it is told. */
class NotedTransport {
  readonly sent: number[] = []
  readonly calls: string[] = []
  fault: Error | undefined

  send(turn: Turn): void {
    if (this.fault) throw this.fault
    this.sent.push(turn.lengthBytes)
    turn.written()
  }

  close(): void {
    this.calls.push('close')
  }

  destroy(): void {
    this.calls.push('destroy')
  }
}

/** A connection over a transport that notes, and what its handler hears. */
async function begin(received?: () => void) {
  const transport = new NotedTransport()
  const heard: string[] = []
  const handler: ConnectionHandler = {
    header: ({ dataSegmentLength }) => new Uint8Array(dataSegmentLength),
    complete: ({ opcode }) => {
      heard.push(`PDU ${opcode}`)
      received?.()
    },
    ended: reason => heard.push(`${reason.name}: ${reason.message}`),
  }
  const connection = new Connection(handler)
  let events: TransportEvents | undefined
  await connection.open(async told => {
    events = told
    return transport
  })
  const compose = (): void => {
    connection.writer.compose(NopOut)
    connection.writer.end()
  }
  return { connection, transport, heard, events: events as TransportEvents, compose }
}

const nopIn = (): Uint8Array => {
  const bytes = new Uint8Array(48)
  bytes.set([NopIn.opcode, 0x80])
  return bytes
}

describe('a connection', () => {
  it('sends what one turn of the program composes at once', async () => {
    const { connection, transport, compose } = await begin()
    for (let i = 0; i < 2; i++) {
      compose()
      connection.flushSoon()
    }
    await Promise.resolve()
    expect(transport.sent).toEqual([96])
    compose()
    connection.flushSoon()
    await Promise.resolve()
    expect(transport.sent).toEqual([96, 48])
  })

  it('sends what received PDUs cause when all of a chunk were reported', async () => {
    const { transport, events, compose, connection } = await begin(() => {
      compose()
      connection.flushSoon()
    })
    events.received(Buffer.concat([nopIn(), nopIn()]))
    expect(transport.sent).toEqual([96])
  })

  it('sends composed PDUs before bytes as they are', async () => {
    const { connection, transport, compose } = await begin()
    compose()
    connection.sendBytes(new Uint8Array(7))
    expect(transport.sent).toEqual([48, 7])
  })

  it('sends what was composed before it is closed, and then says why it was', async () => {
    const { connection, transport, compose, heard, events } = await begin()
    compose()
    connection.close(new ConnectionError('enough'))
    expect([transport.sent, transport.calls]).toEqual([[48], ['close']])
    events.closed()
    expect(heard).toEqual(['ConnectionError: enough'])
  })

  it('ends with the first reason of several', async () => {
    const { connection, heard, events } = await begin()
    connection.fail(new ConnectionError('first'))
    connection.close(new ConnectionError('second'))
    connection.fail(new ConnectionError('third'))
    events.closed(new Error('fourth'))
    expect(heard).toEqual(['ConnectionError: first'])
  })

  it('says how it broke, and whose wish it was where nothing broke', async () => {
    const [broken, closed] = [await begin(), await begin()]
    broken.events.closed(new Error('ECONNRESET'))
    closed.events.closed()
    expect(broken.heard).toEqual(['ConnectionError: the connection broke: ECONNRESET'])
    expect(closed.heard).toEqual(['ConnectionError: the target closed the connection'])
  })

  it('sends nothing and hears nothing after its end', async () => {
    const { connection, transport, compose, heard, events } = await begin()
    events.closed()
    expect(connection.ended).toBe(true)
    compose()
    connection.flush()
    connection.sendBytes(new Uint8Array(7))
    events.received(nopIn())
    expect(transport.sent).toEqual([])
    expect(heard).toHaveLength(1)
  })

  it('gives back what was composed and could not be sent any more', async () => {
    const { connection, compose, events } = await begin()
    compose()
    events.closed()
    expect(connection.writer.take()).toBeUndefined()
  })

  it('fails when its transport does, of which nobody else would hear', async () => {
    const { connection, transport, compose, heard, events } = await begin()
    transport.fault = new Error('no buffers')
    compose()
    connection.flush()
    expect(transport.calls).toEqual(['destroy'])
    events.closed()
    expect(heard).toEqual(['ConnectionError: what a PDU was handed to threw: no buffers'])
  })

  it('ends with what is thrown where a PDU is handed over, be it an error or not', async () => {
    const { heard, events } = await begin(() => {
      throw 'a text' as unknown
    })
    events.received(nopIn())
    events.closed()
    expect(heard).toEqual(['PDU 32', 'ConnectionError: what a PDU was handed to threw: a text'])
  })

  it('ends as by a broken rule where what comes is no PDU', async () => {
    const { connection, events } = await begin()
    const reasons: ConnectionError[] = []
    connection.handler = { ...connection.handler, ended: reason => reasons.push(reason) }
    connection.decoder.maxDataSegmentLength = 512
    const bytes = nopIn()
    bytes.set([0, 2, 1], 5)
    events.received(bytes)
    events.closed()
    expect(reasons[0]).toBeInstanceOf(ProtocolError)
    expect(reasons[0]?.message).toContain('513')
    expect(reasons[0]?.cause).toMatchObject({ name: 'PduError' })
  })

  it('destroys a transport that comes when nobody wants it any more', async () => {
    const { connection } = await begin()
    const { promise, resolve } = Promise.withResolvers<NotedTransport>()
    const opening = connection.open(() => promise)
    connection.fail(new ConnectionError('too late'))
    const late = new NotedTransport()
    resolve(late)
    await opening
    expect(late.calls).toEqual(['destroy'])
  })
})
