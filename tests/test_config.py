"""Every fault of a configuration is one line with key, value and remedy; nothing is guessed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import RunConfig, hash_config
from pipelines.config_files import load_block, load_config, parse_section
from pipelines.errors import ConfigurationError, ExitCode
from pipelines.settings import CONF, read_yaml
from tests.configurations import refuse, write

TABLE_1 = """
sampling:
  size: 50000
  seed: 7
  constraints:
    - {dimension: is_first_turn, equals: true, at_least: 0.10}
    - {dimension: locale, match: traffic, tolerance: 0.02}
    - {dimension: difficulty, shares: {low: 0.2, high: 0.5}, tolerance: 0.05, soft: true}
  maximise: quality
"""


def test_the_file_that_ships_says_what_the_code_does() -> None:
    """Its comments promise that a key left out has the default shown there."""
    assert load_config(None, []).as_written() == RunConfig().as_written()


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    """Nobody has to write what need not change."""
    assert load_config(write(tmp_path, ""), []) == RunConfig()


FAULTS = [
    (
        "prunning: {cut: 0.9}",
        "prunning is not a setting. Did you mean pruning? Known here: alarms, difficulty, drift, ",
    ),
    (
        "pruning: {cutt: 0.9}",
        "pruning.cutt is not a setting. Did you mean pruning.cut? Known here: cut, exact_pairs, ",
    ),
    ("gates: {zzz: 1}", "gates.zzz is not a setting. Known here: max_duplicate_share, max_gap, "),
    (
        "intake: {max-messages: 1}",
        "intake.max-messages is not a setting. Did you mean intake.max_messages? Known here: ",
    ),
    (
        "safety: {cuts: {my-model: {review_form: 0.1}}}",
        (
            "safety.cuts.my-model.review_form is not a setting. Did you mean "
            "safety.cuts.my-model.review_from? "
        ),
    ),
    ("safety: {cuts: {my-model: {drop_from: 7}}}", "safety.cuts.my-model.drop_from is 7: "),
    ("pruning: {cut: high}", 'pruning.cut is "high": input should be a valid number.'),
    ("pruning: {cut: true}", "pruning.cut is true: input should be a valid number."),
    ("pruning: {cut: 1.5}", "pruning.cut is 1.5: input should be less than or equal to 1."),
    ("pruning: {retain: .nan}", "pruning.retain is NaN: "),
    ("pruning: {retain: 0}", "pruning.retain is 0: input should be greater than 0."),
    ("pruning:", "pruning is null: input should be an object."),
    ("split: {seed: 1.5}", "split.seed is 1.5: input should be a valid integer."),
    ("traffic: 7", "traffic is 7: input should be a valid string."),
    ("models: {privacy: rules}", 'models.privacy is "rules": input should be a valid array.'),
    ("models: {safety: [one]}", 'models.safety is ["one"]: tuple should have at least 2 items'),
    ("models: {seconds_per_text: .inf}", "models.seconds_per_text is Infinity: "),
    ("models: {seconds_per_text: 0}", "models.seconds_per_text is 0: "),
    (
        "difficulty: {medium_from: 0.9, high_from: 0.2}",
        "difficulty: medium_from 0.9 is above high_from 0.2; swap",
    ),
    (
        "sampling: {size: 0}",
        "sampling: size is 0; write a whole number of rows above 0 or a share of the pool.",
    ),
    (
        "evaluation: {size: 0}",
        "evaluation: size is 0; write a whole number of rows above 0 or a share of the pool.",
    ),
    (
        "sampling: {size: 1.5}",
        "sampling.size is 1.5; write a whole number of rows (50000) or a share",
    ),
    ("1: 2", "1 is not a setting. Known here: "),
    ("a: &a [*a]", "holds what is no plain value (Circular reference detected); write texts, "),
    (
        "ds: 2026-13-45",
        (
            "holds a value that YAML cannot read (month must be in 1..12); correct it or put it in "
            "quotes."
        ),
    ),
    ("[" * 3_000, "holds a value that YAML cannot read (maximum recursion depth exceeded"),
    ("- pruning", "holds a list, must be a mapping of settings."),
    (
        "pruning: {cut: 0.9",
        "not valid YAML at line 1, column 19: expected ',' or '}', but got '<stream end>'.",
    ),
    (
        "pruning: {cut: 1}\nsplit: {seed: 1}\npruning: {}",
        "not valid YAML at line 3, column 1: the key pruning is repeated; keep one.",
    ),
    (
        "pruning: {cut: 1, cut: 0.9}",
        "not valid YAML at line 1, column 19: the key cut is repeated; keep one.",
    ),
    ("\x00", "not valid YAML at "),
]


@pytest.mark.parametrize(("text", "line"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_in_the_file_names_key_value_and_remedy(
    tmp_path: Path, text: str, line: str
) -> None:
    """A setting that is silently ignored publishes another night than asked for."""
    (fault,) = refuse(write(tmp_path, text))

    assert fault[: len("FILE: ") + len(line)] == f"FILE: {line}"


def block(*constraints: str) -> str:
    """Return a sampling block of constraints."""
    return "sampling:\n  constraints:\n" + "".join(f"  - {{{text}}}\n" for text in constraints)


CONSTRAINTS = [
    (
        ["dimension: jtbd, equal: a, at_least: 0.1"],
        ".constraints[0].equal is not a setting. Did you mean sampling.constraints[0].equals? ",
    ),
    (
        ["dimension: jtbd, each_at_most: 0.5", "dimension: jtbd, inn: [a], at_least: 0.1"],
        ".constraints[1].inn is not a setting. Did you mean sampling.constraints[1].in? Known",
    ),
    (["equals: a, at_least: 0.1"], ".constraints[0].dimension is missing; it has no default."),
    (
        ["dimension: jtbd"],
        ".constraints[0]: has none of equals, in, each_at_most, match, shares; write exactly",
    ),
    (
        ["dimension: jtbd, each_at_most: 3"],
        ".constraints[0].each_at_most is 3, outside [0, 1]; write a share",
    ),
    (
        ["dimension: jtbd, shares: {a: 0.6, b: 0.7}"],
        ".constraints[0]: shares sum to 1.30; lower them to 1",
    ),
    (
        ["dimension: jtbd, equals: a, at_least: 0.6, at_most: 0.5"],
        ".constraints[0]: at_least 0.6 is above at_most 0.5; swap or lower.",
    ),
    (
        ["dimension: jtbd, equals: a, at_least: 0.6", "dimension: jtbd, equals: b, at_least: 0.7"],
        ": constraints[0], constraints[1]: floors on jtbd sum to 1.3; lower them to 1 at most.",
    ),
]


@pytest.mark.parametrize(("constraints", "line"), CONSTRAINTS, ids=range(len(CONSTRAINTS)))
def test_a_fault_in_a_constraint_is_named_by_its_position(
    tmp_path: Path, constraints: list[str], line: str
) -> None:
    """A block has a dozen similar constraints; impossible floors are refused before any work."""
    fault = refuse(write(tmp_path, block(*constraints)))[0]

    assert fault[: len("FILE: sampling") + len(line)] == f"FILE: sampling{line}"


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    """One run reports all faults."""
    faults = refuse(write(tmp_path, "pruning: {cut: 2}\nsplit: {eval_share: 3}\nx: 1"))

    assert [fault.split(" is ")[0] for fault in faults] == [
        "FILE: pruning.cut",
        "FILE: split.eval_share",
        "FILE: x",
    ]


SETS = [
    (
        "pruning.retain",
        "--set pruning.retain: must be key.path=value, as in --set pruning.retain=0.8.",
    ),
    ("=1", "--set =1: must be key.path=value, as in --set pruning.retain=0.8."),
    ("pruning.cut=[1", "--set pruning.cut=[1: the value is not valid YAML; quote it."),
    ("ds=2026-13-45", "--set ds=2026-13-45: the value is not valid YAML; quote it."),
    ("pruning.retain.x=1", "--set pruning.retain.x=1: pruning.retain is a value, not a section."),
    ("pruning.retain.x.y=1", "--set pruning.retain.x.y=1: nothing is below x; check the key."),
    (
        "sampling.constraints.9.soft=1",
        "--set sampling.constraints.9.soft=1: 9 is no position of a list of 4; count from 0.",
    ),
    (
        "sampling.constraints.²=1",
        "--set sampling.constraints.²=1: ² is no position of a list of 4; count from 0.",
    ),
    (
        "sampling.constraints.4=1",
        "--set sampling.constraints.4=1: 4 is no position of a list of 4; count from 0.",
    ),
    (
        "pruning.cut=2",
        "--set pruning.cut: pruning.cut is 2: input should be less than or equal to 1.",
    ),
    (
        "pruning.zz=1",
        (
            "--set pruning.zz: pruning.zz is not a setting. Known here: cut, exact_pairs, "
            "keep_at_least, name_users_min, priority, priority_weight, probe_clusters, retain, "
            "stratum, unread_cut, unread_from, window_nights."
        ),
    ),
]


@pytest.mark.parametrize(("override", "line"), SETS)
def test_a_bad_set_is_named_as_it_was_typed(override: str, line: str) -> None:
    """The fault is on the command line, not in a file that the user would search for it."""
    assert refuse(None, override) == [line]


def test_the_old_key_of_probe_clusters_still_counts(tmp_path: Path) -> None:
    """An old file or command must not stop a night; of both names the command line's wins."""
    file = tmp_path / "old.yaml"
    file.write_text("pruning: {guests: 3}\n", encoding="utf-8")

    assert load_config(str(file), []).pruning.probe_clusters == 3
    assert load_config(None, ["pruning.guests=4"]).pruning.probe_clusters == 4
    assert load_config(str(file), ["pruning.probe_clusters=5"]).pruning.probe_clusters == 5
    with pytest.raises(ConfigurationError, match=r"pruning\.guest is not a setting\."):
        load_config(None, ["pruning.guest=4"])


