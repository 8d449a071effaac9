import { describe, expect, it } from 'vitest'
import { byteAccess, opcodeLiterals } from './byte-access.ts'
import { clauses, fieldPointers } from './clauses.ts'
import { documented } from './documented.ts'
import { fileName } from './file-name.ts'
import { fileLength, folderSizes, functionLength, medianLines, storeLength } from './length.ts'
import type { Rule } from './rule.ts'
import { SourceFile } from './source-file.ts'
import { everyTestRuns } from './test-modifiers.ts'
import { noUnfinished } from './text-rule.ts'
import { noAny, noSilencing } from './typed.ts'

const ENGINE = 'packages/scsi-engine/src/read.ts'
const WIRE = 'packages/wire/src/read.ts'
const TEST = 'packages/scsi-engine/src/read.test.ts'

/** The lines of a file at which a rule finds something. */
function linesFound(rule: Rule, text: string, path = ENGINE): number[] {
  return rule.check(new SourceFile(path, text)).map(violation => violation.line)
}

const lines = (count: number) => 'f()\n'.repeat(count)

describe('the rule about byte access', () => {
  it.each([
    'view.getUint16(0)',
    'view.getBigUint64(8)',
    'view.setUint8(0, 1)',
    'buffer.readUInt32BE(4)',
    'buffer.writeUIntBE(1, 4, 3)',
    'buffer.readInt8(0)',
    'x = a << 8',
    'x = (a << 16) | b',
    'x <<= 24',
  ])('finds %s', text => {
    expect(linesFound(byteAccess, `ok()\n${text}\n`)).toEqual([2])
  })

  it.each(['x = 1 << 9', 'x = n << shift', 'reader.read(1)', 'counter.getInterval()'])('lets %s pass', text => {
    expect(linesFound(byteAccess, text)).toEqual([])
  })

  it('lets wire and tests pass', () => {
    expect(linesFound(byteAccess, 'view.getUint16(0)', WIRE)).toEqual([])
    expect(linesFound(byteAccess, 'buffer.readUInt32BE(0)', TEST)).toEqual([])
  })
})

describe('the rule about opcode literals', () => {
  it.each([
    'switch (o) { case 0x28: f() }',
    'if (x === 0x28) f()',
    'if (opcode !== 40) f()',
    'f({ opcode: 40 })',
    'f(cdb[0])',
    'f(task.cdb[1])',
  ])('finds %s', text => {
    expect(linesFound(opcodeLiterals, `ok()\n${text}`)).toEqual([2])
  })

  it.each(['switch (o) { case Read10.opcode: f() }', 'if (x === 0) f()', 'if (x === 0x8000_0000) f()', 'f(cdb[i])'])(
    'lets %s pass',
    text => {
      expect(linesFound(opcodeLiterals, text)).toEqual([])
    },
  )

  it('lets the declarations of pdu and scsi pass', () => {
    expect(linesFound(opcodeLiterals, 'f({ opcode: 0x28 })', 'packages/scsi/src/read-10.ts')).toEqual([])
    expect(linesFound(opcodeLiterals, 'f({ opcode: 0x01 })', 'packages/pdu/src/scsi-command.ts')).toEqual([])
  })
})

describe('the rule that every test runs', () => {
  it.each(['it.skip', 'it.only', 'describe.todo', 'it.skipIf(x)', 'test.runIf(x)', 'it.concurrent.skip', 'xit'])(
    'finds %s',
    call => {
      expect(linesFound(everyTestRuns, `\n${call}('a', () => {})`, TEST)).toEqual([2])
    },
  )

  it('finds a test that skips itself', () => {
    expect(linesFound(everyTestRuns, "it('a', ctx => ctx.skip())", TEST)).toEqual([1])
  })

  it('lets tables of tests and other words pass', () => {
    expect(linesFound(everyTestRuns, "it.each([1])('a', n => stream.skip(n))", TEST)).toEqual([])
  })
})

describe('the rules about types', () => {
  it.each(['let x: any', 'f(x as any)', 'type A = Array<any>'])('find %s', text => {
    expect(linesFound(noAny, text)).toEqual([1])
  })

  it('let the word any pass in text and names', () => {
    expect(linesFound(noAny, "const any = 'any' // any: of them")).toEqual([])
  })

  it.each(['ignore', 'nocheck'])('find @ts-%s', what => {
    expect(linesFound(noSilencing, `// @ts-${what}`)).toEqual([1])
    expect(linesFound(noSilencing, '// @ts-expect-error: must not compile')).toEqual([])
  })
})

describe('the rule about unfinished work', () => {
  it.each(['TO', 'FIX'])('finds %s...', start => {
    expect(linesFound(noUnfinished, `f()\n// ${start}${start === 'TO' ? 'DO' : 'ME'}: later`)).toEqual([2])
  })
})

describe('the rule about file names', () => {
  it.each(['util.ts', 'session-helpers.ts', 'common.test.ts', 'lane-manager.ts', 'iScsi.ts', 'a_b.ts'])(
    'finds %s',
    name => {
      expect(linesFound(fileName, '', `packages/pdu/src/${name}`)).toEqual([1])
    },
  )

  it.each(['scsi-command.ts', 'scsi-command.test.ts', 'crc32c.ts', 'vitest.config.ts'])('lets %s pass', name => {
    expect(linesFound(fileName, '', `packages/pdu/src/${name}`)).toEqual([])
  })
})

