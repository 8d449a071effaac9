import { describe, expect, it } from 'vitest'
import { isComment, readWords } from './command-line.ts'
import { wordsOf, wordsOfArguments } from './words.ts'

const texts = (line: string): string[] => wordsOf(line).map(({ text }) => text)

describe('the words of a line', () => {
  it.each([
    ['', []],
    [' \t ', []],
    ['ls /iscsi 1', ['ls', '/iscsi', '1']],
    ['password="a b"', ['password=a b']],
    [`password='a "b" c'`, ['password=a "b" c']],
    [`password="it's"`, [`password=it's`]],
    [`password=it's`, [`password=it's`]],
    ['password=a"b', ['password=a"b']],
    [String.raw`password="a\"b\\c\d"`, [String.raw`password=a"b\c\d`]],
    [String.raw`password='a\b'`, [String.raw`password=a\b`]],
    [String.raw`password=a\b`, [String.raw`password=a\b`]],
    ['password=&!#$^*;|~`(){}<>?', ['password=&!#$^*;|~`(){}<>?']],
    [`password="" userid=''`, ['password=', 'userid=']],
    [`'a b' "c d"`, ['a b', 'c d']],
    ['password=a=b', ['password=a=b']],
    ['ls\r', ['ls']],
  ])('of %j are %j', (line, words) => {
    expect(texts(line)).toEqual(words)
  })

  it.each([
    ['password="a', 'The quote at column 10 has no end.'],
    [`ls 'a`, 'The quote at column 4 has no end.'],
    [`password='it's'`, 'The quote at column 10 ends within a word.'],
  ])('are refused in %j: %s', (line, message) => {
    expect(() => wordsOf(line)).toThrow(message)
  })

  it('of the arguments of a program are those arguments, but for the first, which is a line', () => {
    const secret = `password=& ! # $ ^ * ' " \\ x`
    expect(wordsOfArguments(['/iscsi set', 'discovery_auth', secret]).map(({ text }) => text)).toEqual([
      '/iscsi',
      'set',
      'discovery_auth',
      secret,
    ])
  })
})

describe('a line', () => {
  it.each([
    ['/iscsi create iqn.a', { path: '/iscsi', command: 'create', positional: ['iqn.a'], named: [] }],
    ['ls /iscsi 1', { path: undefined, command: 'ls', positional: ['/iscsi', '1'], named: [] }],
    ['iscsi/', { path: 'iscsi/', command: undefined, positional: [], named: [] }],
    ['.. ls', { path: '..', command: 'ls', positional: [], named: [] }],
    ['@last ls', { path: '@last', command: 'ls', positional: [], named: [] }],
    [
      'luns create /a/b lun=1',
      { path: undefined, command: 'luns', positional: ['create', '/a/b'], named: [['lun', '1']] },
    ],
    ['set auth userid=', { path: undefined, command: 'set', positional: ['auth'], named: [['userid', '']] }],
    ['create /a=b', { path: undefined, command: 'create', positional: ['/a=b'], named: [] }],
    ['apply f --yes', { path: undefined, command: 'apply', positional: ['f'], named: [['yes', 'true']] }],
    ['', { path: undefined, command: undefined, positional: [], named: [] }],
  ])('of %j says %j', (line, said) => {
    expect(readWords(wordsOf(line))).toEqual(said)
  })

  it('is a comment when it begins with "#", and not when it has one later', () => {
    expect([' # a', '', '  ', 'ls # a'].map(isComment)).toEqual([true, true, true, false])
  })
})
