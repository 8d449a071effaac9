/** The hashes of CHAP by their number in CHAP_A: IANA's registry of PPP authentication algorithms, RFC 7143 12.1.3. */
export const ChapAlgorithm = { md5: 5, sha1: 6, sha256: 7, sha3_256: 8 } as const
export type ChapAlgorithm = (typeof ChapAlgorithm)[keyof typeof ChapAlgorithm]

/** What is known of an algorithm of CHAP. */
export interface ChapAlgorithmRow {
  readonly algorithm: ChapAlgorithm
  /** Its name, as people write it. */
  readonly name: 'MD5' | 'SHA1' | 'SHA256' | 'SHA3-256'
  /** The length of a response, in bytes. */
  readonly digestBytes: number
  /** Its name in node:crypto. */
  readonly hash: string
}

/** All algorithms of CHAP, the strongest first. */
export const chapAlgorithms: readonly ChapAlgorithmRow[] = [
  { algorithm: ChapAlgorithm.sha3_256, name: 'SHA3-256', digestBytes: 32, hash: 'sha3-256' },
  { algorithm: ChapAlgorithm.sha256, name: 'SHA256', digestBytes: 32, hash: 'sha256' },
  { algorithm: ChapAlgorithm.sha1, name: 'SHA1', digestBytes: 20, hash: 'sha1' },
  { algorithm: ChapAlgorithm.md5, name: 'MD5', digestBytes: 16, hash: 'md5' },
]

const byNumber: ReadonlyMap<unknown, ChapAlgorithmRow> = new Map(chapAlgorithms.map(row => [row.algorithm, row]))

/** What is known of the algorithm of this number; undefined for numbers that none has. */
export const chapAlgorithmOf = (algorithm: number): ChapAlgorithmRow | undefined => byNumber.get(algorithm)
