"""Draws spectrograms of a dozen clips, rendered by the command line, to be looked at.

    python3 -m venv /tmp/look && /tmp/look/bin/pip install numpy matplotlib soundfile
    /tmp/look/bin/python test/peers/spectrograms/draw.py OUT_FOLDER

What to look for: harmonics to at least 10 kHz, bow noise between them, vibrato where it is asked for, attacks that
differ between spiccato and legato, black rests, no vertical lines inside notes (clicks), no pitch outside the notes.
"""

import json
import pathlib
import subprocess
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import soundfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
MELODY = "G4 A4 B4 D5 G5 F#5 rest E5 D5 in quarter notes at 110"
PROMPTS = [
    "",
    "spiccato",
    "staccato",
    "pizzicato",
    "tremolo",
    "detache",
    "very loud, bright, accented",
    "very soft, dark, gentle attack",
    "wide slow vibrato",
    "no vibrato",
    "an octave higher",
    "crescendo, sul ponticello",
]


def render(index, prompt, folder):
    path = folder / f"{index:02d}.wav"
    command = ["npm", "run", "-s", "fiddlehead", "--", "render", "--melody", MELODY, "--prompt", prompt]
    done = subprocess.run([*command, "--out", str(path), "--seed", "5", "--json"], cwd=ROOT, capture_output=True, text=True, check=True)
    return path, json.loads(done.stdout)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(6, 2, figsize=(22, 26))
    for index, (prompt, axis) in enumerate(zip(PROMPTS, axes.ravel())):
        path, _ = render(index, prompt, folder)
        sound, rate = soundfile.read(path)
        axis.specgram(sound + 1e-9, NFFT=2048, Fs=rate, noverlap=2048 - 441, vmin=-130, vmax=-40)
        axis.set_ylim(0, 16000)
        axis.set_title(prompt or "(no prompt)")
        wave = axis.twinx()
        wave.plot(np.arange(len(sound)) / rate, sound, linewidth=0.3, color="white", alpha=0.6)
        wave.set_ylim(-1, 3)
    plt.tight_layout()
    plt.savefig(folder / "spectrograms.png", dpi=50)


main()