describe('the rules about length', () => {
  it('find a file of 401 lines, not one of 400', () => {
    expect(linesFound(fileLength, lines(401))).toEqual([1])
    expect(linesFound(fileLength, lines(400))).toEqual([])
  })

  it('find a file of a store with 201 lines, not one of 200, nor one of something else', () => {
    const store = 'packages/backstores/src/fileio/fileio.ts'
    expect(linesFound(storeLength, lines(201), store)).toEqual([1])
    expect(linesFound(storeLength, lines(200), store)).toEqual([])
    expect(linesFound(storeLength, lines(201), 'packages/backstores/src/fileio/fileio.test.ts')).toEqual([])
    expect(linesFound(storeLength, lines(201))).toEqual([])
  })

  it('count the files of each folder, without tests', () => {
    const names = ['a.ts', 'b.ts', 'b.test.ts', 'unit/c.ts', 'testing/d.ts']
    const files = names.map(name => new SourceFile(`packages/scsi-engine/src/${name}`, ''))
    expect([...folderSizes(files, 'packages/scsi-engine/src/')]).toEqual([
      ['packages/scsi-engine/src', 2],
      ['packages/scsi-engine/src/unit', 1],
    ])
  })

  it('find a function of 61 lines, not one of 60', () => {
    expect(linesFound(functionLength, `\nfunction g() {\n${lines(59)}}\n`)).toEqual([2])
    expect(linesFound(functionLength, `\nfunction g() {\n${lines(58)}}\n`)).toEqual([])
  })

  it('find a long method and a long test, but let a long describe pass', () => {
    expect(linesFound(functionLength, `class A {\n  m() {\n${lines(60)}}}\n`)).toEqual([2])
    expect(linesFound(functionLength, `it('a', () => {\n${lines(60)}})\n`, TEST)).toEqual([1])
    expect(linesFound(functionLength, `describe('a', () => {\n${lines(60)}})\n`, TEST)).toEqual([])
    expect(linesFound(functionLength, `describe.each([1])('a', () => {\n${lines(60)}})\n`, TEST)).toEqual([])
  })

  it('take the file in the middle for the median', () => {
    expect(medianLines([300, 7, 20].map(count => new SourceFile(ENGINE, lines(count))))).toBe(20)
  })
})

describe('the rule about clauses', () => {
  const CDB = 'packages/scsi/src/cdb/read.ts'

  it.each(['SBC-4', 'SPC-5 ', 'SBC-4 READ (10)', 'SBC-4 5.', 'READ (10) command', 'SBC-4, '])('finds %j', spec => {
    expect(linesFound(clauses, `export const Read10 = cdb({ name: 'READ (10)', spec: '${spec}' })`, CDB)).toEqual([1])
  })

  it.each(['SBC-4 5.16', 'SAM-5 4.7.7.5', 'SBC-4, VERIFY (10) command', 'SPC-5 4.4.2, information descriptor'])(
    'lets %j pass',
    spec => {
      expect(linesFound(clauses, `export const Read10 = cdb({ name: 'READ (10)', spec: '${spec}' })`, CDB)).toEqual([])
    },
  )
})

describe('the rule about field pointers', () => {
  it.each(["const AT = { in: 'cdb', byte: 2 }", "f({ pointer: { in: 'parameters', byte: 1, bit: 4 } })"])(
    'finds %s',
    text => {
      expect(linesFound(fieldPointers, text)).toEqual([1])
    },
  )

  it.each(["pointerTo(Inquiry, 'pageCode')", "({ in: 'cdb', byte: at })", "({ in: 'cdb', ...stray })"])(
    'lets %s pass',
    text => {
      expect(linesFound(fieldPointers, text)).toEqual([])
    },
  )

  it('lets tests pass', () => {
    expect(linesFound(fieldPointers, "expect(pointer).toEqual({ in: 'cdb', byte: 2 })", TEST)).toEqual([])
  })
})

describe('the rule about doc comments', () => {
  it.each([
    'export const a = 1',
    'export function a() {}',
    'export class A {}',
    'export interface A {}',
    'export type A = 1',
    '// Not a doc comment.\nexport const a = 1',
    "export const Read10 = cdb({ name: 'READ (10)', opcode: 0x28 })",
  ])('finds %s', text => {
    expect(linesFound(documented, text)).toHaveLength(1)
  })

  it.each([
    '/** A. */\nexport const a = 1',
    '/** A. */\nexport const A = {} as const\nexport type A = 1',
    '/** A. */\nexport function a(x: string): void\nexport function a(x: number): void\nexport function a() {}',
    "export { a } from './a.ts'",
    "export const Read10 = cdb({ name: 'READ (10)', spec: 'SBC-4 5.16', opcode: 0x28 })",
    'const a = 1',
    'export default {}',
  ])('lets %s pass', text => {
    expect(linesFound(documented, text)).toEqual([])
  })
})
