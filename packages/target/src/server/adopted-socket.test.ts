import { connect, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AdoptedSocket } from './adopted-socket.ts'

/** Both ends of a connection. */
interface Ends {
  readonly adopted: AdoptedSocket
  readonly peer: Socket
}

let server: Server

beforeEach(() => {
  server = createServer({ pauseOnConnect: true })
})
afterEach(() => {
  server.close()
})

const ends = (): Promise<Ends> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      const peer = connect(port, '127.0.0.1')
      server.once('connection', socket => resolve({ adopted: new AdoptedSocket(socket), peer }))
    })
  })

const taken = ({ adopted }: Ends, buffers: readonly Buffer[]): Promise<void> =>
  new Promise(resolve => {
    adopted.write(buffers, resolve)
  })

describe('a socket that was adopted', () => {
  it('sends what it is given in one piece, in its order, and says when it is taken', async () => {
    const both = await ends()
    await taken(both, [])
    await taken(both, [Buffer.from('one')])
    await taken(both, [Buffer.from(' two'), Buffer.from(' three'), Buffer.from(' four')])
    both.adopted.end()
    expect((await buffer(both.peer)).toString()).toBe('one two three four')
  })

  it('is closed where its peer resets it, and throws nothing that nobody catches', async () => {
    const { adopted, peer } = await ends()
    const closed = new Promise<string>(resolve => {
      const listener = { place: () => undefined, receive: () => {}, landed: () => {} }
      adopted.start({ ...listener, closed: () => resolve('closed') })
    })
    peer.resetAndDestroy()
    await expect(closed).resolves.toBe('closed')
  })

  it('takes, and forgets, what it is given after its end', async () => {
    const both = await ends()
    both.adopted.destroy()
    await taken(both, [])
    await taken(both, [Buffer.from('one')])
    await taken(both, [Buffer.from('one'), Buffer.from('two')])
    expect(await buffer(both.peer)).toHaveLength(0)
  })
})
