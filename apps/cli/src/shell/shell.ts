import { nearest } from '@lunkit/wire'
import type { Command, Context, Reply } from '../commands/command.ts'
import { SILENT } from '../commands/command.ts'
import { commandsOf } from '../commands/commands.ts'
import { helpOf } from '../commands/help.ts'
import { boundTo } from '../commands/parameter.ts'
import { preferencesOrDefaults } from '../commands/preferences.ts'
import type { CommandLine } from '../line/command-line.ts'
import { readWords } from '../line/command-line.ts'
import type { Word } from '../line/words.ts'
import { printable } from '../printable.ts'
import { misused, Refusal } from '../refusal.ts'
import type { Node } from './nodes.ts'
import { nodesAt, ROOT, resolvePath } from './nodes.ts'
import { PathHistory } from './path-history.ts'
import { promptLengthOf, promptOf } from './prompt.ts'

/** What a shell is made of. */
export interface ShellOptions
  extends Pick<
    Context,
    'client' | 'personality' | 'print' | 'confirm' | 'found' | 'bookmarks' | 'colours' | 'device' | 'clock' | 'data'
  > {
  readonly columns: () => number
  readonly rows: () => number | undefined
}

const NEVER: AbortSignal = new AbortController().signal

/** Runs lines: knows where it is in the tree, and what each node can do. */
export class Shell {
  readonly #options: ShellOptions
  readonly #history = new PathHistory()
  #current = '/'
  /** Undefined: nobody has asked what is preferred, or it may have been set since. */
  #promptLength: number | undefined
  #confirm: Context['confirm']

  constructor(options: ShellOptions) {
    this.#options = options
    this.#confirm = options.confirm
  }

  /** Has somebody else asked whether to go on. */
  confirmBy(confirm: Context['confirm']): void {
    this.#confirm = confirm
  }

  /** Its end of the control API. */
  get client(): Context['client'] {
    return this.#options.client
  }

  /** The path of the node that it is at. */
  get current(): string {
    return this.#current
  }

  /** The names that paths have. */
  get bookmarks(): Context['bookmarks'] {
    return this.#options.bookmarks
  }

  /** What stands before a line that is typed. */
  async prompt(): Promise<string> {
    this.#promptLength ??= await promptLengthOf(this.client)
    return promptOf(this.#current, this.#promptLength)
  }

  /** @throws {Refusal}, or what the client throws, where the line is not done; nothing has changed then. */
  async run(words: readonly Word[], signal: AbortSignal = NEVER): Promise<Reply> {
    if (words.length === 0) return SILENT
    const line = await this.read(words)
    if (line.command === 'set') this.#promptLength = undefined
    const reply = line.path?.endsWith('*') ? await this.#onEach(line, signal) : await this.#onNode(line, signal)
    if (reply.goTo !== undefined) {
      this.#current = reply.goTo
      this.#history.entered(reply.goTo)
    }
    return reply
  }

  /** The node of a path, which may be relative or begin with a bookmark. @throws {Refusal} where there is none. */
  async nodeAt(path: string, from = this.#current): Promise<Node> {
    const whole = resolvePath(from, await this.#withoutBookmark(path))
    if (whole === '/') return ROOT
    try {
      const [node] = await nodesAt(this.client, whole, 0)
      return node as Node
    } catch (error) {
      if (!(error instanceof Refusal) || path !== '.' || from !== this.#current) throw error
      // What it was at has been taken away: it goes on with what was above.
      this.#current = resolvePath(this.#current, '..')
      return this.nodeAt('.')
    }
  }

  /** What a node can do, by name. */
  commandsOf(node: Node): ReadonlyMap<string, Command> {
    return commandsOf(node, this.#options.personality.name)
  }

  /** What the words say; a first word that is no command here, and a node below, is a path without a "/". */
  async read(words: readonly Word[]): Promise<CommandLine> {
    const line = readWords(words)
    if (line.path !== undefined || line.command === undefined || this.#options.personality.name !== 'lunkit')
      return line
    const here = await this.nodeAt('.')
    if (line.command === 'help' || this.commandsOf(here).has(line.command)) return line
    const [, ...rest] = words
    const path = resolvePath(this.#current, line.command)
    const isNode = await this.nodeAt(path).then(
      () => true,
      () => false,
    )
    return isNode ? { ...readWords([{ text: '/', equals: undefined, start: 0 }, ...rest]), path } : line
  }

  async #onNode(line: CommandLine, signal: AbortSignal): Promise<Reply> {
    return this.#done(await this.nodeAt(line.path ?? '.'), line, signal)
  }

  /** A command on each child of a node, as `PATH/*` asks for it; without a command, `ls`. */
  async #onEach({ path = '', command = 'ls', ...line }: CommandLine, signal: AbortSignal): Promise<Reply> {
    const node = await this.nodeAt(path.slice(0, -1) || '.')
    const [, ...children] = await nodesAt(this.client, node.path, 1)
    const replies: Reply[] = []
    for (const child of children) replies.push(await this.#done(child, { ...line, path: child.path, command }, signal))
    return {
      lines: replies.flatMap(({ lines, isPainted }, at) => [
        printable(`[${children[at]?.path}]`),
        ...(isPainted === true ? lines : lines.map(printable)),
      ]),
      isPainted: true,
      data: replies.map(({ data, lines }) => data ?? lines),
    }
  }

  async #done(node: Node, line: CommandLine, signal: AbortSignal): Promise<Reply> {
    if (line.command === undefined) return { lines: [], goTo: node.path }
    const commands = this.commandsOf(node)
    if (line.command === 'help') return helpOf(node, commands, line)
    const found = commands.get(line.command)
    if (found === undefined) throw notFound(line.command, node, commands)
    const given = found.takesMore === undefined ? boundTo(found.takes, line) : {}
    return found.run(this.#context(node, signal), given, line)
  }

  #context(node: Node, signal: AbortSignal): Context {
    const { columns, rows, ...options } = this.#options
    const { data } = options
    let preferences: ReturnType<typeof preferencesOrDefaults> | undefined
    const preferred = () => (preferences ??= preferencesOrDefaults(options.client))
    return {
      ...options,
      node,
      signal,
      history: this.#history,
      columns: columns(),
      rows: rows(),
      confirm: this.#confirm,
      // Who types interrupts a line, and not the program.
      data: data && signal !== NEVER ? { ...data, interrupted: () => signal } : data,
      at: path => this.nodeAt(path, node.path),
      prefers: async name => (await preferred())[name] === true,
      preferences: preferred,
    }
  }

  async #withoutBookmark(path: string): Promise<string> {
    const [, name, rest = ''] = /^@([^/]+)(.*)$/.exec(path) ?? []
    return name === undefined ? path : `${await this.bookmarks.pathOf(name)}${rest}`
  }
}

function notFound(name: string, { path }: Node, commands: ReadonlyMap<string, Command>): Refusal {
  const near = nearest(name, ['help', ...commands.keys()])
  const right =
    near === null ? `Right is one of ${['help', ...commands.keys()].sort().join(', ')}.` : `There is ${near}.`
  return misused(`Command not found ${name}`, `${path} has no such command. ${right}`)
}
