import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHAP_BINARY_BYTES,
  ChapAlgorithm,
  ChapValueError,
  chapAlgorithmOf,
  chapAlgorithms,
  chapResponse,
  formatBinary,
  parseChapAlgorithms,
  parseChapBinary,
  parseChapIdentifier,
} from '../index.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

// printf '\x27secretsecret12\x00\x01\x02\xff' | openssl dgst -HASH, of OpenSSL 3.0.19
const BY_OPENSSL = [
  [ChapAlgorithm.md5, '4a6327bd55c4f98bcbafc58903dd3b89'],
  [ChapAlgorithm.sha1, '536cdecb122cf5b146f3f3c8bc51ac2cd577fc95'],
  [ChapAlgorithm.sha256, 'e85b791a4ed2b8e5588842f1db97f8e3cdaddc05d61a8369c2b050e79a3a15d7'],
  [ChapAlgorithm.sha3_256, '87d5f49ea69582cab0f708a5a7d9b033491a961f90d0be5aeb0f9766c6d53205'],
] as const

// CHAP_I, CHAP_C and CHAP_R of an open-iscsi 2.1.8 (its secret secretsecret12) and of LIO (mutualsecret12), as
// test/fixtures/lio/open-iscsi.pcap.gz has them.
const BY_LIO = [
  [5, 0, 'secretsecret12', '0x4f5eba8a951ce98edb2227c14578ef8c', '0x21dc8f12c74ad471e344e87eee90dff1'],
  [5, 230, 'mutualsecret12', '0xe97ebbc5ee6f0cfbdffc2549738a1ed6', '0x760eb21dc9556e833deea34f38b3eb99'],
  [6, 1, 'secretsecret12', '0xf25c7f4e11cca9550ea5430173a504592d0fba03', '0xb49d30ab82a968ec42cce7016abc9fda204fbf3f'],
  [
    6,
    165,
    'mutualsecret12',
    '0x754d1437bec246286daee3f0dc64fc8cab0e4eaa',
    '0x13ae51eee1ff75b5ad005959fe7bf3c991af7e08',
  ],
  [
    ...([7, 2, 'secretsecret12', '0xf14485a1ff7690d5a839bfc27f88cfcb06530b3c03958cc2616afdc0b665ef69'] as const),
    '0xc2d277414a972571e3dbe39509e437946f6449077b52e4c74abac3810fdb3d1c',
  ],
  [
    ...([7, 216, 'mutualsecret12', '0x32f82ff5e2f389e38adaab1aba49060f54143b6e2cf64a9799a008e3a2469225'] as const),
    '0x6cad5f2c2a13f505ab449fb8f85aa7e4d1dfeaefdc3903eaed14f065725b4471',
  ],
] as const

describe('a response of CHAP', () => {
  it.each(BY_OPENSSL)('by algorithm %i is the hash that openssl computes', (algorithm, response) => {
    const challenge = Uint8Array.of(0, 1, 2, 255)
    const answer = chapResponse({ algorithm, identifier: 0x27, secret: bytes('secretsecret12'), challenge })
    expect(Buffer.from(answer).toString('hex')).toBe(response)
  })

  it.each(BY_LIO)(
    'by algorithm %i to the challenge %i is what went over the wire',
    (algorithm, identifier, ...said) => {
      const [secret, challenge, response] = said
      const question = { algorithm, identifier, secret: bytes(secret), challenge: parseChapBinary(challenge) }
      expect(formatBinary(chapResponse(question))).toBe(response)
    },
  )

  it('is as long as its algorithm says', () => {
    const lengths = chapAlgorithms.map(
      ({ algorithm }) => chapResponse({ algorithm, identifier: 1, secret: bytes(''), challenge: bytes('a') }).length,
    )
    expect(lengths).toEqual(chapAlgorithms.map(({ digestBytes }) => digestBytes))
  })

  it('is not made of an empty challenge or by an algorithm that is none', () => {
    const question = { algorithm: ChapAlgorithm.md5, identifier: 1, secret: bytes('a'), challenge: bytes('') }
    expect(() => chapResponse(question)).toThrow('challenge')
    expect(() => chapResponse({ ...question, challenge: bytes('a'), algorithm: 9 as never })).toThrow('algorithm')
    expect(chapAlgorithmOf(9)).toBeUndefined()
  })
})

describe('the values of CHAP', () => {
  it('are the binary values that were written, of up to 1024 bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: CHAP_BINARY_BYTES }),
        fc.constantFrom('hex' as const, 'base64' as const),
        (value, base) => {
          expect(Buffer.from(parseChapBinary(formatBinary(value, base))).equals(value)).toBe(true)
        },
      ),
    )
  })

  it.each(['hex', 'base64'] as const)('are not longer than 1024 bytes in %s', base => {
    const longest = new Uint8Array(CHAP_BINARY_BYTES)
    expect(parseChapBinary(formatBinary(longest, base)).length).toBe(CHAP_BINARY_BYTES)
    const tooLong = formatBinary(new Uint8Array(CHAP_BINARY_BYTES + 1), base)
    expect(() => parseChapBinary(tooLong)).toThrow(ChapValueError)
  })

  it.each(['', '0x', '0b', '0xg0', '0bY', '0bYW?j', '0bYQ=x', 'secret', `0b${'A'.repeat(1_000_000)}`])(
    'are refused where they are nothing of the kind, without being told',
    text => {
      expect(() => parseChapBinary(text)).toThrow(
        new ChapValueError('no binary value of 1 to 1024 bytes, as hexadecimal after 0x or base64 after 0b'),
      )
    },
  )

  it('are bytes or an error of their own whatever comes', () => {
    const prefixes = fc.constantFrom('0x', '0b', '0X', '0B', '')
    fc.assert(
      fc.property(prefixes, fc.string({ maxLength: 3000 }), (prefix, rest) => {
        const read = attempt(() => parseChapBinary(prefix + rest))
        expect(read instanceof Uint8Array || read instanceof ChapValueError).toBe(true)
      }),
    )
  })

  it('are identifiers of one octet', () => {
    expect(['0', '255', '0xff'].map(parseChapIdentifier)).toEqual([0, 255, 255])
    for (const bad of ['256', '-1', '', '1,2', '0x100']) expect(() => parseChapIdentifier(bad)).toThrow(ChapValueError)
  })

  it('are lists of algorithms in the order of preference, unknown ones among them', () => {
    expect(parseChapAlgorithms('8,7,6,5,4711')).toEqual([8, 7, 6, 5, 4711])
    for (const bad of ['', '5,', 'MD5', '5;6']) expect(() => parseChapAlgorithms(bad)).toThrow(ChapValueError)
  })
})

function attempt(read: () => Uint8Array): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}
