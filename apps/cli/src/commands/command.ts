import type { ControlClient } from '@lunkit/control/client'
import type { Clock } from '../clock.ts'
import type { DataSurroundings } from '../data-surroundings.ts'
import type { FoundPath } from '../found-file.ts'
import type { CommandLine } from '../line/command-line.ts'
import type { Personality } from '../personality.ts'
import type { ExitCode } from '../refusal.ts'
import type { TerminalDevice } from '../screen/terminal-device.ts'
import type { Bookmarks } from '../shell/bookmarks.ts'
import type { Node } from '../shell/nodes.ts'
import type { PathHistory } from '../shell/path-history.ts'
import type { Given, Parameter } from './parameter.ts'
import type { Preference } from './preferences.ts'

/** What a command has to say. */
export interface Reply {
  readonly lines: readonly string[]
  /** The same for programs; left out: the lines. */
  readonly data?: unknown
  /** The lines have colours, and are printed as they are: nothing in them is anybody else's. */
  readonly isPainted?: boolean
  /** Standard output has had data: what is said goes to standard error. */
  readonly isAside?: boolean
  /** How the program ends where what it says is not that all is well; left out: as done. */
  readonly code?: ExitCode
  /** The path that is entered. */
  readonly goTo?: string
  /** The shell ends. */
  readonly ends?: boolean
}

/** Nothing to say. */
export const SILENT: Reply = { lines: [] }

/** What a command finds around it. */
export interface Context {
  readonly client: ControlClient
  readonly personality: Personality
  readonly node: Node
  readonly bookmarks: Bookmarks
  readonly history: PathHistory
  /** Aborted where whoever types interrupts it. */
  readonly signal: AbortSignal
  /** Whether lines may have colours. */
  readonly colours: boolean
  /** The node at a path, which may be relative to the command's node. @throws {Refusal} where there is none. */
  readonly at: (path: string) => Promise<Node>
  /** Whether a preference of targetcli is on. */
  readonly prefers: (name: string) => Promise<boolean>
  /** All of them, or those that nobody has set where the daemon cannot tell who asks. */
  readonly preferences: () => Promise<Readonly<Record<string, Preference>>>
  /** Columns that lines may have. */
  readonly columns: number
  /** Lines that the terminal has; undefined: it is none, and there may be as many as there are. */
  readonly rows: number | undefined
  /** A terminal that a command may have for itself; undefined: there is none, or answers are for programs. */
  readonly device: TerminalDevice | undefined
  readonly clock: Clock
  /** What stands at a path of a file or a device, as far as we may see; undefined: nobody knows. */
  readonly found: (path: string) => Promise<FoundPath | undefined>
  /** Prints before the command is done, such as events; undefined where all that it says is one answer. */
  readonly print: ((lines: readonly string[], data: unknown) => void) | undefined
  /** Asks whoever types; false where nobody does. */
  readonly confirm: (question: string) => Promise<boolean>
  /** What commands that move data find beside that; undefined: nobody waits here for data. */
  readonly data: DataSurroundings | undefined
}

/** A command of some nodes, declared once: help, completion and what is done come from it. */
export interface Command {
  readonly name: string
  /** In a line. */
  readonly meaning: string
  readonly takes: readonly Parameter[]
  /** It takes more than that: `set` names and values, `get` names; it looks at the line itself. */
  readonly takesMore?: 'names' | 'values'
  readonly run: (context: Context, given: Given, line: CommandLine) => Promise<Reply>
}

/** A row of the table of commands. */
export function command(
  name: string,
  meaning: string,
  row: Pick<Command, 'run'> & Partial<Pick<Command, 'takes' | 'takesMore'>>,
): Command {
  return { takes: [], ...row, name, meaning }
}
