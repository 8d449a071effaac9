import { expect, it } from 'vitest'
import { Format, formatFor } from './format.ts'

// The first is what Prometheus 2.42 asks with.
it.each([
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    Format.openMetrics,
  ],
  ['application/openmetrics-text;q=0.2, text/plain;q=0.5', Format.text],
  ['text/plain', Format.text],
  ['*/*', Format.text],
  ['', Format.text],
  ['Application/OpenMetrics-Text', Format.openMetrics],
  ['application/openmetrics-text;q=0', Format.text],
  ['application/openmetrics-text;q=nonsense', Format.openMetrics],
])('who accepts %j gets %s', (accept, format) => {
  expect(formatFor(accept)).toBe(format)
})
