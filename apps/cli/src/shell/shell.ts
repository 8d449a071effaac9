import { nearest } from '@lunkit/wire'
import type { Command, Context, Reply } from '../commands/command.ts'
import { SILENT } from '../commands/command.ts'
import { commandsOf } from '../commands/commands.ts'
import { helpOf } from '../commands/help.ts'
import { boundTo } from '../commands/parameter.ts'
import { preferencesOf } from '../commands/preferences.ts'
import type { CommandLine } from '../line/command-line.ts'
import { readWords } from '../line/command-line.ts'
import type { Word } from '../line/words.ts'
import { misused, Refusal } from '../refusal.ts'
import type { Node } from './nodes.ts'
import { nodesAt, ROOT, resolvePath } from './nodes.ts'

/** What a shell is made of. */
export interface ShellOptions extends Pick<Context, 'client' | 'personality' | 'print' | 'confirm' | 'found'> {
  readonly columns: () => number
}

/** Runs lines: knows where it is in the tree, and what each node can do. */
export class Shell {
  readonly #options: ShellOptions
  #current = '/'

  constructor(options: ShellOptions) {
    this.#options = options
  }

  /** Its end of the control API. */
  get client(): Context['client'] {
    return this.#options.client
  }

  /** The path of the node that it is at. */
  get current(): string {
    return this.#current
  }

  /** @throws {Refusal}, or what the client throws, where the line is not done; nothing has changed then. */
  async run(words: readonly Word[]): Promise<Reply> {
    if (words.length === 0) return SILENT
    const line = await this.#read(words)
    const node = await this.#nodeAt(line.path ?? '.')
    const reply = await this.#done(node, line)
    if (reply.goTo !== undefined) this.#current = reply.goTo
    return reply
  }

  /** What the words say; a first word that is no command here, and a node below, is a path without a "/". */
  async #read(words: readonly Word[]): Promise<CommandLine> {
    const line = readWords(words)
    const { personality } = this.#options
    if (line.path !== undefined || line.command === undefined || personality.name !== 'lunkit') return line
    const here = await this.#nodeAt('.')
    if (line.command === 'help' || commandsOf(here, personality.name).has(line.command)) return line
    const [, ...rest] = words
    const path = resolvePath(this.#current, line.command)
    const isNode = await nodesAt(this.#options.client, path, 0).then(
      () => true,
      () => false,
    )
    return isNode ? { ...readWords([{ text: '/', equals: undefined, start: 0 }, ...rest]), path } : line
  }

  async #done(node: Node, line: CommandLine): Promise<Reply> {
    const { personality } = this.#options
    if (line.command === undefined) return { lines: [], goTo: node.path }
    const commands = commandsOf(node, personality.name)
    if (line.command === 'help') return helpOf(node, commands, line)
    const found = commands.get(line.command)
    if (found === undefined) throw notFound(line.command, node, commands)
    const given = found.takesMore === undefined ? boundTo(found.takes, line) : {}
    return found.run(this.#context(node), given, line)
  }

  #context(node: Node): Context {
    const { columns, ...options } = this.#options
    return {
      ...options,
      node,
      current: this.#current,
      columns: columns(),
      at: path => this.#nodeAt(path, node.path),
      prefers: async name => (await preferencesOf(options.client))[name] === true,
    }
  }

  async #nodeAt(path: string, from = this.#current): Promise<Node> {
    const whole = resolvePath(from, path)
    if (whole === '/') return ROOT
    try {
      const [node] = await nodesAt(this.#options.client, whole, 0)
      return node as Node
    } catch (error) {
      if (!(error instanceof Refusal) || path !== '.' || from !== this.#current) throw error
      // What it was at has been taken away: it goes on with what was above.
      this.#current = resolvePath(this.#current, '..')
      return this.#nodeAt('.')
    }
  }
}

function notFound(name: string, { path }: Node, commands: ReadonlyMap<string, Command>) {
  const near = nearest(name, [...commands.keys()])
  const right = near === null ? `Right is one of ${[...commands.keys()].sort().join(', ')}.` : `There is ${near}.`
  return misused(`Command not found ${name}`, `${path} has no such command. ${right}`)
}
