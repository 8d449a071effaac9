/** Which disks could be opened, by their StoragePlan's `key`. */
export type OpenDisks = Pick<ReadonlySet<string>, 'has'>
