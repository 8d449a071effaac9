import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { formatPortal, ISCSI_PORT, type PortalAddress, parsePortal } from '@lunkit/config'
import { LOG_FORMATS, LOG_LEVELS, type LogOptions } from './log/log.ts'
import { type MetricsPlace, metricsPlace } from './metrics/metrics-place.ts'
import { DEFAULT_TLS_FILES, type TlsPlace, tlsPlace } from './tls-place.ts'
import { UsageError } from './usage-error.ts'

/** Where lunkitd looks when it is not told. */
const DEFAULT_CONFIG_PATH = '/etc/lunkit/saveconfig.json'
/** Where lunkitd keeps what must outlive it when it is not told. */
const DEFAULT_STATE_DIRECTORY = '/var/lib/lunkit'

/** Where lunkitd is managed when it is not told. */
const DEFAULT_CONTROL_PATH = '/run/lunkit/control.sock'

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'demo'
      readonly portal: PortalAddress
      readonly log: LogOptions
      readonly control: ControlPath
      readonly metrics: MetricsPlace | undefined
    }
  | ({
      readonly kind: 'serve'
      readonly log: LogOptions
      readonly control: ControlPath
      readonly metrics: MetricsPlace | undefined
      readonly targetclid: string | undefined
    } & Paths)
  | ({ readonly kind: 'check'; readonly strict: boolean } & Paths)
  | { readonly kind: 'reload'; readonly pid: number; readonly stateDirectory: string }

/** The files that lunkitd is to use. */
interface Paths {
  readonly config: ConfigPath
  readonly stateDirectory: string
  /** Whether anybody named the state directory: it must be usable then. */
  readonly stateNamed: boolean
}

/** The configuration file, and whether anybody named it. */
export interface ConfigPath {
  readonly path: string
  readonly named: boolean
}

/** The control socket, and whether anybody named it: it must be made then. */
export interface ControlPath {
  readonly path: string
  readonly named: boolean
  /** Where it is managed by TLS too; undefined: nowhere. */
  readonly tls?: TlsPlace | undefined
}

const DEMO_PORTAL: PortalAddress = { host: '127.0.0.1', port: ISCSI_PORT }

const oneOf = (values: readonly string[]): string => values.join(', ')

/** Every option, declared once: what is read, `--help` and the man page come from it. `value` stands for what it takes. */
export const options = {
  config: {
    type: 'string',
    value: 'FILE',
    meaning: `a saveconfig.json as targetcli writes it; else LUNKIT_CONFIG, else ${DEFAULT_CONFIG_PATH}`,
  },
  state: {
    type: 'string',
    value: 'DIR',
    meaning: `where is kept what must be the same after a restart: serial numbers that were made, faults of disks; else LUNKIT_STATE, else ${DEFAULT_STATE_DIRECTORY}`,
  },
  control: {
    type: 'string',
    value: 'SOCKET',
    meaning: `where it is managed while it serves: the path of a unix socket; else LUNKIT_CONTROL, else ${DEFAULT_CONTROL_PATH}`,
  },
  'control-tls': {
    type: 'string',
    value: 'ADDR:PORT',
    meaning: 'where it is managed by TLS as well, by whoever shows a token; else LUNKIT_CONTROL_TLS, else nowhere',
  },
  'control-certificate': {
    type: 'string',
    value: 'FILE',
    meaning: `the certificate for that, in PEM; else LUNKIT_CONTROL_CERTIFICATE, else ${DEFAULT_TLS_FILES.certificate}`,
  },
  'control-key': {
    type: 'string',
    value: 'FILE',
    meaning: `its key, in PEM; else LUNKIT_CONTROL_KEY, else ${DEFAULT_TLS_FILES.key}`,
  },
  'control-tokens': {
    type: 'string',
    value: 'FILE',
    meaning: `lines as lunkit token prints them; else LUNKIT_CONTROL_TOKENS, else ${DEFAULT_TLS_FILES.tokens}`,
  },
  'targetclid-socket': {
    type: 'string',
    value: 'PATH',
    meaning:
      "answer a distribution's own targetcli there, where it has auto_use_daemon set: it looks for /run/targetclid.sock; else nowhere",
  },
  metrics: {
    type: 'string',
    value: 'HOST:PORT',
    meaning:
      'serve /metrics for Prometheus there, /-/healthy and /-/ready, as lunkit-exporter does beside it; else LUNKIT_METRICS, else nowhere',
  },
  'web.config.file': {
    type: 'string',
    value: 'FILE',
    meaning: "TLS and passwords for that, as Prometheus' exporters have them: web-configuration.md of exporter-toolkit",
  },
  check: {
    type: 'boolean',
    default: false,
    meaning:
      'say how much would be served, to whom, and what would not and why; look at the files, open, create and bind nothing',
  },
  strict: {
    type: 'boolean',
    default: false,
    meaning: 'with --check: end with 65 where not all would be served as the file says',
  },
  reload: {
    type: 'string',
    value: 'PID',
    meaning:
      'have the lunkitd of that process read its configuration again, wait until what has changed is served, and say how it went',
  },
  demo: { type: 'boolean', default: false, meaning: 'serve a 1 GiB disk in memory, without any file' },
  portal: {
    type: 'string',
    value: 'ADDR',
    meaning: 'where the demo listens: 127.0.0.1:3260, [::1]:3260, 0.0.0.0',
  },
  'log-level': {
    type: 'string',
    value: 'L',
    meaning: `${oneOf(LOG_LEVELS)}; else LUNKIT_LOG_LEVEL, else info`,
  },
  'log-format': {
    type: 'string',
    value: 'F',
    meaning:
      'json (levels as numbers, times in ms), json-iso (both as text), text (for people), journal (the same with priorities, for systemd); else LUNKIT_LOG_FORMAT, else text on a terminal, journal where the journal reads it, json elsewhere',
  },
  version: { type: 'boolean', default: false, meaning: 'print the version' },
  help: { type: 'boolean', short: 'h', default: false, meaning: 'print this' },
} as const

