import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ExecutionState, executionMoves, moved } from './execution-state.ts'

const ARCHITECTURE = readFileSync(new URL('../../../../ARCHITECTURE.md', import.meta.url), 'utf8')

describe('the states of a task', () => {
  it('can all be reached, and left again', () => {
    const from = new Set(executionMoves.map(([state]) => state))
    const to = new Set(executionMoves.map(([, state]) => state))
    expect([...from].sort()).toEqual(['dormant', 'enabled', 'ended', 'spare'])
    expect([...to].sort()).toEqual(['dormant', 'enabled', 'ended', 'spare'])
  })

  it('are drawn in ARCHITECTURE.md as the table has them', () => {
    const moves = executionMoves.map(([from, to]) => `  ${from} --> ${to}\n`).join('')
    expect(ARCHITECTURE).toContain(`\`\`\`mermaid\nstateDiagram-v2\n${moves}\`\`\`\n`)
  })

  it('are left by legal moves only', () => {
    expect(moved(ExecutionState.dormant, ExecutionState.enabled)).toBe(ExecutionState.enabled)
    expect(() => moved(ExecutionState.ended, ExecutionState.enabled)).toThrow('a task cannot go from ended to enabled')
  })
})
