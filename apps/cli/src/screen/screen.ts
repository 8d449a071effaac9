import { emitKeypressEvents, type Key } from 'node:readline'
import type { TerminalDevice } from './terminal-device.ts'

/** How large a screen is, in characters. */
export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** What is on a screen of a size: lines, of which it shows as much as fits. */
export type Drawn = (size: ScreenSize) => readonly string[]

type KeyListener = (text: string | undefined, key: Key) => void

const [HOME, END_OF_LINE, END_OF_SCREEN] = ['\x1b[H', '\x1b[K', '\x1b[J']
const [HIDDEN_CURSOR, SHOWN_CURSOR] = ['\x1b[?25l', '\x1b[?25h']
/** Another screen, which leaves what was there as it was (xterm's control sequences). */
const [OTHER_SCREEN, FORMER_SCREEN] = ['\x1b[?1049h', '\x1b[?1049l']
/** A terminal that does not say how large it is. */
const UNKNOWN: ScreenSize = { columns: 80, rows: 24 }

/** What a key is called here: the character, or `ctrl-c`. */
const nameOf = (text: string | undefined, { ctrl, name }: Key): string =>
  ctrl === true ? `ctrl-${name}` : (text ?? name ?? '')

/** A whole terminal: what is drawn stays as it is, at any size, and every key is told. What was there before is there again after it. */
export class Screen {
  readonly #device: TerminalDevice
  readonly #wasRaw: boolean
  /** Who else reads keys, such as the line that is typed in a shell. */
  readonly #others: readonly KeyListener[]
  readonly #onKey: KeyListener
  readonly #onResize = (): void => this.#draw()
  readonly #giveUpEnd: () => void
  #drawn: Drawn = () => []
  #isClosed = false

  /** `pressed` is called with the name of each key. */
  constructor(device: TerminalDevice, pressed: (key: string) => void) {
    const { input, output } = device
    this.#device = device
    this.#wasRaw = input.isRaw === true
    emitKeypressEvents(input)
    this.#others = input.listeners('keypress') as KeyListener[]
    input.removeAllListeners('keypress')
    this.#onKey = (text, key) => pressed(nameOf(text, key))
    input.on('keypress', this.#onKey)
    input.setRawMode?.(true)
    input.resume()
    output.on('resize', this.#onResize)
    this.#giveUpEnd = device.beforeEnd(() => this.close())
    output.write(OTHER_SCREEN + HIDDEN_CURSOR)
  }

  /** Shows something else from now on. */
  show(drawn: Drawn): void {
    this.#drawn = drawn
    this.#draw()
  }

  /** Gives the terminal back as it was. Does nothing the second time. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { input, output } = this.#device
    this.#giveUpEnd()
    output.off('resize', this.#onResize)
    output.write(SHOWN_CURSOR + FORMER_SCREEN)
    input.off('keypress', this.#onKey)
    for (const other of this.#others) input.on('keypress', other)
    input.setRawMode?.(this.#wasRaw)
    // Where nobody else reads, the process is to end.
    if (this.#others.length === 0) input.pause()
  }

  #draw(): void {
    if (this.#isClosed) return
    const { columns = UNKNOWN.columns, rows = UNKNOWN.rows } = this.#device.output
    const lines = this.#drawn({ columns, rows }).slice(0, rows)
    const shown = lines.map(line => line.slice(0, columns) + END_OF_LINE)
    this.#device.output.write(HOME + shown.join('\r\n') + END_OF_SCREEN)
  }
}
