const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

export const libraryWords = {
  listening: (name: string) => `Listening to ${name} …`,
  listeningToHum: 'Listening to your hum …',
  reading: 'Reading your melody …',
  readingSound: (name: string) => `Reading ${name} …`,
  composing: 'Composing a melody …',
  openingDemo: 'Opening the example …',
  notesFound: (count: number) => `${plural(count, 'note', 'notes')} found.`,
  takesReady: (count: number) => `${plural(count, 'take is', 'takes are')} ready. Press 1 to listen.`,
  tryAgain: 'Try again',
}

export const evaluationWords = { ready: 'The comparison is ready.' }
