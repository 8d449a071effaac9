import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { storeCompliance, type TestRunner } from './index.ts'

const make = ({ sizeBytes }: { readonly sizeBytes: number }) => createRamdisk({ name: 'disk0', sizeBytes })

describe('the compliance suite', () => {
  it('declares its tests with the functions of the test runner that it is given', () => {
    const declared: string[] = []
    const runner: TestRunner = {
      describe: (name, declare) => {
        declared.push(name)
        declare()
      },
      it: name => declared.push(name),
      beforeEach: () => {},
      afterEach: () => {},
    }
    storeCompliance('a store', make, runner)
    expect(declared[0]).toBe('a store complies with the store contract')
    expect(declared).toContain('reads space that was never written as zeroes')
    expect(declared).toContain('ends what is under way before it is closed')
  })

  it('says what to give when it finds no test runner', () => {
    expect(() => storeCompliance('a store', make)).toThrow(
      'the global scope has no describe, it, beforeEach, afterEach; give the functions of your test runner',
    )
    const half = { describe, it } as unknown as TestRunner
    expect(() => storeCompliance('a store', make, half)).toThrow(
      'the test runner that was given has no beforeEach, afterEach',
    )
  })

  it.each([null, 7, 'vitest'])('is not given %j for a test runner', runner => {
    expect(() => storeCompliance('a store', make, runner as never)).toThrow(
      `the test runner is ${JSON.stringify(runner)}; right is an object of functions`,
    )
  })

  it('runs under node:test, which is no vitest', () => {
    const door = fileURLToPath(new URL('./index.ts', import.meta.url))
    const ramdisk = fileURLToPath(new URL('../ramdisk/ramdisk.ts', import.meta.url))
    const program = `
      import * as runner from 'node:test'
      import { storeCompliance } from ${JSON.stringify(door)}
      import { createRamdisk } from ${JSON.stringify(ramdisk)}
      storeCompliance('ramdisk', ({ sizeBytes }) => createRamdisk({ name: 'disk0', sizeBytes }), runner)`
    const flags = ['--conditions=source', '--test-reporter=tap', '--input-type=module-typescript', '--eval', program]
    const report = execFileSync(process.execPath, flags, { encoding: 'utf8' })
    expect(report).toMatch(/^# fail 0$/m)
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(20)
  })
})
