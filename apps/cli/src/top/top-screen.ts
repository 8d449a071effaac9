import { printable } from '../printable.ts'
import type { Drawn, ScreenSize } from '../screen/screen.ts'
import { Screen } from '../screen/screen.ts'
import type { TerminalDevice } from '../screen/terminal-device.ts'
import type { Loads } from './load.ts'
import { FIRST_ORDER, ordered, orders, tableOf, totalOf } from './load-table.ts'

const QUITS: readonly string[] = ['q', 'Q', 'ctrl-c', 'ctrl-d']

/** The keys that there are, in less than 80 columns. */
function keysLine(order: string): string {
  const keys = [...orders].map(([key, head]) => {
    const words = `${key} ${head.replace(/ ms$/, '')}`
    return key === order ? `[${words}]` : words
  })
  return `q quits; ${keys.join(' ')}`
}

/** What is seen of loads: as many as there is room for, and how many more there are. */
function linesOf(loads: Loads, { rows, columns }: ScreenSize, { order, title }: { order: string; title: string }) {
  const all = ordered(loads.nexuses, order)
  // Title, total, head of the table, and the keys.
  const room = Math.max(0, rows - 4)
  const shown = all.length <= room ? all : all.slice(0, Math.max(0, room - 1))
  const left = all.length - shown.length
  const body = [...tableOf(shown, columns), ...(left > 0 && room > 0 ? [`${left} more`] : [])]
  const blank = Array.from({ length: Math.max(0, room + 1 - body.length) }, () => '')
  return [title, totalOf(loads), ...body, ...blank, keysLine(order)].map(printable)
}

/** Loads on a whole terminal, which keys put into another order. */
export class TopScreen {
  readonly #screen: Screen
  readonly #quit: () => void
  #order = FIRST_ORDER
  #title: string
  #loads: Loads | undefined

  /** `quit` is called when whoever looks has seen enough. */
  constructor(device: TerminalDevice, title: string, quit: () => void) {
    this.#quit = quit
    this.#title = title
    this.#screen = new Screen(device, key => this.#pressed(key))
    this.#screen.show(this.#drawn)
  }

  /** Shows other loads. */
  show(title: string, loads: Loads): void {
    this.#title = title
    this.#loads = loads
    this.#screen.show(this.#drawn)
  }

  /** Gives the terminal back. */
  close(): void {
    this.#screen.close()
  }

  readonly #drawn: Drawn = size =>
    this.#loads === undefined
      ? [printable(this.#title), 'counting...']
      : linesOf(this.#loads, size, { order: this.#order, title: this.#title })

  #pressed(key: string): void {
    if (QUITS.includes(key)) this.#quit()
    if (!orders.has(key)) return
    this.#order = key
    this.#screen.show(this.#drawn)
  }
}