/**
 * Reads the command line, without the program's own name, and the environment.
 * @throws {UsageError}
 */
export function parseRequest(args: readonly string[], environment: NodeJS.ProcessEnv): Request {
  const values = parse(args)
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  if (values.portal !== undefined && !values.demo)
    throw new UsageError('--portal is for --demo; the portals of a configuration stand in its file')
  if (values.strict && !values.check)
    throw new UsageError('--strict is for --check; lunkitd itself serves what it can and names the rest')
  const log = logOptions(values, environment)
  const common = { log, control: controlPath(values, environment), metrics: metricsPlace(values, environment) }
  if (values.demo) return demo(values, common)
  const path = values.config ?? nonEmpty(environment.LUNKIT_CONFIG)
  const state = values.state ?? nonEmpty(environment.LUNKIT_STATE)
  const paths = {
    config: { path: path ?? DEFAULT_CONFIG_PATH, named: path !== undefined },
    stateDirectory: resolve(state ?? DEFAULT_STATE_DIRECTORY),
    stateNamed: state !== undefined,
  }
  if (values.reload !== undefined) return reload(values.reload, values, paths.stateDirectory)
  if (values.check) return { kind: 'check', strict: values.strict, ...paths }
  return { kind: 'serve', ...paths, ...common, targetclid: targetclid(values) }
}

function reload(process: string, { check, config }: Values, stateDirectory: string): Request {
  if (check || config !== undefined)
    throw new UsageError('--reload has the lunkitd that runs read its own file; leave out --config and --check, or it')
  const pid = Number(process)
  if (Number.isSafeInteger(pid) && pid > 0) return { kind: 'reload', pid, stateDirectory }
  throw new UsageError(`--reload ${process} is no process; right is the number of the one that lunkitd runs in`)
}

function controlPath(values: Values, environment: NodeJS.ProcessEnv): ControlPath {
  const path = values.control ?? nonEmpty(environment.LUNKIT_CONTROL)
  if (path !== undefined && /^https?:/.test(path))
    throw new UsageError(`${path} is no path of a unix socket; where lunkitd listens by TLS says --control-tls`)
  return { path: resolve(path ?? DEFAULT_CONTROL_PATH), named: path !== undefined, tls: tlsPlace(values, environment) }
}

function targetclid({ 'targetclid-socket': path }: Values): string | undefined {
  if (path === '') throw new UsageError('--targetclid-socket names no path; targetcli looks for /run/targetclid.sock')
  return path === undefined ? undefined : resolve(path)
}

/** What a demo and a configuration are served with. */
type Common = Pick<Extract<Request, { kind: 'demo' }>, 'control' | 'log' | 'metrics'>

function demo(values: Values, common: Common): Request {
  if (values.config !== undefined) throw new UsageError('--demo serves a disk of its own; leave out --config or --demo')
  if (values.check) throw new UsageError('--check reads a configuration, and --demo has none; leave out one of them')
  if (values.portal === undefined) return { kind: 'demo', portal: DEMO_PORTAL, ...common }
  const portal = parsePortal(values.portal)
  if (portal !== undefined) return { kind: 'demo', portal, ...common }
  const example = formatPortal(DEMO_PORTAL)
  throw new UsageError(`--portal ${values.portal} is no address and port; right is ${example} or [::1]:${ISCSI_PORT}`)
}

/** The command line counts before the environment; what is wrong is named as where it stands. */
function logOptions(values: Values, { LUNKIT_LOG_LEVEL, LUNKIT_LOG_FORMAT }: NodeJS.ProcessEnv): LogOptions {
  const level = choice(['--log-level', values['log-level']], ['LUNKIT_LOG_LEVEL', LUNKIT_LOG_LEVEL], LOG_LEVELS)
  const format = choice(['--log-format', values['log-format']], ['LUNKIT_LOG_FORMAT', LUNKIT_LOG_FORMAT], LOG_FORMATS)
  return { level: level ?? 'info', format }
}

type Given = readonly [name: string, value: string | undefined]

function choice<T extends string>(option: Given, variable: Given, allowed: readonly T[]): T | undefined {
  const [name, value] = option[1] === undefined ? variable : option
  if (value === undefined || (name === variable[0] && value === '')) return undefined
  const chosen = allowed.find(each => each === value.toLowerCase())
  if (chosen === undefined) throw new UsageError(`${name} ${value} is not known; right is one of ${allowed.join(', ')}`)
  return chosen
}

type Values = ReturnType<typeof parse>

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(error.message.split(/\.(?: |$)/)[0] ?? error.message)
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
