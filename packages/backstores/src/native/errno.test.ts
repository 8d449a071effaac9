import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { causeOf, faultOf, negativeErrno, syncFaultOf } from './errno.ts'
import { SystemCall, systemCallName } from './system-call.ts'

const { errno } = constants

describe('an error number of the system', () => {
  it.each([
    ['io', ['EIO', 'EBADMSG', 'EINVAL', 'ENOMSG']],
    ['noSpace', ['ENOSPC', 'EDQUOT', 'EFBIG']],
    ['readOnly', ['EROFS', 'EPERM', 'EACCES']],
    ['gone', ['ENODEV', 'ENXIO', 'ESTALE', 'EBADF']],
    ['noMemory', ['ENOMEM', 'ENOBUFS', 'EAGAIN']],
    ['unsupported', ['EOPNOTSUPP', 'ENOSYS']],
  ] as const)('means the fault %s: %s', (fault, codes) => {
    for (const code of codes) expect(faultOf(errno[code])).toBe(fault)
    const ofSync = fault === 'noSpace' ? 'io' : fault
    for (const code of codes) expect(syncFaultOf(errno[code])).toBe(ofSync)
  })

  it('is told by its name, the first of two, and by its number where it has none', () => {
    expect(causeOf(5, SystemCall.pread)).toEqual({ code: 'EIO', errno: 5, call: 'pread' })
    expect(causeOf(11, SystemCall.preadv2)).toEqual({ code: 'EAGAIN', errno: 11, call: 'preadv2' })
    expect(causeOf(4095, SystemCall.lseek)).toEqual({ code: 'E4095', errno: 4095, call: 'lseek' })
  })

  it('is what a call of node:fs threw, and what has none is thrown on', () => {
    expect(negativeErrno(Object.assign(new Error('EIO: i/o error, read'), { errno: -5 }))).toBe(-5)
    for (const bug of [new TypeError('a bug'), undefined, 'text']) {
      let thrown: unknown = 'nothing'
      try {
        negativeErrno(bug)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBe(bug)
    }
  })
})

describe('a system call', () => {
  it('has the name of its manual page', () => {
    expect(Object.values(SystemCall).map(systemCallName)).toEqual([
      'none',
      'pread',
      'preadv2',
      'pwrite',
      'pwritev2',
      'fdatasync',
      'fallocate',
      'lseek',
      'fstat',
      'ioctl',
    ])
  })
})