def test_set_reaches_every_depth_and_the_last_wins() -> None:
    """Sections that the file leaves out, lists by position, values as YAML."""
    config = load_config(
        None,
        [
            "pruning.cut=0.9",
            "pruning.cut=0.8",
            "identity.key_file=key.txt",
            "safety.cuts.encoder_head.review_from=0.2",
            "language.served=[en, es]",
            "sampling.constraints.1.each_at_most=0.5",
            "evaluation={size: 10}",
            "ds=2026-01-31",
            "warehouse=/w=x",
        ],
    )

    assert (config.pruning.cut, config.pruning.retain, config.identity.key_file) == (
        0.8,
        0.8,
        "key.txt",
    )
    assert (config.safety.cuts["encoder_head"].review_from, config.language.served) == (
        0.2,
        ("en", "es"),
    )
    assert (config.sampling.constraints[1].each_at_most, config.ds, config.warehouse) == (
        0.5,
        "2026-01-31",
        "/w=x",
    )
    assert config.as_written()["evaluation"] == {"size": 10}


@given(st.text(max_size=30))
def test_no_override_raises_anything_but_a_configuration_error(text: str) -> None:
    """Any text gives a message, never a traceback."""
    for override in (text, f"pruning.cut={text}", f"{text}=1", f"sampling.constraints.{text}"):
        try:
            load_config(None, [override])
        except ConfigurationError as refused:
            assert len(refused.faults) >= 1  # noqa: PT017 either end is right


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda _: None, "no such file. Give the path of a YAML file."),
        (Path.mkdir, "cannot be read (IsADirectoryError). Give the path of a YAML text file."),
        (
            lambda file: file.write_bytes(b"\xff\xfe\x00"),
            "cannot be read (UnicodeDecodeError). Give the path of a",
        ),
    ],
    ids=["missing", "directory", "no text"],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, make: Callable[[Path], object], fault: str
) -> None:
    """A path mistyped in a scheduler is found by its own words."""
    file = tmp_path / "c.yaml"
    make(file)

    (line,) = refuse(str(file))
    assert line[: len("FILE: ") + len(fault)] == f"FILE: {fault}"


