import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { applyEdit } from '../edits/edits.ts'
import type { Configuration } from '../saveconfig.ts'
import { countingSources } from '../testing/edit-calls.ts'
import {
  asLunkit,
  fileDifferences,
  idleDifferences,
  treeDifferences,
  wordDifferences,
} from '../testing/lio-differences.ts'
import type { ToldEdit } from '../testing/lio-transcript.ts'
import { commands, edited, editedLast, printedFor } from '../testing/lio-transcript.ts'
import { drawTree } from './draw-tree.ts'
import { editWords } from './edit-words.ts'
import { infoLines } from './info-lines.ts'
import { statusLine } from './status-line.ts'
import { treeNode } from './tree.ts'
import type { TreeFacts } from './tree-facts.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const saved = parseConfiguration(readFileSync(LIO_FILE, 'utf8'))
const empty = parseConfiguration('{"fabric_modules": []}')
const sources = countingSources()

const made = edited.reduce((configuration, { call }) => applyEdit(configuration, call, sources).configuration, empty)

/** What the machine of the transcript knew beside its configuration: the size of a block device. */
const facts: TreeFacts = { storage: key => (key === 'block/blk0' ? { sizeBytes: 67_108_864 } : undefined) }
const drawn = (configuration: Configuration, path = '/') =>
  drawTree(each => treeNode(configuration, each, facts), { path })

const TREE = printedFor('ls')

describe('the tree, as targetcli drew it of a real LIO,', () => {
  it('is drawn of what the same commands make, line by line but for the listed differences', () => {
    expect(drawn(made)).toEqual(asLunkit(TREE, treeDifferences))
  })

  it('is drawn of the file that was saved, line by line but for the listed differences', () => {
    expect(drawn(saved)).toEqual(asLunkit(TREE, fileDifferences))
  })

  it('is the only one in the transcript, and no listed difference is idle', () => {
    expect(commands.filter(({ lines }) => lines.some(line => line.includes('o- '))).map(({ text }) => text)).toEqual([
      'ls',
    ])
    expect(idleDifferences(TREE, [...treeDifferences, ...fileDifferences])).toEqual([])
    expect(TREE.length).toBe(55)
  })

  it('has lines of 132 columns', () => {
    expect(new Set(drawn(saved).map(({ length }) => length))).toEqual(new Set([132]))
  })

  it('begins at the path that is asked for', () => {
    expect(drawn(saved, '/iscsi/iqn.2022-08.com.test:lio/tpg1/luns')).toEqual([
      `o- luns ${'.'.repeat(114)} [LUNs: 2]`,
      `  o- lun0 ${'.'.repeat(76)} [fileio/disk0 (/disk.img) (default_tg_pt_gp)]`,
      `  o- lun1 ${'.'.repeat(89)} [ramdisk/rd0 (default_tg_pt_gp)]`,
    ])
  })
})

describe('info, as targetcli told it of a real LIO,', () => {
  it.each(commands.filter(({ text }) => text.endsWith(' info')))('says the same of $text', ({ text, lines }) => {
    expect(infoLines(saved, text.replace(' info', ''))).toEqual(lines)
  })

  it('is in the transcript of three nodes', () => {
    expect(commands.filter(({ text }) => text.endsWith(' info')).length).toBe(3)
  })
})

describe('a path that is not there', () => {
  it('has the words of targetcli', () => {
    const [words] = printedFor('/nosuch ls')
    expect(() => treeNode(saved, '/nosuch')).toThrow(words as string)
  })
})

describe('status', () => {
  it('has the words that programs look for', () => {
    expect(statusLine(treeNode(empty, '/iscsi'))).toBe('Status for /iscsi: Targets: 0')
    expect(statusLine(treeNode(saved, '/iscsi/iqn.2022-08.com.test:second/'))).toBe(
      'Status for /iscsi/iqn.2022-08.com.test:second: TPGs: 2',
    )
  })
})

/** Each edit done in turn, with its words. */
function wordsOf(edits: readonly ToldEdit[], start: Configuration, showsSecrets: boolean) {
  let before = start
  return edits.map(({ text, call, words }) => {
    const after = applyEdit(before, call, sources)
    const lines = editWords({ call, before, edited: after }, { ...words, showsSecrets })
    before = after.configuration
    return { text, lines }
  })
}

const ALL = [...edited, ...editedLast]
const theirs = ALL.map(({ text }) => ({ text, lines: printedFor(text) }))
const lunkits = theirs.map(({ text, lines }) => ({ text, lines: asLunkit(lines, wordDifferences) }))
describe('the words of edits, as targetcli printed them of a real LIO,', () => {
  it('are the same, but for the listed differences', () => {
    expect(wordsOf(ALL, empty, true)).toEqual(lunkits)
  })

  it('show no password unless that is wanted', () => {
    const hidden = lunkits.map(({ text, lines }) => ({
      text,
      lines: lines.map(line => line.replace(/(password is now ')[^']+/, '$1********')),
    }))
    expect(wordsOf(ALL, empty, false)).toEqual(hidden)
  })

  it('are of every command of the transcript that changes something, and no listed difference is idle', () => {
    const changing = /^(?!saveconfig).* (?:create|set|tag|delete|disable)\b/
    const others = commands.filter(({ text }) => changing.test(text) && !ALL.some(edit => edit.text === text))
    expect(others.map(({ text }) => text)).toEqual([
      '/iscsi set discovery_auth enable=false userid=disc password=discsecret1234',
      '/loopback create',
      '/backstores/fileio create name=disk0 file_or_dev=/x.img size=1M',
      '/backstores/fileio create name=bad',
      '/iscsi create not-an-iqn',
      '/iscsi/iqn.2022-08.com.test:lio/tpg1/luns create /backstores/fileio/nope',
      '/iscsi delete iqn.2022-08.com.test:nope',
      '/iscsi/iqn.2022-08.com.test:lio/tpg1 set attribute bogus=1',
      '/iscsi/iqn.2022-08.com.test:lio/tpg1 set attribute login_timeout=99',
    ])
    expect(
      idleDifferences(
        theirs.flatMap(({ lines }) => lines),
        wordDifferences,
      ),
    ).toEqual([])
  })
})
