import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Screen } from './screen.ts'

/** A terminal that remembers what was written to it. */
function terminal(size: { columns?: number; rows?: number } = {}) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), size)
  const ends = new Set<() => void>()
  const beforeEnd = (act: () => void) => {
    ends.add(act)
    return () => ends.delete(act)
  }
  return { input, output, ends, device: { input, output, beforeEnd }, written: () => output.read() as string | null }
}

const [TAKEN, GIVEN_BACK] = ['\x1b[?1049h\x1b[?25l', '\x1b[?25h\x1b[?1049l']

describe('what a screen shows', () => {
  it('stands from its corner on, cut at its edges, and nothing of what stood there before is left', () => {
    const { device, written } = terminal({ columns: 4, rows: 2 })
    const screen = new Screen(device, () => {})
    expect(written()).toBe(TAKEN)
    screen.show(() => ['abcd', 'efghi', 'never'])
    expect(written()).toBe('\x1b[Habcd\x1b[K\r\nefgh\x1b[K\x1b[J')
    screen.close()
  })

  it('is drawn for 80 columns and 24 rows where the terminal does not say how large it is', () => {
    const { device } = terminal()
    const sizes: unknown[] = []
    const screen = new Screen(device, () => {})
    screen.show(size => [String(sizes.push(size))])
    expect(sizes).toEqual([{ columns: 80, rows: 24 }])
    screen.close()
  })

  it('is drawn anew at another size, and no more once the screen is given back', () => {
    const { device, output, written } = terminal({ columns: 10, rows: 5 })
    const screen = new Screen(device, () => {})
    screen.show(({ columns, rows }) => [`${columns}x${rows}`])
    Object.assign(output, { columns: 20, rows: 6 }).emit('resize')
    expect(written()).toContain('20x6')
    screen.close()
    expect(written()).toBe(GIVEN_BACK)
    output.emit('resize')
    screen.show(() => ['late'])
    screen.close()
    expect(written()).toBe(null)
  })
})

describe('the keys of a screen', () => {
  it('are told as the character that they are, as ctrl- and the letter, or by their name', () => {
    const { device, input } = terminal()
    const pressed: string[] = []
    const screen = new Screen(device, key => pressed.push(key))
    for (const [text, key] of [
      ['Q', { name: 'q', ctrl: false }],
      ['\x03', { name: 'c', ctrl: true }],
      [undefined, { name: 'up' }],
      [undefined, {}],
    ] as const)
      input.emit('keypress', text, key)
    expect(pressed).toEqual(['Q', 'ctrl-c', 'up', ''])
    screen.close()
  })

  it('are for it alone, and for whoever had them before when it is given back', () => {
    const { device, input, ends } = terminal()
    const heard: string[] = []
    input.on('keypress', text => heard.push(`shell ${text}`))
    const screen = new Screen(device, key => heard.push(`screen ${key}`))
    input.emit('keypress', 'a', { name: 'a' })
    expect(ends.size).toBe(1)
    screen.close()
    input.emit('keypress', 'b', { name: 'b' })
    expect({ heard, ends: ends.size, isPaused: input.isPaused() }).toEqual({
      heard: ['screen a', 'shell b'],
      ends: 0,
      isPaused: false,
    })
  })

  it('are read no more where nobody else reads them, so that the process can end', () => {
    const { device, input } = terminal()
    const screen = new Screen(device, () => {})
    expect(input.isPaused()).toBe(false)
    screen.close()
    expect(input.isPaused()).toBe(true)
  })
})
