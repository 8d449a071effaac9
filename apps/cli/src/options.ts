import { nearest } from '@lunkit/wire'
import { misused } from './refusal.ts'

/** Where lunkitd listens when nobody says otherwise. */
export const DEFAULT_CONTROL_PATH = '/run/lunkit/control.sock'

/** What the command line of the program asks for. */
export interface Invocation {
  readonly asks: 'help' | 'version' | 'run'
  readonly control: string
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

/** What each option does; those with a value take it from the next argument. */
const OPTIONS: Readonly<Record<string, (read: Read, value: string) => void>> = {
  '--control': (read, value) => {
    read.control = value
  },
  '--json': read => {
    read.json = true
  },
  '--help': read => {
    read.asks = 'help'
  },
  '--version': read => {
    read.asks = 'version'
  },
  '-f': (read, value) => {
    read.file = value
  },
  '--serve-targetclid': (read, value) => {
    read.targetclid = value
  },
  '--lio-echo-secrets': read => {
    read.echoesSecrets = true
  },
}
const SHORT: Readonly<Record<string, string>> = { '-h': '--help', '-v': '--version', '--file': '-f' }
const WITH_VALUE: readonly string[] = ['--control', '-f', '--serve-targetclid']
/** What targetcli takes for options, though they look like commands. */
const OF_TARGETCLI: Readonly<Record<string, string>> = { help: '--help', version: '--version' }

/** An option and its value, where it has one in itself: `--control=SOCKET`. */
function optionOf(argument: string): { readonly name: string; readonly inner: string | undefined } {
  const [, long, inner] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? []
  const name = long ?? argument
  return { name: SHORT[name] ?? name, inner }
}

function unknown(name: string) {
  const near = nearest(name, Object.keys(OPTIONS))
  return misused(
    `${name} is no option of lunkit`,
    near === null ? 'lunkit --help says which there are.' : `There is ${near}.`,
  )
}

/**
 * Reads the arguments of the program and its environment: options, then a line. `targetcli` before the line is its personality.
 * @throws {Refusal} for an option that is none.
 */
export function readInvocation(args: readonly string[], { LUNKIT_CONTROL }: NodeJS.ProcessEnv): Invocation {
  const control = LUNKIT_CONTROL === undefined || LUNKIT_CONTROL === '' ? DEFAULT_CONTROL_PATH : LUNKIT_CONTROL
  const read: Read = {
    ...{ asks: 'run', control, json: false, file: undefined, targetclid: undefined },
    ...{ isTargetcli: false, echoesSecrets: false, words: [] },
  }
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] as string
    if (argument === 'targetcli' && !read.isTargetcli) read.isTargetcli = true
    else if (read.isTargetcli && Object.hasOwn(OF_TARGETCLI, argument)) read.asks = argument as 'help' | 'version'
    else if (!argument.startsWith('-')) return { ...read, words: args.slice(at) }
    else at += take(read, argument, args[at + 1])
  }
  return read
}

/** @returns how many further arguments it took. */
function take(read: Read, argument: string, next: string | undefined): number {
  const { name, inner } = optionOf(argument)
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
  if (option === undefined) throw unknown(name)
  if (!WITH_VALUE.includes(name)) option(read, '')
  else if (inner !== undefined) option(read, inner)
  else if (next === undefined) throw misused(`${name} has no value`, 'Right is one after it.')
  else option(read, next)
  return WITH_VALUE.includes(name) && inner === undefined ? 1 : 0
}
