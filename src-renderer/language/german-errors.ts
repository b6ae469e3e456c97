import type { ErrorCode } from '#contract/errors.ts'

/** What went wrong and what to do about it, in German: the same placeholders as in the catalogue, which is English. */
export const GERMAN_ERRORS: Readonly<Partial<Record<ErrorCode, readonly [message: string, remedy: string]>>> = {
  INTERNAL: [
    'In Fiddlehead ist etwas schiefgegangen ({traceId}).',
    'Versuch es noch einmal; geschieht es zweimal, schick die Protokolldatei mit dieser Kennung.',
  ],
  INVALID_ARGUMENT: ['{what}', 'Im Terminal zeigt der Befehl mit --help, was er annimmt.'],
  FILE_NOT_FOUND: ['Unter „{path}“ gibt es keine Datei.', 'Prüf den Pfad und versuch es noch einmal.'],
  FILE_EXISTS: ['Unter „{path}“ gibt es schon eine Datei.', 'Wähl einen anderen Namen; es wird nie etwas überschrieben.'],
  FILE_IS_FOLDER: ['„{path}“ ist ein Ordner, keine Datei.', 'Nenn eine Datei darin.'],
  FILE_UNREADABLE: ['Die Datei „{path}“ konnte nicht gelesen werden.', 'Prüf, ob du sie öffnen darfst, und versuch es noch einmal.'],
  EXPORT_FOLDER_GONE: ['Der Ordner für Exporte, „{path}“, ist nicht da.', 'Wähl in den Einstellungen einen anderen, oder keinen.'],
  FILE_UNWRITABLE: ['Die Datei „{path}“ konnte nicht geschrieben werden.', 'Wähl einen Ordner, in den du schreiben darfst.'],
  DISK_FULL: [
    'Der Datenträger ist voll, darum wurde „{path}“ nicht geschrieben.',
    'Schaff etwas Platz und versuch es noch einmal; was vorher gesichert wurde, ist noch da.',
  ],
  AUDIO_UNKNOWN_FORMAT: ['„{path}“ ist keine Klangdatei, die Fiddlehead kennt{hint}.', 'Nimm WAV, FLAC, MP3, OGG, Opus, AIFF oder M4A.'],
  AUDIO_DECODER_MISSING: [
    '„{path}“ enthält Klang im Format {format}, dessen Dekoder auf diesem Computer nicht läuft.',
    'Wandle die Datei in WAV, FLAC oder MP3 um und nimm diese.',
  ],
  AUDIO_CORRUPT: ['„{path}“ ist beschädigt: {reason}.', 'Exportier die Aufnahme noch einmal und nimm die neue Datei.'],
  AUDIO_EMPTY: ['„{path}“ enthält gar keinen Klang.', 'Nimm noch einmal auf und prüf, ob das richtige Mikrofon gewählt ist.'],
  AUDIO_SILENT: ['Die Aufnahme ist still (Spitze {peakDb} dBFS).', 'Stell das Mikrofon lauter und summ noch einmal.'],
  AUDIO_TOO_SHORT: ['Die Aufnahme ist zu kurz ({seconds} s).', 'Summ mindestens {minimumSeconds} Sekunden lang.'],
  AUDIO_TOO_LONG: [
    'Die Aufnahme ist {minutes} Minuten lang; höchstens {maximumMinutes} passen in ein Summen.',
    'Schneid sie in Phrasen und summ eine nach der anderen.',
  ],
  RECORDING_TOO_SHORT: [
    '„{path}“ dauert {milliseconds} ms, zu kurz, um darin etwas zu hören.',
    'Lass sie aus, oder nimm eine längere auf.',
  ],
  IMPORT_NOTHING_FOUND: [
    'In „{path}“ gibt es keine Klang-, MIDI-, MusicXML- oder ABC-Datei.',
    'Wähl einen Ordner mit Aufnahmen, oder die Dateien selbst.',
  ],
  IMPORT_FILE_HANGS: [
    'Das Lesen von „{path}“ war nach {minutes} Minuten nicht zu Ende.',
    'Lass die Datei aus, oder wandle sie in WAV um und versuch es noch einmal.',
  ],
  SOURCE_NOTHING_HERE: [
    'Von dem, was in „{source}“ passt, liegt weder Klang noch Noten auf diesem Computer.',
    'Mach den Filter weiter, oder leg die Klangdateien des Datensatzes neben seine Tabellen.',
  ],
  SOURCE_WITHOUT_SOUND: [
    '„{source}“ enthält weder Klang noch Noten, nur was darüber gesagt wird: es gibt nichts hereinzuholen.',
    'Sieh darin nach, was du suchst; hol aus einem Datensatz mit Klang- oder MIDI-Dateien herein, oder eigene Aufnahmen.',
  ],
  DATASET_EMPTY: [
    'Nichts in der Bibliothek entspricht dem Datensatz „{name}“.',
    'Mach seine Filter weiter, oder hol zuerst Aufnahmen herein.',
  ],
  DATASET_NOT_BUILT: ['Der Datensatz „{name}“ wurde noch nicht gebaut.', 'Bau ihn zuerst; dann lässt er sich ausgeben.'],
  DATASET_UNREADABLE: ['„{path}“ ist kein Datensatz von Fiddlehead: {reason}.', 'Wähl eine ZIP-Datei, die Fiddlehead ausgegeben hat.'],
  RECORDING_IS_MELODY: [
    '„{name}“ ist eine geschriebene Melodie, die selbst keinen Klang hat.',
    'Öffne sie als Melodie und lass sie spielen.',
  ],
  SIMILARITY_UNAVAILABLE: [
    'Klänge lassen sich noch nicht vergleichen: {reason}.',
    'Ruf einmal „library embed“ auf; das misst jeden Abschnitt.',
  ],
  REFERENCE_EMPTY: [
    'In „{path}“ gibt es keine Aufnahmen zum Vergleichen.',
    'Leg Klangdateien eines Instruments oder einer Stimme hinein: WAV, FLAC, MP3, OGG, Opus, AIFF oder M4A.',
  ],
  TAKE_WITHOUT_RECIPE: [
    'Diese Fassung stammt aus einer früheren Version, die nicht festhielt, wie sie entstand.',
    'Spiel die Melodie noch einmal; die neue Fassung lässt sich dann stückweise ändern.',
  ],
  HUM_NO_MELODY: [
    'In der Aufnahme wurde keine Melodie gefunden{reason}.',
    'Summ einen Ton nach dem anderen, nah am Mikrofon, in einem ruhigen Raum.',
  ],
  HUM_POLYPHONIC: ['In der Aufnahme klingt mehr als eine Stimme zugleich.', 'Summ eine einzelne Linie ohne Begleitung.'],
  MELODY_UNREADABLE: [
    'Die Melodie konnte nicht gelesen werden: {reason}.',
    'Schreib Noten wie „A4 B4 C#5 in quarter notes at 96“, ABC, oder nimm eine MIDI-Datei.',
  ],
  PROMPT_EMPTY: [
    'Es wurde weder eine Melodie gegeben noch eine genannt oder beschrieben.',
    'Summ, öffne eine MIDI-Datei, schreib Noten wie „A4 B4 C#5“, oder bitte um ein Stück: „a slow sad air in D minor“.',
  ],
  MODEL_NOT_INSTALLED: [
    'Das Modell „{model}“ ist nicht auf diesem Computer.',
    'Ruf einmal „npm start“ auf, um es wiederherzustellen, oder installier Fiddlehead neu.',
  ],
  MODEL_DAMAGED: ['Das Modell „{model}“ ist beschädigt: {reason}.', 'Stell den Ordner models wieder her und versuch es noch einmal.'],
  SENTENCE_ENCODER_MISSING: [
    'Das Netz, das Worte mit Klang vergleicht, liegt nicht unter „{path}“.',
    'Ruf einmal mit Netzverbindung „node build/scripts/setup.mjs --retry“ auf.',
  ],
  VOICE_EXISTS: ['Es gibt schon eine Stimme namens „{voice}“.', 'Wähl einen anderen Namen; es wird nie etwas überschrieben.'],
  VOICE_SHIPPED: [
    '„{voice}“ kam mit Fiddlehead und lässt sich nicht ändern.',
    'Misch sie oder trainier von ihr aus weiter; so entsteht eine eigene Stimme.',
  ],
  VOICE_UNREADABLE: ['„{path}“ ist keine Stimme von Fiddlehead: {reason}.', 'Bitte darum, dass die Datei noch einmal ausgegeben wird.'],
  VOICE_NEWER: [
    '„{path}“ wurde von einem neueren Fiddlehead ausgegeben (Version {found}, dieses kennt {known}).',
    'Installier das neuere Fiddlehead und öffne sie dort; geändert wurde nichts.',
  ],
  VOICE_OTHER_BASE: [
    'Die Stimme „{voice}“ wurde auf einem anderen Grundmodell trainiert als dem installierten.',
    'Installier das Fiddlehead, mit dem sie gemacht wurde, oder lass sie neu trainieren.',
  ],
  VOICE_NOT_BLENDABLE: [
    'Die Stimme „{voice}“ lässt sich nicht mischen: {reason}.',
    'Wähl Stimmen, die auf demselben Grundmodell trainiert wurden.',
  ],
  CLIP_TOO_LONG: [
    'Der Clip würde {seconds} s dauern; höchstens {maximumSeconds} passen in eine Fassung.',
    'Gib eine kürzere Länge an, um den Anfang zu hören, oder teil die Melodie in Phrasen.',
  ],
  VOICE_NOT_FOUND: ['Es gibt keine Stimme namens „{voice}“.', 'Wähl eine von diesen: {voices}.'],
  NOT_FOUND: ['Es gibt nichts dieser Art ({kind}) mit der Kennung „{id}“.', 'Lad die Liste neu; vielleicht wurde es entfernt.'],
  DATABASE_NEWER: [
    'Die Bibliothek wurde von einem neueren Fiddlehead geschrieben (Version {found}, dieses kennt {known}).',
    'Installier das neuere Fiddlehead; geändert wurde nichts.',
  ],
  DATABASE_UNUSABLE: [
    'Die Bibliothek unter „{path}“ lässt sich nicht öffnen: {reason}.',
    'Prüf, ob in den Ordner geschrieben werden darf; eine Sicherung liegt daneben.',
  ],
  LIBRARY_READ_ONLY: [
    'In die Bibliothek unter „{path}“ darf nicht geschrieben werden.',
    'Gib dir Schreibrechte für den Ordner, oder wähl mit --data-dir einen anderen.',
  ],
  LIBRARY_IN_USE: [
    'Ein anderes Fiddlehead benutzt die Bibliothek unter „{path}“{hint}.',
    'Schließ es zuerst, oder wähl mit --data-dir einen anderen Ordner.',
  ],
  FILE_TOO_LARGE: [
    '„{path}“ ist zu groß ({megabytes} MB); höchstens {maximumMegabytes} MB passen.',
    'Schneid die Aufnahme in Phrasen und nimm eine nach der anderen.',
  ],
  BACKEND_UNAVAILABLE: [
    'Das Rechenwerk „{backend}“ lässt sich nicht benutzen: {reason}.',
    '„npm run fiddlehead -- doctor“ zeigt, was fehlt.',
  ],
  SOURCE_FOLDER_UNREADABLE: [
    'Der Ordner „{path}“ konnte nicht geöffnet werden: {reason}.',
    'Prüf den Pfad, und ob du lesen darfst, was darin ist.',
  ],
  SOURCE_UNKNOWN: [
    'Der Ordner „{path}“ enthält keinen der Datensätze, die Fiddlehead kennt.',
    'Nenn den obersten Ordner deiner Kopie, oder sag, welcher es ist: {sources}.',
  ],
  SOURCE_INCOMPLETE: ['Der Ordner „{path}“ ist keine brauchbare Kopie von {title}: {reason}.', '{how}'],
  SOURCE_FILE_DAMAGED: [
    'Die Datei „{path}“ eines Datensatzes ist beschädigt: {reason}.',
    'Hol diese Datei noch einmal; die anderen lassen sich ohne sie lesen.',
  ],
  CORPUS_MATERIAL_MISSING: ['Es fehlt Material zum Trainieren: {what}.', '{how}'],
  CHECKPOINT_UNUSABLE: [
    'Der Zwischenstand „{path}“ ist nicht zu gebrauchen: {reason}.',
    'Lösch ihn und beginn von vorn, oder nenn einen anderen Lauf.',
  ],
  FINETUNE_REFUSED: ['Daraus lässt sich keine Stimme trainieren: {reason}', '{how}'],
  VOICE_NOT_TRAINABLE: [
    'Die Stimme „{voice}“ lässt sich nicht weiter trainieren: {reason}.',
    'Beginn mit der mitgelieferten Geige, oder mit einer Stimme, die auf diesem Grundmodell trainiert wurde.',
  ],
  TRAINING_DISK_FULL: [
    'Auf der Festplatte ist kein Platz mehr; das Training ist beiseitegelegt.',
    'Mach etwas Platz und lass es weitergehen; es fährt fort, wo es stand.',
  ],
  TRAINING_DIVERGED: [
    'Das Training ergab bei Schritt {step} keine brauchbaren Zahlen.',
    'Geh vom letzten Zwischenstand mit kleinerer Lernrate weiter.',
  ],
  JOB_INTERRUPTED: ['Die Arbeit wurde unterbrochen, bevor sie zu Ende war.', 'Beginn sie noch einmal; was fertig war, ist noch da.'],
  CONNECTION_LOST: [
    'Die Verbindung zum Rechenwerk von Fiddlehead ist abgerissen.',
    'Wart einen Augenblick; bleibt sie weg, starte Fiddlehead neu.',
  ],
  PORT_IN_USE: ['Ein anderes Programm benutzt den Port {port}.', 'Wähl mit --port einen anderen, oder lass die Angabe weg.'],
  PROJECT_UNREADABLE: [
    '„{path}“ lässt sich nicht als Projekt von Fiddlehead öffnen: {reason}.',
    'Wähl eine Datei, die Fiddlehead gesichert hat, oder bitte darum, sie noch einmal zu schicken.',
  ],
  PROJECT_NEWER: [
    '„{path}“ wurde von einem neueren Fiddlehead gesichert (Version {found}, dieses kennt {known}).',
    'Installier das neuere Fiddlehead und öffne sie dort; geändert wurde nichts.',
  ],
  PROJECT_EMPTY: ['In „{title}“ gibt es noch nichts auszugeben ({what}).', 'Setz zuerst eine Fassung in das Arrangement.'],
  MICROPHONE_MISSING: ['Es wurde kein Mikrofon gefunden.', 'Schließ eines an, oder zieh stattdessen eine Klangdatei hierher.'],
  MICROPHONE_DENIED: [
    'Fiddlehead darf das Mikrofon nicht benutzen.',
    'Erlaub es in den Systemeinstellungen, oder zieh stattdessen eine Klangdatei hierher.',
  ],
  MICROPHONE_BUSY: [
    'Ein anderes Programm hält das Mikrofon.',
    'Schließ das andere Programm und versuch es noch einmal, oder zieh stattdessen eine Klangdatei hierher.',
  ],
}
