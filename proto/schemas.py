"""Looks whether the schemas hold: each is a schema, takes what Samad writes, and refuses what it would refuse.

Needs jsonschema; `./samad test` installs it.
"""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

HERE = Path(__file__).parent


def wrong(schema):
    """A value that cannot be of that field."""
    if "$ref" in schema or schema.get("type") in ("integer", "boolean", "array"):
        return "x"
    return -1 if "enum" in schema else {}


def look(file):
    schema = json.loads(file.read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    golden = json.loads((HERE / "tests/golden/written" / file.name).read_text())
    validator.validate(golden)
    validator.validate({**golden, "a_field_of_tomorrow": 1})
    for name in schema.get("required", []):
        assert not validator.is_valid({key: value for key, value in golden.items() if key != name}), name
    for name, field in schema["properties"].items():
        assert not validator.is_valid({**golden, name: wrong(field)}), f"{file.name} takes anything for {name}"


def main():
    files = sorted((HERE / "schemas").glob("*.json"))
    assert files, "there are no schemas"
    for file in files:
        look(file)
    print(f"{len(files)} schemas hold")


main()
