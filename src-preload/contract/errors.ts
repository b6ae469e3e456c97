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
  FILE_EXISTS: entry('There is a file at "{path}" already.', 'Choose another name; nothing is ever written over.'),
  FILE_IS_FOLDER: entry('"{path}" is a folder, not a file.', 'Name a file inside it.'),
  FILE_UNREADABLE: entry('The file "{path}" could not be read.', 'Check that you may open it, then try again.'),
  EXPORT_FOLDER_GONE: entry('The folder for exports, "{path}", is not there.', 'Choose another one in the settings, or none.'),
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
  RECORDING_TOO_SHORT: entry('"{path}" lasts {milliseconds} ms, too short to hear anything in.', 'Leave it out, or record a longer one.'),
  IMPORT_NOTHING_FOUND: entry(
    'There is no sound, MIDI, MusicXML or ABC file in "{path}".',
    'Choose a folder that holds recordings, or the files themselves.',
  ),
  IMPORT_FILE_HANGS: entry('Reading "{path}" did not end within {minutes} minutes.', 'Leave it out, or convert it to WAV and try again.'),
  SOURCE_NOTHING_HERE: entry(
    'Nothing that matches in "{source}" has its sound or its notes on this computer.',
    'Widen the filter, or put the audio files of the data set beside its tables.',
  ),
  SOURCE_WITHOUT_SOUND: entry(
    '"{source}" holds no sound and no notes, only what is said about them: there is nothing to import.',
    'Scan it to look things up; import from a data set that holds sound or MIDI files, or your own recordings.',
  ),
  DATASET_EMPTY: entry('Nothing in the library answers to the data set "{name}".', 'Widen its filters, or import recordings first.'),
  DATASET_NOT_BUILT: entry('The data set "{name}" has not been built yet.', 'Build it first; then it can be exported.'),
  DATASET_UNREADABLE: entry('"{path}" is not a data set of Fiddlehead: {reason}.', 'Choose a zip that Fiddlehead has exported.'),
  RECORDING_IS_MELODY: entry('"{name}" is a written melody, which has no sound of its own.', 'Open it as a hum and render it.'),
  SIMILARITY_UNAVAILABLE: entry('Sounds cannot be compared yet: {reason}.', 'Run "library embed" once, which measures every slice.'),
  REFERENCE_EMPTY: entry(
    'There are no recordings to compare with in "{path}".',
    'Put sound files of one instrument or voice there: WAV, FLAC, MP3, OGG, Opus, AIFF or M4A.',
  ),
  TAKE_WITHOUT_RECIPE: entry(
    'This take was made by an earlier version, which did not keep how.',
    'Play the melody once more; the new take can then be changed in part.',
  ),
  HUM_NO_MELODY: entry('No melody was found in the recording{reason}.', 'Hum one note at a time, near the microphone, in a quiet room.'),
  HUM_POLYPHONIC: entry('More than one voice sounds at a time in the recording.', 'Hum a single line without accompaniment.'),
  MELODY_UNREADABLE: entry(
    'The melody could not be read: {reason}.',
    'Write notes such as "A4 B4 C#5 in quarter notes at 96", ABC, or give a MIDI file.',
  ),
  PROMPT_EMPTY: entry(
    'Neither a melody nor a prompt that names or describes one was given.',
    'Hum, open a MIDI file, write notes such as "A4 B4 C#5", or ask for a tune: "a slow sad air in D minor".',
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
  VOICE_EXISTS: entry('There is a voice called "{voice}" already.', 'Choose another name; nothing is ever written over.'),
  VOICE_SHIPPED: entry(
    '"{voice}" came with Fiddlehead and cannot be changed.',
    'Blend it or train on from it; that makes a voice of your own.',
  ),
  VOICE_UNREADABLE: entry('"{path}" is not a voice of Fiddlehead: {reason}.', 'Ask for the file to be exported again.'),
  VOICE_NEWER: entry(
    '"{path}" was exported by a newer Fiddlehead (version {found}, this one knows {known}).',
    'Install the newer Fiddlehead and open it there; nothing was changed.',
  ),
  VOICE_OTHER_BASE: entry(
    'The voice "{voice}" was trained on another base model than the one that is installed.',
    'Install the Fiddlehead it was made with, or ask for the voice to be trained again.',
  ),
  VOICE_NOT_BLENDABLE: entry('The voice "{voice}" cannot be blended: {reason}.', 'Choose voices that were trained on the same base.'),
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
  SOURCE_FOLDER_UNREADABLE: entry(
    'The folder "{path}" could not be opened: {reason}.',
    'Check the path, and that you may read what is in it.',
  ),
  SOURCE_UNKNOWN: entry(
    'The folder "{path}" holds none of the data sets that Fiddlehead knows.',
    'Name the top folder of your copy, or say which one it is: {sources}.',
  ),
  SOURCE_INCOMPLETE: entry('The folder "{path}" is no usable copy of {title}: {reason}.', '{how}'),
  SOURCE_FILE_DAMAGED: entry(
    'The file "{path}" of a data set is damaged: {reason}.',
    'Get that file again; the others can be read without it.',
  ),
  CORPUS_MATERIAL_MISSING: entry('Training material is missing: {what}.', '{how}'),
  CHECKPOINT_UNUSABLE: entry('The checkpoint "{path}" cannot be used: {reason}.', 'Delete it to start again, or name another run.'),
  FINETUNE_REFUSED: entry('No voice can be trained from this: {reason}', '{how}'),
  VOICE_NOT_TRAINABLE: entry(
    'The voice "{voice}" cannot be trained further: {reason}.',
    'Start from the shipped violin, or from a voice that was trained on this base.',
  ),
  TRAINING_DISK_FULL: entry(
    'There is no room left on the disk, so training was laid aside.',
    'Free some space and go on; it continues where it stood.',
    true,
  ),
  TRAINING_DIVERGED: entry(
    'Training produced no usable numbers at step {step}.',
    'Resume from the last checkpoint with a lower learning rate.',
  ),
  JOB_INTERRUPTED: entry('The work was interrupted before it ended.', 'Start it again; what was finished is kept.', true),
  CONNECTION_LOST: entry('The connection to the Fiddlehead engine was lost.', 'Wait a moment; if it stays away, restart Fiddlehead.', true),
  PORT_IN_USE: entry('Port {port} is in use by another program.', 'Choose another with --port, or leave it out.'),
  PROJECT_UNREADABLE: entry(
    '"{path}" cannot be opened as a Fiddlehead project: {reason}.',
    'Choose a file that Fiddlehead saved, or ask for it to be sent again.',
  ),
  PROJECT_NEWER: entry(
    '"{path}" was saved by a newer Fiddlehead (version {found}, this one knows {known}).',
    'Install the newer Fiddlehead and open it there; nothing was changed.',
  ),
  PROJECT_EMPTY: entry('"{title}" has no {what} to export yet.', 'Place a take on the timeline first.'),
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

/** The catalogue's two sentences for one error, or those of another language, placeholders filled. */
export const describeError = (
  code: ErrorCode,
  details: ErrorDetails = {},
  { message, remedy }: Pick<ErrorText, 'message' | 'remedy'> = ERROR_CATALOGUE[code],
): { message: string; remedy: string } => {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? ''))
  return { message: fill(message), remedy: fill(remedy) }
}
