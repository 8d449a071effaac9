import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isCode, openingError, systemError } from './file-opening-error.ts'

const PATH = '/srv/disk.img'

/** What the system threw. */
const thrown = (code: keyof typeof constants.errno) =>
  Object.assign(new Error(`${code}: it failed, open '${PATH}'`), { code, errno: -constants.errno[code] })

describe('a file that the system does not open', () => {
  it.each([
    ['EACCES', false, 'noPermission', 'permission is denied (EACCES); make it writable, or open the store read-only'],
    ['EPERM', false, 'noPermission', 'permission is denied (EPERM); make it writable, or open the store read-only'],
    ['EACCES', true, 'noPermission', 'permission is denied (EACCES); allow this user to read it'],
    [
      'EROFS',
      false,
      'readOnlyFileSystem',
      'its file system is mounted read-only (EROFS); make it writable, or open the store read-only',
    ],
    ['EISDIR', false, 'notARegularFile', 'it is a directory; give the path of a regular file'],
    [
      'EEXIST',
      false,
      'system',
      'it is a symbolic link that leads nowhere, or was created at this moment; remove it, or try again',
    ],
    ['ENOSPC', false, 'noSpace', 'its file system has no room for it (ENOSPC); free some, or give a smaller size'],
    ['EMFILE', false, 'system', `the system says EMFILE: it failed, open '${PATH}'`],
  ] as const)('with %s (read-only: %o) is refused for %s', (code, readOnly, reason, text) => {
    const cause = thrown(code)
    expect(openingError(PATH, readOnly, cause)).toMatchObject({
      path: PATH,
      reason,
      message: `cannot open ${PATH}: ${text}`,
      cause,
    })
  })
})

describe('anything else that fails', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'] as const)('with %s is a want of space', code => {
    const error = systemError(PATH, thrown(code))
    expect([error.reason, error.message]).toEqual([
      'noSpace',
      `cannot open ${PATH}: its file system has no room for it (${code}); free some, or give a smaller size`,
    ])
  })

  it('is told in the words of the system, or whatever was thrown', () => {
    expect(systemError(PATH, thrown('EIO'))).toMatchObject({
      reason: 'system',
      message: `cannot open ${PATH}: the system says EIO: it failed, open '${PATH}'`,
    })
    expect(systemError(PATH, 'a text').message).toBe(`cannot open ${PATH}: the system says a text`)
  })

  it('has its code, or another one', () => {
    expect([isCode(thrown('ENOENT'), 'ENOENT'), isCode(thrown('ENOENT'), 'ENOTDIR')]).toEqual([true, false])
  })
})
