import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { ControlServer } from '@lunkit/control'
import type { DataSurroundings } from '../data-surroundings.ts'
import type { FoundPath } from '../found-file.ts'
import { run } from '../run.ts'
import { FakeClock } from './fake-clock.ts'
import { ModelService } from './model-service.ts'

/** What a run of the program printed, and how it ended. */
export interface Run {
  readonly out: readonly string[]
  readonly err: readonly string[]
  readonly code: number
}

/** How the program is run. */
export interface RunOptions {
  /** Lines on its stdin. */
  readonly input?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** What whoever types answers. */
  readonly agrees?: boolean
  readonly calledAs?: string
  /** How large the terminal is, which has colours then; left out: there is none. */
  readonly size?: { readonly columns: number; readonly rows: number }
  /** When somebody ends the program; left out: at once. */
  readonly ended?: Promise<void>
  /** Data on its standard input. */
  readonly data?: Readable
  /** Takes what it writes to standard output as data. */
  readonly written?: Buffer[]
  /** Somebody looks at standard error and is told how far it is; left out: nobody does. */
  readonly looks?: (shown: string) => void
  /** Interrupts it. */
  readonly interrupted?: AbortSignal
}

/** What was written to a terminal. */
class Screen {
  #text = ''
  #look: () => void = () => {}

  constructor(output: PassThrough) {
    output.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#look()
    })
  }

  shows(text: string): Promise<void> {
    return new Promise(resolve => {
      this.#look = () => {
        const at = this.#text.indexOf(text)
        if (at < 0) return
        this.#text = this.#text.slice(at + text.length)
        this.#look = () => {}
        resolve()
      }
      this.#look()
    })
  }
}

/** A shell that somebody types into. */
export interface Typing {
  /** Types keys. */
  readonly type: (keys: string) => void
  /** Resolves when the screen has shown a text since it was last waited for. */
  readonly shows: (text: string) => Promise<void>
  /** The terminal gets another size. */
  readonly resize: (columns: number, rows: number) => void
  /** What is done when somebody ends the process, without ending it. */
  readonly end: () => void
  /** What was answered so far. */
  readonly out: readonly string[]
  readonly err: readonly string[]
  readonly ended: Promise<number>
}

/** What there is for commands that move data. */
function dataAround(options: RunOptions): DataSurroundings {
  const { data = Readable.from([]), written = [], looks, interrupted = new AbortController().signal } = options
  const { environment = {} } = options
  // What is given to it is somebody else's memory again once it was written.
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(Buffer.from(chunk))
      done()
    },
  })
  return { interrupted: () => interrupted, environment, streams: { input: data, output, isShown: false }, show: looks }
}

/** The program in this process, and a model of a daemon behind a real socket. */
export class CliBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'lunkit-cli-'))
  model = new ModelService()
  clock = new FakeClock()
  /** What stands at paths of files and devices; elsewhere nothing does. */
  readonly files = new Map<string, FoundPath>()
  /** Where files may be made, beside the root. */
  readonly directories: string[] = ['/srv', '/srv/lunkit']
  #server: ControlServer | undefined

  static async open(): Promise<CliBench> {
    const bench = new CliBench()
    await bench.restart()
    return bench
  }

  /** A path of this bench's own directory. */
  path(name: string): string {
    return join(this.directory, name)
  }

  /** Another model, which has nothing. */
  async restart(): Promise<void> {
    await this.stop()
    this.model = new ModelService()
    this.clock = new FakeClock()
    this.#server = await ControlServer.open({
      path: this.path('control.sock'),
      service: this.model.service,
      version: '1.2.3',
      peerOf: () => ({ uid: 0, gid: 0, pid: 42 }),
      tell: () => {},
    })
  }

  /** Runs the program with arguments. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const { input = [], environment = {}, agrees = false, calledAs = '/usr/bin/lunkit', size } = options
    const [out, err]: [string[], string[]] = [[], []]
    let line = ''
    const terminal = {
      out: (text: string) => {
        out.push(line + text)
        line = ''
      },
      err: (text: string) => err.push(text),
      write: (text: string) => {
        line += text
      },
      columns: size?.columns ?? 132,
      rows: size?.rows,
      colours: size !== undefined,
      async *lines() {
        yield* input
      },
      confirm: async () => agrees,
    }
    const given = { LUNKIT_CONTROL: this.path('control.sock'), XDG_STATE_HOME: this.directory, ...environment }
    const found = async (path: string) =>
      this.files.get(path) ?? { existed: path === '/' || this.directories.includes(path), sizeBytes: 0 }
    const { ended = Promise.resolve() } = options
    const around = { calledAs, environment: given, terminal, found, clock: this.clock, data: dataAround(options) }
    const code = await run(args, { ...around, ended: () => ended })
    return { out, err, code }
  }

  /** Starts it as a shell, or with arguments, with a keyboard and a screen of 80 columns and 24 rows. */
  types(args: readonly string[] = []): Typing {
    const [out, err]: [string[], string[]] = [[], []]
    const [input, output] = [new PassThrough(), new PassThrough()]
    const screen = new Screen(output)
    const terminal = {
      out: (text: string) => {
        out.push(text)
        output.write(`${text}\n`)
      },
      err: (text: string) => {
        err.push(text)
        output.write(`${text}\n`)
      },
      write: (text: string) => output.write(text),
      columns: 132,
      rows: 24,
      colours: false,
      async *lines() {},
      confirm: async () => false,
    }
    const environment = { LUNKIT_CONTROL: this.path('control.sock'), XDG_STATE_HOME: this.directory }
    const found = async () => undefined
    const keyboard = { input, output }
    const { clock } = this
    const data = dataAround({})
    const signals = new Set<() => void>()
    const beforeEnd = (act: () => void) => {
      signals.add(act)
      return () => signals.delete(act)
    }
    const device = { input, output: Object.assign(output, { columns: 80, rows: 24 }), beforeEnd }
    const around = { calledAs: 'lunkit', environment, terminal, found, device, keyboard, clock, data }
    const given = { ...around, ended: async () => {} }
    const ended = run(args, args.length === 0 ? given : { ...given, keyboard: undefined })
    return {
      type: keys => input.write(keys),
      shows: text => screen.shows(text),
      resize(columns, rows) {
        Object.assign(output, { columns, rows })
        output.emit('resize')
      },
      end() {
        for (const act of signals) act()
      },
      out,
      err,
      ended,
    }
  }

  /** The same with the words of one line, apart by blanks. */
  line(line: string, options: RunOptions = {}): Promise<Run> {
    return this.run(line.split(' '), options)
  }

  /** Runs lines of which each must be done. */
  async all(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const { code, err } = await this.line(line)
      if (code !== 0) throw new Error(`${line}: ${err.join('\n')}`)
    }
  }

  /** The daemon ends. */
  async stop(): Promise<void> {
    await this.#server?.close()
    this.#server = undefined
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
