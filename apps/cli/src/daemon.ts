import { readFileSync } from 'node:fs'
import { ControlClient, type ControlClientOptions } from '@lunkit/control/client'
import type { Invocation } from './options.ts'
import { misused } from './refusal.ts'

/** What says where lunkitd is. */
type Place = Pick<Invocation, 'control' | 'tokenFile' | 'ca'>

/**
 * The daemon that a command line is about: on its socket, or by TLS with the token that a file has.
 * @throws {Refusal} for what is no place, and for a file that cannot be read, without what is in it.
 */
export function daemonOf(
  { control, tokenFile, ca }: Place,
  options: Pick<ControlClientOptions, 'timeoutMs'> = {},
): ControlClient {
  if (/^http:/i.test(control))
    throw misused(`${control} is without TLS`, 'Right is https://HOST:PORT, or the path of a socket.')
  if (!control.startsWith('https:')) return new ControlClient({ path: control, ...options })
  if (tokenFile === undefined)
    throw misused(
      'No token for what is managed by TLS',
      'Right is a file that has one: --token-file, or LUNKIT_TOKEN_FILE.',
    )
  const token = textOf(tokenFile).trim()
  const trusted = ca === undefined ? undefined : textOf(ca)
  if (!/^\S+$/.test(token))
    throw misused(`${tokenFile} has no token`, 'Right is one, alone, as lunkit token prints it.')
  try {
    return new ControlClient({ url: control, token, ...(trusted !== undefined && { ca: trusted }), ...options })
  } catch (error) {
    // What it says shows neither of them.
    throw misused((error as Error).message.replace('ControlClient: ', ''))
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw misused(`Cannot read ${path}`, (error as Error).message)
  }
}
