import { createServer } from 'node:net'

/** Where the portals of a case are, and by which addresses they are reached. */
export interface PortalPlaces {
  readonly hosts: readonly string[]
  /** 0: each portal finds one of its own. */
  readonly port: number
  readonly reached: readonly string[]
}

/** Single addresses at which portals listen. */
export const HOSTS = ['127.0.0.2', '127.0.0.3'] as const
/** A portal for every IPv4 address. */
export const ANY_IPV4 = '0.0.0.0'
/** A portal for every address. */
export const ANY_ADDRESS = '::'

/** Portals that have nothing to do with each other. */
export const APART: PortalPlaces = { hosts: HOSTS, port: 0, reached: HOSTS }

/** Portals of one port, of which some are reached by the addresses of others, and one by an address that no portal names. */
export const overlapping = (port: number): PortalPlaces => ({
  hosts: [...HOSTS, ANY_IPV4, ANY_ADDRESS],
  port,
  reached: [...HOSTS, '127.0.0.4'],
})

/** Below those that the system gives to whoever connects, each of which would keep a wildcard from being opened. */
const FIRST_PORT = 21_000
const LAST_PORT = 29_000

/** A port at which nobody listens at any address. */
export async function portOfAllAddresses(): Promise<number> {
  for (let port = FIRST_PORT; port < LAST_PORT; port++) if (await isFree(port)) return port
  throw new Error(`all ports from ${FIRST_PORT} to ${LAST_PORT} are in use`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const isListening = new Promise<boolean>(resolve => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false))
  })
  server.listen(port, ANY_ADDRESS)
  if (!(await isListening)) return false
  await new Promise(resolve => server.close(resolve))
  return true
}
