import { resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** Where lunkitd serves its metrics by itself. */
export interface MetricsPlace {
  /** An address, or a name of one. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** The path of a web configuration: TLS, passwords. Undefined: neither. */
  readonly webConfigFile: string | undefined
}

/** What the command line says of it. */
interface MetricsValues {
  readonly metrics?: string | undefined
  readonly 'web.config.file'?: string | undefined
}

const MOST_PORT = 65_535
const PLACE = /^(?:\[(?<v6>[0-9a-f:.]+(?:%[\w.-]+)?)\]|(?<name>[^\s:[\]/]+)):(?<digits>\d{1,5})$/i

/**
 * Where lunkitd is to serve its metrics; undefined: nowhere.
 * @throws {UsageError}
 */
export function metricsPlace(values: MetricsValues, environment: NodeJS.ProcessEnv): MetricsPlace | undefined {
  const { metrics, 'web.config.file': file } = values
  const text = metrics ?? (environment.LUNKIT_METRICS || undefined)
  if (text === undefined) {
    if (file) throw new UsageError('--web.config.file is for --metrics, which says where to listen')
    return undefined
  }
  const { v6, name = v6, digits } = PLACE.exec(text)?.groups ?? {}
  if (name !== undefined && Number(digits) <= MOST_PORT)
    return { host: name, port: Number(digits), webConfigFile: file ? resolve(file) : undefined }
  const named = metrics === undefined ? 'LUNKIT_METRICS' : '--metrics'
  throw new UsageError(`${named} ${text} is no address and port; right is 127.0.0.1:9927 or [::]:9927`)
}
