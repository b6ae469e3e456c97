const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

export const datasetWords = {
  building: 'Building the data set …',
  built: 'The data set is built.',
  exporting: 'Writing the data set …',
  exported: (files: number, bytes: number) => `${files === 1 ? 'One file' : `${files} files`} written, ${megabytes(bytes)}.`,
  opening: 'Opening the data set …',
}

export const coverageWords = {
  nothingMissing: 'Nothing of that is missing.',
  doesNotFit: 'It does not fit yet.',
  kept: 'It fits and is kept.',
  sessionName: (date: Date) =>
    `Recorded for the holes, ${date.toLocaleDateString(undefined, { day: 'numeric', month: 'long', year: 'numeric' })}`,
}
