/** The bytes of a number in a CDB. */
const bytes = (value: number, count: number): string =>
  value
    .toString(16)
    .padStart(2 * count, '0')
    .replaceAll(/..(?!$)/g, '$& ')

/** Lengths of blocks that are written, the last behind a filemark: one is longer than what lunkitd moves at once of other data. */
const blocks = [1000, 5000, 700_000, 300] as const
const askedBytes = 2048
/** SSC-3 7.2: SILI, a block of another length is no error. */
const sili = 2

const send = (cdb: string): string => `say $tape ${cdb} 00`
const write = (length: number): string => `say -s ${length} -i /tmp/tape-data $tape 0a 00 ${bytes(length, 3)} 00`
/** Of what is read, so many bytes are the block's: tgt tells what is behind them for read, too, which is whatever its memory had. */
const read = (brought: number, { flags = 0, length = askedBytes } = {}): string =>
  `say -r ${length} -o /tmp/read $tape 08 ${bytes(flags, 1)} ${bytes(length, 3)} 00; head -c ${brought} /tmp/read | cksum; : > /tmp/read`
const rewind = send('01 00 00 00 00')

/** Script: says how each command to a tape ended, with its sense data and what it brought: blocks of any length, and filemarks. */
export const tapeLines = (node: string): string => `
  tape=${node}
  say() { echo "$*" | sed "s|$tape|TAPE|"; sg_raw "$@" 2>&1 | sed '/^ *$/d'; }
  [ -f /tmp/tape-data ] || head -c 1000000 /dev/urandom > /tmp/tape-data
  : > /tmp/read
  for again in 1 2 3; do sg_raw $tape 00 00 00 00 00 00 > /dev/null 2>&1 || true; done
  ${[
    rewind,
    ...blocks.slice(0, -1).map(write),
    send('10 00 00 00 01'),
    ...blocks.slice(-1).map(write),
    rewind,
    ...[read(1000), read(askedBytes), read(700_000, { length: 700_000 }), read(0), read(300, { flags: sili }), read(0)],
    ...[
      send('11 01 ff ff ff'),
      send('11 00 ff ff ff'),
      read(5000, { length: 700_000 }),
      send('11 01 00 00 09'),
      rewind,
    ],
    ...['say -r 6 $tape 05 00 00 00 00 00', 'say -r 64 $tape 1a 00 3f 00 40 00'],
  ].join('\n  ')}`

/** Script: what a changer says of its elements. */
export const changerLines = (node: string): string => `
  for again in 1 2 3; do sg_raw ${node} 00 00 00 00 00 00 > /dev/null 2>&1 || true; done
  sg_inq ${node}; sg_raw ${node} 07 00 00 00 00 00; sg_raw -r 512 ${node} b8 10 00 00 00 ff 00 00 02 00 00 00`

/** Script: has a changer move the tape of one slot to the other. */
export const moveTape = (node: string): string => `sg_raw ${node} a5 00 00 10 00 20 00 21 00 00 00 00`
