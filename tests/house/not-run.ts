/** ```console blocks of the documents that no test runs, by document and first command, with the reason. */
export const notRun: readonly { readonly path: string; readonly command: string; readonly why: string }[] = [];
