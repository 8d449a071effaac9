import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWords } from './line/command-line.ts'
import { wordsOf } from './line/words.ts'
import { Refusal } from './refusal.ts'
import { CliBench } from './testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:a'
const HOST = 'iqn.1994-05.com.redhat:one'
const PATHS = [
  ...['/', '.', '..', '*', '/iscsi', 'iscsi/', '/iscsi/*', '/backstores/ramdisk', '/backstores/fileio', '/loopback'],
  ...['/backstores/ramdisk/a', '/backstores/ramdisk/a/alua', '/backstores/ramdisk/a/alua/default_tg_pt_gp'],
  ...['', '/tpg1', '/tpg1/luns', '/tpg1/luns/lun0', '/tpg1/acls', `/tpg1/acls/${HOST}`, '/tpg1/portals', '/tpg9'].map(
    path => `/iscsi/${WWN}${path}`,
  ),
  ...['@last', '@none', '//', '/iscsi/../backstores', '/iscsi/./'],
]
const COMMANDS = [
  ...[
    'ls',
    'cd',
    'pwd',
    'status',
    'info',
    'get',
    'set',
    'help',
    'create',
    'create',
    'create',
    'delete',
    'tag',
    'untag',
  ],
  ...['enable', 'disable', 'bookmarks', 'refresh', 'alias', 'resize', 'clear-fault', 'sessions', 'diff', 'clearconfig'],
  ...['plan', 'restoreconfig', 'enable_iser', 'write_protect', 'frob', 'toString', '__proto__', 'constructor'],
]
const VALUES = [
  ...['a', 'b', WWN, HOST, '0', '1', '2', '1M', '/backstores/ramdisk/a', '0.0.0.0', '3260', 'true', 'False', 'lun0'],
  ...['attribute', 'auth', 'parameter', 'global', 'alua', 'discovery_auth', 'setting', 'add', 'show', 'mapped_lun0'],
  ...['name=c', 'size=1M', 'wwn=', 'authentication=1', 'userid=x', 'password=" "', 'target=b', '__proto__=1', '='],
  ...['--yes', 'emulate_tpu=x', 'enable=2', 'tag=tpg3', 'depth=2', "'q r'", 'toString', 'hasOwnProperty=1'],
]
const line = fc
  .tuple(
    fc.constantFrom(...PATHS, ''),
    fc.constantFrom(...COMMANDS),
    fc.array(fc.constantFrom(...VALUES), { maxLength: 4 }),
  )
  .map(([path, command, values]) => [path, command, ...values].join(' '))

/** The parameters of a line, or why it has none. */
function readOrRefused(text: string): readonly string[] | Refusal {
  try {
    const { positional, named } = readWords(wordsOf(text))
    return [...positional, ...named.flat()]
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

describe('any line', () => {
  it('of whatever characters has words, or a quote that is wrong', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const said = readOrRefused(text)
        expect(said instanceof Refusal || said.every(each => typeof each === 'string')).toBe(true)
      }),
    )
  })

  it('gives a value back that is quoted in it, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value => {
        const quoted = value.replaceAll(/["\\]/g, String.raw`\$&`)
        expect(readWords(wordsOf(`set auth password="${quoted}" x`)).named).toEqual([['password', value]])
      }),
    )
  })

  it('is done or refused, never a bug; and what is refused has changed nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 10, maxLength: 40, size: 'max' }), async lines => {
        await bench.restart()
        for (const each of lines) {
          const before = bench.model.configuration
          const { code, err } = await bench.run([each])
          expect([0, 1, 2]).toContain(code)
          expect(err.length > 0).toBe(code !== 0)
          expect(code === 0 || bench.model.configuration === before).toBe(true)
        }
      }),
      { numRuns: 12 },
    )
  })
})