def test_a_value_that_is_long_or_a_section_does_not_bury_the_message(tmp_path: Path) -> None:
    """One line has to fit a screen."""
    (line,) = refuse(write(tmp_path, f"ds: [{'x' * 5_000}]"))

    assert line == "FILE: ds: input should be a valid string."


def test_the_configuration_is_written_as_the_user_wrote_it(tmp_path: Path) -> None:
    """The checker compares the block in `runs` with the contract's: no defaults, no other types."""
    written = load_config(write(tmp_path, TABLE_1), []).as_written()

    assert written["sampling"] == yaml.safe_load(TABLE_1)["sampling"]
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert parse_section(RunConfig, written, "again").as_written() == written


def test_the_hash_changes_with_what_decides_and_not_with_places(tmp_path: Path) -> None:
    """Same hash, same inputs, same rows: a path or the number of tasks is no difference."""
    plain = hash_config(load_config(None, []))
    idle = [
        "spark.partitions=3",
        f"identity.key_file={tmp_path}",
        "alarms.listed=9",
        "drift.nights=0",
    ]
    same = load_config(None, [*idle, "sampling.seed=7"])
    moved = same.with_places({"traffic": "/a", "scores": "/b", "warehouse": "/c", "ds": None})
    decisive = [
        "pruning.cut=0.9",
        "split.seed=8",
        "sampling.size=0.4",
        "models.rescan=ner",
        "ds=2026-01-31",
    ]

    assert (moved.traffic, moved.warehouse, moved.ds) == ("/a", "/c", None)
    assert hash_config(moved) == plain
    assert len({plain, *(hash_config(load_config(None, [o])) for o in decisive)}) == 1 + len(
        decisive
    )


