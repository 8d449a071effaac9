import { expect, it } from 'vitest'
import { constantsOf } from './constants.ts'
import { doors } from './doors.ts'

const seen = new Set<unknown>()
const constants: [door: string, lines: readonly string[]][] = []
for (const door of doors) constants.push([door, constantsOf(await import(door), seen)])

it.each(constants)('what %s exports has the values that programs and documents know', (_door, lines) => {
  expect(lines.join('\n')).toMatchSnapshot()
})
