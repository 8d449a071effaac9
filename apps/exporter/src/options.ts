import { parseArgs } from 'node:util'
import { Compat, metricsLimits } from '@lunkit/metrics'

/** Where lunkitd listens when nobody says otherwise. */
export const DEFAULT_CONTROL_PATH = '/run/lunkit/control.sock'
/** Where the exporter does. */
export const DEFAULT_LISTEN = '127.0.0.1:9927'
/** How many initiators are told by name. */
export const DEFAULT_INITIATORS = metricsLimits.initiators

/** Where the exporter listens. */
interface ListenAddress {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** What a command line asks for. */
export interface Invocation {
  readonly asks: 'help' | 'version' | 'run'
  /** The path of lunkitd's control socket. */
  readonly control: string
  readonly listen: ListenAddress
  /** How many initiators are told by name. */
  readonly initiators: number
  /** Exporters whose names are told too. */
  readonly compat: readonly Compat[]
  /** TLS and passwords, as Prometheus' exporters have them; undefined: neither. */
  readonly webConfigFile: string | undefined
}

/** A command line that is none. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const OPTIONS = {
  control: { type: 'string' },
  listen: { type: 'string', default: DEFAULT_LISTEN },
  initiators: { type: 'string', default: String(DEFAULT_INITIATORS) },
  compat: { type: 'string', multiple: true, default: [] as string[] },
  'web.config.file': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const

/** What arguments and environment ask for. @throws {UsageError} for what is no command line. */
export function readInvocation(args: readonly string[], environment: NodeJS.ProcessEnv): Invocation {
  const given = parsed(args)
  return {
    asks: given.help ? 'help' : given.version ? 'version' : 'run',
    control: given.control ?? (environment['LUNKIT_CONTROL'] || DEFAULT_CONTROL_PATH),
    listen: addressOf(given.listen),
    initiators: numberOf(given.initiators),
    compat: [...new Set(given.compat.map(compatOf))],
    webConfigFile: given['web.config.file'] || undefined,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help says what is right`, { cause: error })
  }
}

const MOST_PORT = 65_535
const ADDRESS = /^(?:\[(?<v6>[0-9a-f:.%a-z]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/i

function addressOf(text: string): ListenAddress {
  const { v6, host = v6, port } = ADDRESS.exec(text)?.groups ?? {}
  if (host === undefined || Number(port) > MOST_PORT)
    throw new UsageError(`--listen is ${JSON.stringify(text)}; right is HOST:PORT, as ${DEFAULT_LISTEN} or [::1]:9927`)
  return { host, port: Number(port) }
}

const MOST_INITIATORS = 100_000

function numberOf(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > MOST_INITIATORS)
    throw new UsageError(`--initiators is ${JSON.stringify(text)}; right is a number from 0 to ${MOST_INITIATORS}`)
  return Number(text)
}

function compatOf(text: string): Compat {
  const known = Object.values(Compat)
  const named = known.find(each => each === text)
  if (named === undefined) throw new UsageError(`--compat is ${JSON.stringify(text)}; right is ${known.join(' or ')}`)
  return named
}
