import { afterEach, describe, expect, it } from 'vitest'
import { nodeData } from './node-data.ts'
import { nodeTerminal } from './node-terminal.ts'

const { isTTY } = process.stdout
afterEach(() => Object.assign(process.stdout, { isTTY }))

describe('this process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is interrupted by %s once; the next one ends it', name => {
    const listening = process.listenerCount(name)
    const signal = nodeData.interrupted()
    expect({ aborted: signal.aborted, more: process.listenerCount(name) - listening }).toEqual({
      ...{ aborted: false, more: 1 },
    })
    process.emit(name)
    expect({ aborted: signal.aborted, more: process.listenerCount(name) - listening }).toEqual({
      ...{ aborted: true, more: 0 },
    })
  })

  it.each([true, false])('shows somebody what it writes where standard output is a terminal: %j', isTTY => {
    Object.assign(process.stdout, { isTTY })
    expect(nodeData.streams?.isShown).toBe(isTTY)
  })

  it('has nobody to ask where standard input is no terminal', async () => {
    expect(process.stdin.isTTY).not.toBe(true)
    expect(await nodeTerminal.confirm('Apply it?')).toBe(false)
  })
})
