import { declare } from '../declaration.ts'

/** What tests count: one metric of each kind, alone and by kinds. */
export const tested = declare({
  name: 'tested',
  labels: ['target', 'unit'],
  metrics: {
    commands: {
      kind: 'counter',
      unit: 'commands',
      help: 'commands that have ended',
      by: { label: 'op', values: ['read', 'write'] },
    },
    errors: { kind: 'counter', unit: 'errors', help: 'commands that have failed' },
    waiting: { kind: 'gauge', unit: 'commands', help: 'commands that wait' },
    duration: { kind: 'histogram', unit: 'seconds', help: 'how long commands took' },
    stored: {
      kind: 'histogram',
      unit: 'seconds',
      help: 'how long the store took',
      by: { label: 'op', values: ['read', 'write'] },
    },
  },
})
