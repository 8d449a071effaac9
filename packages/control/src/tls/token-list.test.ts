import { describe, expect, it } from 'vitest'
import { newToken, type TokenEntry } from './token-line.ts'
import { TokenList } from './token-list.ts'
import { TokenRole } from './token-role.ts'

const one = newToken('one', TokenRole.readOnly)
const other = newToken('other.2-x_Y', TokenRole.admin)
const listOf = (...lines: readonly string[]): TokenList => TokenList.read(lines.join('\n')) as TokenList

describe('a list of tokens', () => {
  it('knows the tokens of its lines, and no others', () => {
    const list = listOf('# who may', '', ` ${one.line} `, other.line, '')
    expect(list.find(one.token)).toMatchObject({ name: 'one', role: 'read-only' })
    expect(list.find(other.token)).toMatchObject({ name: 'other.2-x_Y', role: 'admin' })
    expect([`${one.token}x`, '', one.line].map(token => list.find(token))).toEqual([undefined, undefined, undefined])
  })

  it('has what may still do the same', () => {
    const entry = listOf(one.line).find(one.token) as TokenEntry
    const lists = [listOf(other.line, one.line), listOf(other.line), listOf(one.line.replace('read-only', 'admin'))]
    expect(lists.map(list => list.has(entry))).toEqual([true, false, false])
  })

  it.each([
    ['', 'has no token; lunkit token NAME'],
    ['# nobody', 'has no token'],
    [one.token, `line 1 has no role after the name; right is read-only or admin`],
    [`\n-x admin ${one.line.split(' ')[2]}`, 'line 2 has no name first; right is a letter or digit'],
    [`one root ${one.line.split(' ')[2]}`, 'line 1 has no role after the name'],
    [`one admin ${one.token}`, 'line 1 does not end with the hash of a token; right is sha256: and 64 hex digits'],
    [`${one.line} x`, 'line 1 does not end with the hash'],
    [`${one.line}\n${newToken('one', TokenRole.admin).line}`, 'line 2 has the name one, which a line before has'],
    [`${one.line}\n${one.line.replace('one', 'two')}`, 'line 2 has the token of a line before'],
    [Array.from({ length: 257 }, (_, at) => newToken(`t${at}`, TokenRole.admin).line).join('\n'), 'has 257 tokens'],
  ])('is none, and says why without showing it: %j', (text, why) => {
    const said = TokenList.read(text)
    expect(said).toContain(why)
    expect(said).not.toContain(one.token)
  })
})

it('a token has 256 random bits, and its line only a hash', () => {
  expect(one.token).toMatch(/^lunkit_[A-Za-z0-9_-]{43}$/)
  expect(one.line).toMatch(/^one read-only sha256:[0-9a-f]{64}$/)
  expect(newToken('one', TokenRole.readOnly).token).not.toBe(one.token)
})
