/** Why an edit is refused. */
export const EditFault = {
  /** What it is about is not there. */
  notFound: 'notFound',
  /** There is one already. */
  exists: 'exists',
  /** A value that cannot be. */
  invalid: 'invalid',
  /** It cannot change now: something uses it. */
  inUse: 'inUse',
  /** It never changes. */
  readOnly: 'readOnly',
} as const
export type EditFault = (typeof EditFault)[keyof typeof EditFault]

/** What was wrong with an edit. The configuration is as it was. */
export class EditError extends RangeError {
  override readonly name = 'EditError'
  readonly fault: EditFault
  /** Where, in targetcli's tree: `/iscsi/iqn.2026-11.com.example:disk/tpg1/luns/lun0`. */
  readonly path: string
  /** What is wrong there: "is not there". */
  readonly wrong: string
  /** What would be right: "one of lun1, lun2". */
  readonly right: string

  constructor(
    fault: EditFault,
    { path, wrong, right }: { readonly path: string; readonly wrong: string; readonly right: string },
  ) {
    super(`${path} ${wrong}; right is ${right}`)
    this.fault = fault
    this.path = path
    this.wrong = wrong
    this.right = right
  }
}

/** The refusal of an edit of what there is none of; `what` would be right where it is: "a target". */
export function notThere(path: string, what: string): EditError {
  return new EditError(EditFault.notFound, { path, wrong: 'is not there', right: `${what} that is` })
}
