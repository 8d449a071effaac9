import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { connectionMachine } from './connection-states.ts'
import { stateDiagram } from './machine.ts'
import { sessionMachine } from './session-states.ts'

const ARCHITECTURE = readFileSync(new URL('../../../../ARCHITECTURE.md', import.meta.url), 'utf8')

it.each([
  ['a connection', stateDiagram(connectionMachine)],
  ['a session', stateDiagram(sessionMachine)],
])('the states of %s are drawn in ARCHITECTURE.md as the table has them', (_what, diagram) => {
  expect(ARCHITECTURE).toContain(`\`\`\`mermaid\n${diagram}\n\`\`\`\n`)
})
