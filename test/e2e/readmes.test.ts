import { createTarget, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { Readme } from './harness/readme.ts'

it.each(['backstores', 'control', 'isns', 'metrics', 'statistics'])(
  'the README of %s shows a program that prints what the README says, and ends',
  async name => {
    const readme = new Readme(name)
    expect(readme.says).toBeDefined()
    expect(await readme.run(0)).toBe(readme.says)
  },
)

describe('the README of lunkit', () => {
  const readme = new Readme('lunkit')

  it.each(
    [
      ['a target, an initiator and a disk in a program that prints what it wrote', 'Hello, block 0.\n'],
      ['a disk that is read-only, by its URL, and what a write is told', 'checkCondition writeProtected\n'],
      ['a target that changes while it serves', '[ 0, 1 ] 16384\n0\n'],
      ['options that a disk takes', ''],
    ].map(([shows, prints], at) => ({ shows, prints, at })),
  )('shows $shows', async ({ prints, at }) => {
    expect(await readme.run(at)).toBe(prints)
    expect(readme.programs).toHaveLength(4)
  })
})

it("the initiator's README shows programs that run, and end by themselves", async () => {
  const name = 'iqn.2026-11.io.lunkit:demo'
  await using target = await createTarget({ luns: [ramdisk({ sizeBytes: 64 * 1024 * 1024 })], name })
  const { port } = target.address
  const there = { 'port: 3260': `port: ${port}`, '127.0.0.1/': `127.0.0.1:${port}/` }
  const readme = new Readme('initiator')
  const printed: string[] = []
  for (const at of readme.programs.keys()) printed.push(await readme.run(at, there))
  expect(printed).toHaveLength(4)
  expect(printed[0]).toContain('READ (16): checkCondition, logicalBlockAddressOutOfRange')
  // A target that asks for no secret does not take one either.
  expect(printed[1]).toBe('the target refused us: authenticationFailure\n')
  expect(printed.slice(2)).toEqual(['', ''])
})
