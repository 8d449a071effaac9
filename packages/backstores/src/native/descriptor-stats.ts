import { type BigIntStats, fstat } from 'node:fs'

/** What an open descriptor leads to, as fstat(2) says it, in whole numbers. @throws the system's error as a rejection. */
export const descriptorStats = (fd: number): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    fstat(fd, { bigint: true }, (error, stats) => (error ? reject(error) : resolve(stats)))
  })
