import type { ControlClient } from '@lunkit/control/client'
import type { Clock } from './clock.ts'
import type { Context } from './commands/command.ts'
import { daemonOf } from './daemon.ts'
import type { DataSurroundings } from './data-surroundings.ts'
import type { Keyboard } from './interactive.ts'
import { wordsOfArguments } from './line/words.ts'
import type { Invocation } from './options.ts'
import { readInvocation } from './options.ts'
import type { Personality } from './personality.ts'
import { printable } from './printable.ts'
import { asRefusal, printRefusal, printReply } from './printing.ts'
import { ExitCode, misused } from './refusal.ts'
import type { TerminalDevice } from './screen/terminal-device.ts'
import { runScript } from './script.ts'
import { Bookmarks } from './shell/bookmarks.ts'
import type { ShellOptions } from './shell/shell.ts'
import { Shell } from './shell/shell.ts'
import { stateFile } from './state-file.ts'
import type { Terminal } from './terminal.ts'
import { MOST_COLUMNS } from './terminal.ts'
import { USAGE } from './usage.ts'
import { lunkitVersion, TARGETCLI_VERSION } from './version.ts'

/** Where a process runs: what it was called as, and with what around it. */
export interface Surroundings {
  readonly calledAs: string
  readonly environment: NodeJS.ProcessEnv
  readonly terminal: Terminal
  readonly found: Context['found']
  /** The terminal, where somebody types and looks; undefined: there is none. */
  readonly device?: TerminalDevice | undefined
  readonly clock: Clock
  /** Where somebody types; undefined: nobody does. */
  readonly keyboard?: Omit<Keyboard, 'history'> | undefined
  /** What commands that move data find. */
  readonly data: DataSurroundings
  /** Resolves when somebody ends the process. */
  readonly ended: () => Promise<void>
}

/** Whoever presses Tab does not wait longer for a daemon. */
const COMPLETION_MS = 2000

function personalityOf({ isTargetcli, echoesSecrets }: Invocation, calledAs: string): Personality {
  const version = isTargetcli ? `${calledAs} version ${TARGETCLI_VERSION}` : `lunkit ${lunkitVersion()}`
  return { name: isTargetcli ? 'targetcli' : 'lunkit', echoesSecrets, version }
}

async function runLine(shell: Shell, { words, json, isTargetcli }: Invocation, terminal: Terminal): Promise<ExitCode> {
  try {
    const reply = await shell.run(wordsOfArguments(words))
    printReply(reply, { terminal, json })
    return reply.code ?? ExitCode.done
  } catch (error) {
    const refusal = asRefusal(error)
    printRefusal(refusal, { terminal, json })
    return isTargetcli ? ExitCode.refused : refusal.code
  }
}

function shellOptions(invocation: Invocation, client: ControlClient, surroundings: Surroundings): ShellOptions {
  const { calledAs, terminal, found, environment, device, clock, data } = surroundings
  const { json, words } = invocation
  return {
    client,
    personality: personalityOf(invocation, calledAs),
    columns: () => terminal.columns,
    rows: () => terminal.rows,
    device: json ? undefined : device,
    clock,
    print: (lines, data) => printReply({ lines, data }, { terminal, json }),
    confirm: question => terminal.confirm(question),
    found,
    bookmarks: new Bookmarks(stateFile(environment, 'bookmarks.json')),
    colours: terminal.colours && !json,
    // A shell has its lines from standard input, and a script may have.
    data: words.length > 0 ? data : { ...data, streams: undefined },
  }
}

const SAYS: Readonly<Record<'help' | 'version', (invocation: Invocation, surroundings: Surroundings) => ExitCode>> = {
  help(_invocation, { terminal }) {
    terminal.out(USAGE)
    return ExitCode.done
  },
  version(invocation, { calledAs, terminal }) {
    const { version } = personalityOf(invocation, calledAs)
    // targetcli says it there, and programs that ask it look there.
    if (invocation.isTargetcli) terminal.err(version)
    else terminal.out(version)
    return ExitCode.done
  },
}

/** Answers targetcli in targetclid's place until somebody ends it. */
async function serveTargetclid(
  invocation: Invocation,
  client: ControlClient,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { targetclid: path = '' } = invocation
  const { terminal, ended } = surroundings
  const shell = new Shell({
    ...shellOptions({ ...invocation, isTargetcli: true }, client, { ...surroundings, calledAs: 'targetcli' }),
    columns: () => MOST_COLUMNS,
    rows: () => undefined,
    device: undefined,
    print: undefined,
    confirm: async () => false,
    colours: false,
    data: undefined,
  })
  try {
    // A command need not wait for it.
    const { Targetclid } = await import('./targetclid/targetclid.ts')
    const targetclid = await Targetclid.open(path, shell)
    terminal.out(`Answering targetcli at ${path}.`)
    await ended()
    await targetclid.close()
    return ExitCode.done
  } catch (error) {
    const refusal = asRefusal(error)
    printRefusal(refusal, { terminal, json: invocation.json })
    return refusal.code
  }
}

/** Prints what the last of the words may become, for the shell that they are typed in. */
async function complete(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  // Only the shells' scripts need it.
  const { completedArguments } = await import('./completion/argument-completion.ts')
  const { environment, terminal } = surroundings
  const shellOf = (invocation: Invocation): Shell =>
    new Shell(shellOptions(invocation, daemonOf(invocation, { timeoutMs: COMPLETION_MS }), surroundings))
  for (const candidate of await completedArguments(words, { environment, shellOf })) terminal.out(printable(candidate))
  return ExitCode.done
}

/** The program: what its arguments ask for. @returns its exit code. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, environment } = surroundings
  // Not a command: what comes after it is another command line.
  if (args[0] === 'complete' && args[1] === '--') return complete(args.slice(2), surroundings)
  let invocation: Invocation
  let client: ControlClient
  try {
    invocation = readInvocation(args, environment)
    if (invocation.file !== undefined && invocation.words.length > 0)
      throw misused('-f runs the lines of a file; there is a line beside it', 'Right is one of the two.')
    if (invocation.asks !== 'run') return SAYS[invocation.asks](invocation, surroundings)
    client = daemonOf(invocation)
  } catch (error) {
    printRefusal(asRefusal(error), { terminal, json: false })
    return ExitCode.usage
  }
  if (invocation.targetclid !== undefined) return serveTargetclid(invocation, client, surroundings)
  const shell = new Shell(shellOptions(invocation, client, surroundings))
  if (invocation.words.length > 0) return runLine(shell, invocation, terminal)
  const { keyboard } = surroundings
  if (invocation.file !== undefined || keyboard === undefined) return runScript(shell, invocation, terminal)
  // Who types can wait for it; a command need not.
  const [{ runInteractively }, { TypedHistory }] = await Promise.all([
    import('./interactive.ts'),
    import('./typed-history.ts'),
  ])
  const history = new TypedHistory(stateFile(environment, 'history'))
  return runInteractively(shell, { terminal, json: invocation.json }, { ...keyboard, history })
}
