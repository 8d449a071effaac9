import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { IsnsServerPlan } from '@lunkit/config'
import { encodeMessage, IsnsTag, MessageReader, readAttributes, textOf } from '@lunkit/isns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Logger } from '../log/logger.ts'
import { defaultEntity, NameServers } from './name-servers.ts'

/** Says yes to everything, and keeps what it was asked: the function, and the entity. */
class YesServer {
  readonly #asked: string[] = []
  readonly #server: Server
  #heard = () => {}

  constructor() {
    this.#server = createServer(socket => {
      const reader = new MessageReader()
      socket.on('error', () => {})
      socket.on('data', bytes => {
        for (const { functionId, transactionId, payload } of reader.push(bytes)) {
          const [source, ...attributes] = readAttributes(payload)
          const entity = attributes.find(({ tag }) => tag === IsnsTag.entityIdentifier)
          this.#asked.push(`${functionId} ${entity && textOf(entity)}`)
          const told = Buffer.concat([Buffer.alloc(4), payload.subarray(8 + (source?.value.length ?? 0))])
          socket.write(encodeMessage({ functionId: functionId | 0x8000, transactionId, payload: told }))
          this.#heard()
        }
      })
    }).listen(0, '127.0.0.1')
  }

  async plan(entity?: string): Promise<IsnsServerPlan> {
    if (!this.#server.listening) await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo
    return { server: `127.0.0.1:${port}`, host: '127.0.0.1', port, entity }
  }

  /** What it is asked next. */
  async asked(): Promise<string> {
    while (this.#asked.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#heard = resolve
      await promise
    }
    return this.#asked.shift() as string
  }

  close(): void {
    this.#server.close()
  }
}

const targets = () => [
  { name: 'iqn.2026-11.com.example:disk', groups: [{ tag: 1, portals: [{ host: '127.0.0.1', port: 3260 }] }] },
]

let server: YesServer
let logged: string[]
let isLogged: PromiseWithResolvers<void>
let servers: NameServers

beforeEach(() => {
  logged = []
  isLogged = Promise.withResolvers()
  const log = (line: { event: string }) => {
    logged.push(line.event)
    isLogged.resolve()
  }
  servers = new NameServers({ log: { info: log, warn: log } as unknown as Logger, entity: 'own', targets })
  server = new YesServer()
})
afterEach(async () => {
  await servers.close()
  server.close()
})

describe('the iSNS servers of a configuration', () => {
  it('have what is served from when they are named until they are not', async () => {
    servers.follow({ isns: [await server.plan()] })
    expect(await server.asked()).toBe('1 own')
    servers.follow({ isns: [] })
    expect(await server.asked()).toBe('4 own')
    expect(servers.statuses).toEqual([])
  })

  it('have it under another name when that changes', async () => {
    servers.follow({ isns: [await server.plan()] })
    expect(await server.asked()).toBe('1 own')
    servers.follow({ isns: [await server.plan('storage1')] })
    expect([await server.asked(), await server.asked()].sort()).toEqual(['1 storage1', '4 own'])
  })

  it('have nothing after the end, and nothing new then', async () => {
    const isns = [await server.plan()]
    servers.follow({ isns })
    expect(await server.asked()).toBe('1 own')
    await isLogged.promise
    await servers.close()
    servers.follow({ isns })
    expect(await server.asked()).toBe('4 own')
    expect(servers.statuses).toEqual([])
    expect(logged).toEqual(['isnsRegistered', 'isnsDeregistered'])
  })
})

describe('an iSNS server that is away', () => {
  const GONE = { server: '127.0.0.1:1', host: '127.0.0.1', port: 1, entity: undefined }

  it('is told of once, and again what is left there where it stays away', async () => {
    servers.follow({ isns: [GONE] })
    await isLogged.promise
    servers.follow({ isns: [GONE] })
    expect(servers.statuses).toMatchObject([{ server: GONE.server, entity: 'own', error: expect.any(Error) as Error }])
    await servers.close()
    expect(logged).toEqual(['isnsFailed'])
  })
})

describe('the name of a machine and its configuration', () => {
  it('is the same each time, and another for another', () => {
    const [a, b] = [defaultEntity('/etc/lunkit/saveconfig.json', 'm'), defaultEntity('/srv/other.json', 'm')]
    expect(a).toMatch(/^lunkit-[\da-f]{16}$/)
    expect(defaultEntity('/etc/lunkit/../lunkit/saveconfig.json', 'm')).toBe(a)
    expect(new Set([a, b, defaultEntity('/etc/lunkit/saveconfig.json', 'n')]).size).toBe(3)
    expect(defaultEntity('a')).toMatch(/^lunkit-/)
  })
})
