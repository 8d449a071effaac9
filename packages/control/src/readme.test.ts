import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { controlLimits } from './limits.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the README names the limits as they are', () => {
  expect(readme).toContain(`in ${controlLimits.requestMs / 1000} s`)
  expect(readme).toContain(`leaves ${controlLimits.events} events`)
})
