import type { Metrics } from '@lunkit/statistics'
import { DiskServer } from 'lunkit'
import { afterAll, expect, it } from 'vitest'

const server = new DiskServer()
afterAll(() => server.close())

it.each(Object.entries(server.statistics.blocks))(
  'what is counted in %s is said word by word',
  (_name, { declaration }) => {
    const { name, labels, metrics } = declaration
    const lines = Object.entries(metrics as Metrics).map(([metric, { kind, unit, help, by }]) => {
      const kinds = by && ` by ${by.label}: ${by.values.join(' ')}`
      return `${metric}, ${kind} of ${unit}${kinds ?? ''}: ${help}`
    })
    expect([`${name} of ${labels.join(', ')}`, ...lines].join('\n')).toMatchSnapshot()
  },
)
