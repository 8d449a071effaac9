import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from './conf-text.ts'
import { ConfError, parseConf } from './conf-text.ts'
import { converted } from './conversion.ts'

const around = {
  names: new Set<string>(),
  serials: [],
  isBlockDevice: async () => false,
  portal: { ip_address: '0.0.0.0', port: 3260 },
}

const said = ({ directives }: Block): string[] => directives.map(({ name, value }) => `${name}=${value}`)

describe('the text of a targets.conf', () => {
  it.each([
    ['a b', ['a=b']],
    ['a = b c', ['a=b c']],
    ['a=b', ['a=b']],
    ['  a\t b  # c', ['a=b']],
    [String.raw`password a\#b`, ['password=a#b']],
    ['a "b c"', ['a=b c']],
    ['a', ['a=']],
    ['# a\n\n b c', ['b=c']],
    ['a b\\\nc', ['a=bc']],
    ['/* a\nb */\nc d', ['c=d']],
    ['<<include /etc/tgt/*.conf>>', ['include=/etc/tgt/*.conf']],
    ['include /etc/tgt/*.conf', ['include=/etc/tgt/*.conf']],
  ])('%j says %j', (text, directives) => {
    expect(said(parseConf(text, 'f'))).toEqual(directives)
  })

  it('has blocks in blocks, each with its line', () => {
    const { blocks } = parseConf('\n<target iqn.a>\n  <backing-store "/a b">\n lun 3\n</backing-store>\n</target>', 'f')
    expect(blocks).toMatchObject([
      {
        ...{ kind: 'target', name: 'iqn.a', at: { file: 'f', line: 2 } },
        blocks: [{ kind: 'backing-store', name: '/a b', directives: [{ name: 'lun', value: '3', at: { line: 4 } }] }],
      },
    ])
  })

  it.each([
    ['<target a>', 1, '<target> has no end; right is </target> after it'],
    ['\n</target>', 2, '</target> ends what nothing has begun'],
    ['<target a>\n<b c>\n</target>', 3, '</target> is in the place of </b>'],
    ['<>', 1, '"<>" says nothing'],
  ])('%j is refused for line %i: %s', (text, line, message) => {
    expect(() => parseConf(text, 'f')).toThrow(expect.objectContaining({ message, at: { file: 'f', line } }))
  })

  it('may be large', async () => {
    const stores = Array.from({ length: 30_000 }, (_, at) => `<backing-store /${at}/a>\n</backing-store>`)
    const text = ['<target iqn.2026-11.com.example:a>', ...stores, `<a ${' '.repeat(100_000)}x`, '</target>']
    await expect(async () => parseConf(text.join('\n'), 'f')).rejects.toThrow(ConfError)
    const { targets } = await converted(parseConf(text.with(-2, '').join('\n'), 'f'), around)
    expect(targets).toMatchObject([{ tpgs: [{ luns: { length: 30_000 } }] }])
  })

  const words = fc.constantFrom(
    ...[
      'target iqn.2026-11.com.example:a',
      '<',
      '>',
      '</',
      '\n',
      ' ',
      '#',
      '\\',
      '"',
      '=',
      'lun',
      'backing-store',
      '/a',
      '7',
    ],
    ...[
      'initiator-address',
      'initiator-name',
      'incominguser a b',
      'scsi_sn',
      '<backing-store /b>',
      '</backing-store>',
      '</target>',
    ],
  )
  const texts = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes).toString('utf8')),
    fc.array(words, { maxLength: 40 }).map(each => each.join('')),
  )

  it('whatever it is, it is read or refused, and what was read becomes a configuration', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async text => {
        const outcome = await Promise.resolve()
          .then(() => converted(parseConf(text, 'f'), around))
          .then(
            ({ targets }) => Array.isArray(targets),
            (error: unknown) => error instanceof ConfError,
          )
        expect(outcome).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
