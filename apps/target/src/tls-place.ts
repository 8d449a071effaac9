import { resolve } from 'node:path'
import { parsePortal } from '@lunkit/config'
import { UsageError } from './usage-error.ts'

/** Where lunkitd looks for what it needs to be managed by TLS when it is not told. */
export const DEFAULT_TLS_FILES = {
  certificate: '/etc/lunkit/control.pem',
  key: '/etc/lunkit/control.key',
  tokens: '/etc/lunkit/control.tokens',
} as const

/** Where lunkitd is managed by TLS, and the files that this needs. */
export interface TlsPlace {
  readonly host: string
  readonly port: number
  readonly certificate: string
  readonly key: string
  readonly tokens: string
}

/** What the command line says of it. */
type TlsValues = {
  readonly [V in 'control-tls' | 'control-certificate' | 'control-key' | 'control-tokens']?: string | undefined
}

/** The options of the files, with the variables that say the same. */
const FILES = {
  certificate: ['control-certificate', 'LUNKIT_CONTROL_CERTIFICATE'],
  key: ['control-key', 'LUNKIT_CONTROL_KEY'],
  tokens: ['control-tokens', 'LUNKIT_CONTROL_TOKENS'],
} as const satisfies Readonly<Record<keyof typeof DEFAULT_TLS_FILES, readonly [keyof TlsValues, string]>>

/**
 * Where lunkitd is to be managed by TLS; undefined: nowhere.
 * @throws {UsageError}
 */
export function tlsPlace(values: TlsValues, environment: NodeJS.ProcessEnv): TlsPlace | undefined {
  const given = values['control-tls']
  const text = given ?? environment.LUNKIT_CONTROL_TLS ?? ''
  const named = given === undefined ? 'LUNKIT_CONTROL_TLS' : '--control-tls'
  if (text === '' && given === undefined) return nowhere(values)
  const address = /:\d+$/.test(text) ? parsePortal(text) : undefined
  if (address === undefined)
    throw new UsageError(`${named} ${text} is no address and port; right is 127.0.0.1:9443 or [::]:9443`)
  return { ...address, certificate: file('certificate'), key: file('key'), tokens: file('tokens') }

  function file(name: keyof typeof FILES): string {
    const [option, variable] = FILES[name]
    return resolve(values[option] ?? (environment[variable] || DEFAULT_TLS_FILES[name]))
  }
}

/** Files for what is not asked for are a mistake. */
function nowhere(values: TlsValues): undefined {
  const option = Object.values(FILES).find(([name]) => values[name] !== undefined)
  if (option !== undefined) throw new UsageError(`--${option[0]} is for --control-tls, which says where to listen`)
  return undefined
}
