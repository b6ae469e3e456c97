/**
 * The error catalogue: every failure a user can meet, in two sentences, plus whether a retry can help.
 * `{name}` placeholders are filled from the error's details. The CLI and the UI print the same words.
 */
export interface ErrorText {
  readonly message: string
  readonly remedy: string
  readonly retryable: boolean
}

const entry = (message: string, remedy: string, retryable = false): ErrorText => ({ message, remedy, retryable })

export const ERROR_CATALOGUE = {
  INTERNAL: entry(
    'Something went wrong inside Fiddlehead ({traceId}).',
    'Try again; if it happens twice, send the log file with this code.',
  ),
  INVALID_ARGUMENT: entry('{what}', 'Run the command with --help to see what it takes.'),
  FILE_NOT_FOUND: entry('There is no file at "{path}".', 'Check the path and try again.'),
  FILE_IS_FOLDER: entry('"{path}" is a folder, not a file.', 'Name a file inside it.'),
  FILE_UNREADABLE: entry('The file "{path}" could not be read.', 'Check that you may open it, then try again.'),
  FILE_UNWRITABLE: entry('The file "{path}" could not be written.', 'Choose a folder that you may write to.'),
  DISK_FULL: entry(
    'The disk is full, so "{path}" was not written.',
    'Free some space and try again; nothing that was saved before is lost.',
    true,
  ),
  AUDIO_UNKNOWN_FORMAT: entry('"{path}" is not a sound file that Fiddlehead knows{hint}.', 'Use WAV, FLAC, MP3, OGG, Opus, AIFF or M4A.'),
  AUDIO_DECODER_MISSING: entry(
    '"{path}" holds {format} sound, whose decoder does not run on this computer.',
    'Convert it to WAV, FLAC or MP3 and use that file.',
  ),
  AUDIO_CORRUPT: entry('"{path}" is damaged: {reason}.', 'Export the recording again and use the new file.'),
  AUDIO_EMPTY: entry('"{path}" holds no sound at all.', 'Record again and check that the right microphone is chosen.'),
  AUDIO_SILENT: entry('The recording is silent (peak {peakDb} dBFS).', 'Raise the microphone level and hum again.'),
  AUDIO_TOO_SHORT: entry('The recording is too short ({seconds} s).', 'Hum for at least {minimumSeconds} seconds.'),
  AUDIO_TOO_LONG: entry(
    'The recording is {minutes} minutes long; at most {maximumMinutes} fit into one hum.',
    'Cut it into phrases and hum them one by one.',
  ),
  HUM_NO_MELODY: entry('No melody was found in the recording{reason}.', 'Hum one note at a time, near the microphone, in a quiet room.'),
  HUM_POLYPHONIC: entry('More than one voice sounds at a time in the recording.', 'Hum a single line without accompaniment.'),
  MELODY_UNREADABLE: entry(
    'The melody could not be read: {reason}.',
    'Write notes such as "A4 B4 C#5 in quarter notes at 96", ABC, or give a MIDI file.',
  ),
  PROMPT_EMPTY: entry(
    'Neither a melody nor a prompt that names one was given.',
    'Hum, open a MIDI file, or write notes such as "A4 B4 C#5".',
  ),
  MODEL_NOT_INSTALLED: entry(
    'The model "{model}" is not on this computer.',
    'Run "npm start" once to restore it, or reinstall Fiddlehead.',
  ),
  MODEL_DAMAGED: entry('The model "{model}" is damaged: {reason}.', 'Restore the models folder and try again.'),
  SENTENCE_ENCODER_MISSING: entry(
    'The sentence encoder that compares words with sound is not at "{path}".',
    'Run "node build/scripts/setup.mjs --retry" once with a network.',
  ),
  CLIP_TOO_LONG: entry(
    'The clip would last {seconds} s; at most {maximumSeconds} fit into one take.',
    'Give a shorter length to hear the beginning, or cut the melody into phrases.',
  ),
  VOICE_NOT_FOUND: entry('There is no voice called "{voice}".', 'Choose one of: {voices}.'),
  NOT_FOUND: entry('There is no {kind} with the id "{id}".', 'Refresh the list; it may have been removed.'),
  DATABASE_NEWER: entry(
    'The library was written by a newer Fiddlehead (version {found}, this one knows {known}).',
    'Install the newer Fiddlehead; nothing was changed.',
  ),
  DATABASE_UNUSABLE: entry(
    'The library at "{path}" cannot be opened: {reason}.',
    'Check that the folder may be written to; a backup lies beside it.',
  ),
  LIBRARY_READ_ONLY: entry(
    'The library at "{path}" may not be written to.',
    'Give yourself write access to that folder, or choose another with --data-dir.',
  ),
  LIBRARY_IN_USE: entry(
    'Another Fiddlehead is using the library at "{path}"{hint}.',
    'Close it first, or choose another folder with --data-dir.',
  ),
  FILE_TOO_LARGE: entry(
    '"{path}" is too large ({megabytes} MB); at most {maximumMegabytes} MB fit.',
    'Cut the recording into phrases and use them one by one.',
  ),
  BACKEND_UNAVAILABLE: entry(
    'The compute backend "{backend}" cannot be used: {reason}.',
    'Run "npm run fiddlehead -- doctor" to see what is missing.',
  ),
  CORPUS_MATERIAL_MISSING: entry('Training material is missing: {what}.', '{how}'),
  CHECKPOINT_UNUSABLE: entry('The checkpoint "{path}" cannot be used: {reason}.', 'Delete it to start again, or name another run.'),
  TRAINING_DIVERGED: entry(
    'Training produced no usable numbers at step {step}.',
    'Resume from the last checkpoint with a lower learning rate.',
  ),
  JOB_INTERRUPTED: entry('The work was interrupted before it ended.', 'Start it again; what was finished is kept.', true),
  CONNECTION_LOST: entry('The connection to the Fiddlehead engine was lost.', 'Wait a moment; if it stays away, restart Fiddlehead.', true),
  PORT_IN_USE: entry('Port {port} is in use by another program.', 'Choose another with --port, or leave it out.'),
  MICROPHONE_MISSING: entry('No microphone was found.', 'Plug one in, or drop a sound file here instead.'),
  MICROPHONE_DENIED: entry('Fiddlehead may not use the microphone.', 'Allow it in the system settings, or drop a sound file here instead.'),
  MICROPHONE_BUSY: entry(
    'Another program holds the microphone.',
    'Close the other program and try again, or drop a sound file here instead.',
    true,
  ),
} as const satisfies Record<string, ErrorText>

export type ErrorCode = keyof typeof ERROR_CATALOGUE
export type ErrorDetails = Readonly<Record<string, string | number>>

/** What crosses a process boundary instead of an Error: classes die in structured clone. */
export interface WireError {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly traceId?: string
}

/** The catalogue's two sentences for one error, placeholders filled. */
export const describeError = (code: ErrorCode, details: ErrorDetails = {}): { message: string; remedy: string } => {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? ''))
  const { message, remedy } = ERROR_CATALOGUE[code]
  return { message: fill(message), remedy: fill(remedy) }
}
