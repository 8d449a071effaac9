import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ControlClient, type ControlFault } from '@lunkit/control/client'
import { type Lunkitd, type StartOptions, startLunkitd } from './lunkitd.ts'

/** A lunkitd, and who manages it. */
export interface Managed extends AsyncDisposable {
  readonly lunkitd: Lunkitd
  readonly client: ControlClient
  /** What stands on its standard output, of so many LUNs. */
  readonly urls: readonly string[]
}

/** Who manages a lunkitd. */
export const managerOf = ({ controlPath: path }: Lunkitd): ControlClient => new ControlClient({ path })

/** Starts a lunkitd that serves this text, as the saveconfig.json of a directory, and waits for so many LUNs. */
export async function startManaged(
  directory: string,
  configuration: string,
  { luns = 1, ...options }: StartOptions & { readonly luns?: number } = {},
): Promise<Managed> {
  const lunkitd = await startLunkitd(directory, configuration, {
    environment: { LUNKIT_STATE: join(directory, 'state') },
    ...options,
  })
  const urls = await lunkitd.urls(luns)
  return {
    lunkitd,
    client: managerOf(lunkitd),
    urls,
    [Symbol.asyncDispose]: () => lunkitd[Symbol.asyncDispose](),
  }
}

/** Why a call was not done. */
export async function faultOf(call: Promise<unknown>): Promise<ControlFault> {
  try {
    await call
  } catch (error) {
    return error as ControlFault
  }
  throw new Error('it was done')
}

/** An answer of HTTP. */
export interface RawAnswer {
  readonly status: number
  readonly body: string
}

/** What curl would get. */
export function curl(socketPath: string, method: string, path: string, body = ''): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': Buffer.byteLength(body) }
    const sent = request({ socketPath, method, path, headers, agent: false }, answer => {
      text(answer).then(said => resolve({ status: answer.statusCode ?? 0, body: said }), reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
