import { nearest } from '@lunkit/wire'
import { misused } from './refusal.ts'

/** Where lunkitd listens when nobody says otherwise. */
const DEFAULT_CONTROL_PATH = '/run/lunkit/control.sock'

/** What the command line of the program asks for. */
export interface Invocation {
  readonly asks: 'help' | 'version' | 'run'
  /** The path of a socket, or `https://HOST:PORT`. */
  readonly control: string
  /** The file that has the token for what is managed by TLS. */
  readonly tokenFile: string | undefined
  /** The file of the certificates that are trusted there; undefined: those that Node trusts. */
  readonly ca: string | undefined
  readonly json: boolean
  /** The file of a script; undefined: none. */
  readonly file: string | undefined
  /** Where targetclid's place is taken; undefined: nowhere. */
  readonly targetclid: string | undefined
  readonly isTargetcli: boolean
  readonly echoesSecrets: boolean
  /** What is left: a line, word by word; none: lines come from stdin. */
  readonly words: readonly string[]
}

type Read = { -readonly [K in keyof Invocation]: Invocation[K] }

/** An option of the program, declared once: what is read, `--help`, completion and the man page come from it. */
export interface ProgramOption {
  readonly name: string
  /** What it may be called too. */
  readonly short?: string
  /** What stands for its value, where it takes one: a path. */
  readonly value?: string
  /** In a line. */
  readonly meaning: string
  readonly read: (read: Read, value: string) => void
}

/** Every option of the program. */
export const programOptions: readonly ProgramOption[] = [
  {
    name: '--control',
    value: 'SOCKET',
    meaning: `where lunkitd listens, or https://HOST:PORT (LUNKIT_CONTROL, else ${DEFAULT_CONTROL_PATH})`,
    read(read, value) {
      read.control = value
    },
  },
  {
    name: '--token-file',
    value: 'FILE',
    meaning: 'has the token for what listens by TLS (LUNKIT_TOKEN_FILE)',
    read(read, value) {
      read.tokenFile = value
    },
  },
  {
    name: '--ca',
    value: 'FILE',
    meaning: 'whose certificates are trusted there, in PEM (LUNKIT_CA, else those that Node trusts)',
    read(read, value) {
      read.ca = value
    },
  },
  {
    name: '--file',
    short: '-f',
    value: 'FILE',
    meaning: 'runs the lines of a file; the first that fails ends it',
    read(read, value) {
      read.file = value
    },
  },
  {
    name: '--json',
    meaning: 'answers and errors as JSON, one a line',
    read(read) {
      read.json = true
    },
  },
  {
    name: '--serve-targetclid',
    value: 'SOCKET',
    meaning: "answers a distribution's own targetcli there, in targetclid's place",
    read(read, value) {
      read.targetclid = value
    },
  },
  {
    name: '--lio-echo-secrets',
    meaning: 'says passwords that are set as they are, as targetcli does',
    read(read) {
      read.echoesSecrets = true
    },
  },
  {
    name: '--version',
    short: '-v',
    meaning: 'says which version this is',
    read(read) {
      read.asks = 'version'
    },
  },
  {
    name: '--help',
    short: '-h',
    meaning: 'says this',
    read(read) {
      read.asks = 'help'
    },
  },
]

/** What targetcli takes for options, though they look like commands. */
const OF_TARGETCLI: readonly string[] = ['help', 'version']

/** The option of a name, and its value where it has one in itself: `--control=SOCKET`. @throws {Refusal} for a name that is none. */
export function optionNamed(argument: string): { readonly option: ProgramOption; readonly inner: string | undefined } {
  const [, long, inner] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? []
  const called = long ?? argument
  const option = programOptions.find(({ name, short }) => name === called || short === called)
  if (option !== undefined) return { option, inner }
  const near = nearest(
    called,
    programOptions.map(({ name }) => name),
  )
  throw misused(
    `${called} is no option of lunkit`,
    near === null ? 'lunkit --help says which there are.' : `There is ${near}.`,
  )
}

/**
 * Reads the arguments of the program and its environment: options, then a line. `targetcli` before the line is its personality.
 * @throws {Refusal} for an option that is none.
 */
export function readInvocation(args: readonly string[], environment: NodeJS.ProcessEnv): Invocation {
  const said = (name: string): string | undefined => environment[name] || undefined
  const control = said('LUNKIT_CONTROL') ?? DEFAULT_CONTROL_PATH
  const read: Read = {
    ...{
      asks: 'run',
      control,
      tokenFile: said('LUNKIT_TOKEN_FILE'),
      ca: said('LUNKIT_CA'),
      json: false,
      file: undefined,
      targetclid: undefined,
    },
    ...{ isTargetcli: false, echoesSecrets: false, words: [] },
  }
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] as string
    if (argument === 'targetcli' && !read.isTargetcli) read.isTargetcli = true
    else if (read.isTargetcli && OF_TARGETCLI.includes(argument)) read.asks = argument as 'help' | 'version'
    else if (!argument.startsWith('-')) return { ...read, words: args.slice(at) }
    else at += take(read, argument, args[at + 1])
  }
  return read
}

/** @returns how many further arguments it took. */
function take(read: Read, argument: string, next: string | undefined): number {
  const { option, inner } = optionNamed(argument)
  const takesNext = option.value !== undefined && inner === undefined
  if (takesNext && next === undefined) throw misused(`${option.name} has no value`, 'Right is one after it.')
  option.read(read, inner ?? next ?? '')
  return takesNext ? 1 : 0
}
