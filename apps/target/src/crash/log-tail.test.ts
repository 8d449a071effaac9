import { expect, it } from 'vitest'
import { LogTail } from './log-tail.ts'

it('the tail of a log has its last 200 lines, each up to 2,000 characters, and hands them on whole', () => {
  const tail = new LogTail()
  const written: string[] = []
  const output = tail.of({ write: line => written.push(line) > 0, takeLost: () => 3 })
  for (let line = 1; line <= 201; line++) output.write(`${line}\n`)
  output.write(`${'a'.repeat(3000)}\n`)
  expect(tail.count).toBe(202)
  expect([tail.lines.length, tail.lines[0], tail.lines.at(-1)]).toEqual([200, '3', 'a'.repeat(2000)])
  expect([written.at(-1)?.length, output.takeLost()]).toEqual([3001, 3])
})
