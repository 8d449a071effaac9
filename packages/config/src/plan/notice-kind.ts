/** What becomes of a part of a configuration that is not simply served. */
export const NoticeKind = {
  /** It restricts access or protects data in a way that cannot be had: what it stands on is not served at all. */
  refused: 'refused',
  /** It cannot be meant: what it stands on is not served, or is served without it; the text says which. */
  wrong: 'wrong',
  /** Nothing here knows it; it stays in the file. What is served is served without it. */
  unknown: 'unknown',
  /** lunkit does not do this yet, or not so; it stays in the file. What is served is served without it. */
  kept: 'kept',
  /** It is served as it is written, and protects less than it seems to. */
  weak: 'weak',
  /** The administrator has turned it off, or nothing uses it. */
  unused: 'unused',
} as const
export type NoticeKind = (typeof NoticeKind)[keyof typeof NoticeKind]
