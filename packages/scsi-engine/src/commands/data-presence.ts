/** Whether a CDB with an allocation length lets anything be returned. */
export const allocates = ({ allocationLength }: { readonly allocationLength: number }): boolean => allocationLength > 0

/** Whether a CDB with a parameter list has one that is not empty. */
export const hasParameters = ({ parameterListLength }: { readonly parameterListLength: number }): boolean =>
  parameterListLength > 0

/** Whether a CDB that says how many blocks it is about means any. */
export const hasBlocks = ({ blocks }: { readonly blocks: number }): boolean => blocks > 0
