/** What can be wrong. */
export const FindingKind = {
  /** An error came out of the target where nothing catches it. */
  threw: 'threw',
  /** The device server or a store told of a bug of its own. */
  bug: 'bug',
  /** A connection ended because of a bug of the target. */
  fault: 'fault',
  /** Transfer memory was not given back when nobody was connected any more. */
  memoryKept: 'memory-kept',
  /** A task stayed in a task set when its session was gone. */
  taskKept: 'task-kept',
  /** A connection, a session or a nexus stayed. */
  sessionKept: 'session-kept',
  /** A deadline stayed. */
  deadlineKept: 'deadline-kept',
  /** Something went on for more turns than it may take. */
  hung: 'hung',
  /** A request had no answer, and its connection had not ended. */
  unanswered: 'unanswered',
  /** A task management function was answered while data was outstanding that its answer waits for. */
  answeredEarly: 'answered-early',
  /** An answer to nothing that was asked. */
  unasked: 'unasked',
  /** StatSN, ExpCmdSN, MaxCmdSN, DataSN or R2TSN broke a rule. */
  numbering: 'numbering',
  /** Somebody got further at the guarded target who has not shown who it is, or was shown something. */
  letIn: 'let-in',
  /** A challenge of CHAP was asked a second time. */
  askedAgain: 'asked-again',
  /** The target broke another rule of the protocol. */
  protocol: 'protocol',
  /** Data of a read is not what was written, or a comparison came out wrong. */
  wrongData: 'wrong-data',
  /** A store holds something else than what was acknowledged. */
  wrongContents: 'wrong-contents',
  /** GOOD for a write of which bytes had not come. */
  goodWithoutData: 'good-without-data',
  /** GOOD for a command whose store operation had failed. */
  goodAfterFault: 'good-after-fault',
  /** A PDU with a wrong digest was acted on. */
  digestIgnored: 'digest-ignored',
  /** A stream that cannot be followed was followed. */
  followed: 'followed',
  /** A session that keeps the rules was not served. */
  goodSession: 'good-session',
  /** The decoder and the plain reading of the stream differ. */
  decoderDiffers: 'decoder-differs',
  /** The process grew. */
  grew: 'grew',
} as const
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind]

/** Something that is wrong. Thrown where it is seen. */
export class Finding extends Error {
  override readonly name = 'Finding'
  readonly kind: FindingKind

  constructor(kind: FindingKind, detail: string, cause?: unknown) {
    super(`${kind}: ${detail}`, { cause })
    this.kind = kind
  }
}
