export interface FolderListing {
  readonly path: string
  /** Null at the top. */
  readonly parent: string | null
  readonly folders: readonly { readonly name: string; readonly path: string }[]
  readonly files: readonly { readonly name: string; readonly path: string }[]
  readonly isCut: boolean
  readonly places: readonly { readonly name: string; readonly path: string }[]
}

/** Reads a folder of this computer; the trouble in words where it cannot. */
export type ListFolder = (path: string) => Promise<FolderListing | { readonly problem: string }>
