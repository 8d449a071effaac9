import { describe, expect, it } from 'vitest'
import { connectionsThatFit, readOpenFilesLimit } from './open-files.ts'

const page = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 20000                files     \n`

describe('the limit of open files', () => {
  it('is what the kernel says of the process', () => {
    expect(readOpenFilesLimit(page('1024'))).toBe(1024)
    expect(readOpenFilesLimit(page('unlimited'))).toBe(Number.POSITIVE_INFINITY)
    expect(readOpenFilesLimit('Limit  Soft Limit\n')).toBe(Number.POSITIVE_INFINITY)
    expect(readOpenFilesLimit()).toBeGreaterThan(100)
  })

  it('leaves to connections what lunkitd does not need itself', () => {
    expect(connectionsThatFit(1024, 10)).toBe(940)
    expect(connectionsThatFit(65, 10)).toBe(1)
  })
})
