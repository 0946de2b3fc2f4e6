"""Kind and plain sentences that name a group, for measuring only: no frame of these is trained on.

`UNSEEN` are terms that training never names; the others are taken from what it does name.
"""

from pathlib import Path

from pipelines.word_files import read_word_file

_FILE = read_word_file(Path(__file__).with_suffix(".yaml"))
TERMS, UNSEEN, FRAMES = _FILE["terms"], _FILE["unseen"], _FILE["frames"]
