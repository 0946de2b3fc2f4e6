"""What a list of jars names, which set-up fetches."""

from pathlib import Path

from pipelines.installing import jar_names


def test_jars_are_named_wherever_a_line_of_the_list_breaks(tmp_path: Path) -> None:
    """A list that names none would be fetched in no time, and Spark would miss its jars."""
    listed = tmp_path / "jars.xml"
    listed.write_text(
        '<dependencies><dependency org="a" name="b-c" rev="1.0" transitive="false"/>\n'
        '<dependency org="d" name="e"\n rev="2.0"/></dependencies>',
        encoding="utf-8",
    )

    assert jar_names(str(listed)) == ["b-c-1.0.jar", "e-2.0.jar"]
    assert "delta-spark_4.2_2.13-4.4.0.jar" in jar_names()