def test_a_block_file_needs_its_block(tmp_path: Path) -> None:
    """`sample.py` reads the block `sampling:` alone and says what is missing."""
    assert load_block(write(tmp_path, TABLE_1)).as_written() == yaml.safe_load(TABLE_1)["sampling"]
    with pytest.raises(
        ConfigurationError, match=r"has no block `sampling`; write size, seed and constraints"
    ):
        load_block(write(tmp_path, "size: 3"))
    with pytest.raises(
        ConfigurationError, match=r"sampling\.constraints\[0\]\.equal is not a setting"
    ):
        load_block(write(tmp_path, block("dimension: a, equal: b, at_least: 1")))


def test_shipped_files_hold_no_key_twice() -> None:
    """Read by the strict loader: the shipped files keep its rules."""
    assert all(read_yaml(file) for file in CONF.glob("*.yaml"))


def test_an_unproven_language_needs_a_word_of_the_user() -> None:
    """A night that serves a language in which no threat is seen must not start by accident."""
    with pytest.raises(
        ConfigurationError, match=r"language\.served names sw.*safety\.unproven: review"
    ):
        load_config(None, ["language.served=[en, sw]"])

    for answer in ("review", "accept"):
        config = load_config(None, ["language.served=[en, sw]", f"safety.unproven={answer}"])
        assert config.safety.unproven == answer


@pytest.mark.parametrize(
    "text",
    [
        "store: {aws_secret_access_key: s3cr3t}",
        "store: {s3: {account_key: s3cr3t}}",
        "spark: {session-token: s3cr3t}",
        "fs.azure.account.key: s3cr3t",
    ],
)
def test_a_credential_in_a_configuration_is_refused_and_not_told(tmp_path: Path, text: str) -> None:
    """Every run writes its configuration into `runs`, and files are mailed around."""
    with pytest.raises(ConfigurationError, match="looks like a credential") as refused:
        load_config(write(tmp_path, text), [])

    assert refused.value.exit_code == ExitCode.BAD_CONFIGURATION
    assert "s3cr3t" not in str(refused.value)
    key, _, value = text.rpartition(": ")
    override = f"{key.replace(': {', '.')}={value.rstrip('}')}"
    with pytest.raises(ConfigurationError, match="looks like a credential") as refused:
        load_config(None, [override])
    assert "s3cr3t" not in str(refused.value)
